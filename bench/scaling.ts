/**
 * Memory and communication of GraphCast's training step on meshes of devices, from the compiler's own analysis.
 *
 *     npm run build && node dist/bench/scaling.js --resolution 0.25 --mesh-size 6 --levels 37 --latent-size 512 8x1 1x8
 *
 * Nothing is computed: the step is traced for the types of its arguments, split by XLA over as many devices as the mesh
 * has, and what the compiler says of one device's program is printed, one line of a Markdown table for each mesh. A mesh
 * is written `DATAxSPACE`: samples along the first axis, parts of the longitudes along the second.
 */
import { parseArgs } from 'node:util';
import { config, evalShape, jit, makeMesh, ShapeDtypeStruct } from 'fluxion';
import { casting, graphcast, normalization, train } from 'fluxion/graphcast';
import * as jnp from 'fluxion/numpy';
import * as random from 'fluxion/random';
import { type Mesh, NamedSharding, PartitionSpec } from 'fluxion/sharding';
import * as tree from 'fluxion/tree';
import { Dataset } from 'fluxion/xarray';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    resolution: { type: 'string', default: '0.25' },
    'mesh-size': { type: 'string', default: '6' },
    levels: { type: 'string', default: '37' },
    'latent-size': { type: 'string', default: '512' },
    'message-steps': { type: 'string', default: '16' },
    'parameters-over-data': { type: 'boolean', default: false },
  },
});
const meshes = positionals.map((text) => text.split('x').map(Number) as [data: number, space: number]);
config.update('numCpuDevices', Math.max(1, ...meshes.map(([data, space]) => data * space)));

const resolution = Number(values.resolution);
const pressureLevels = graphcast.PRESSURE_LEVELS[Number(values.levels) as keyof typeof graphcast.PRESSURE_LEVELS];
const task: graphcast.TaskConfig = { ...graphcast.TASK, pressureLevels };
const model: graphcast.ModelConfig = {
  resolution,
  meshSize: Number(values['mesh-size']),
  latentSize: Number(values['latent-size']),
  gnnMsgSteps: Number(values['message-steps']),
  hiddenLayers: 1,
  radiusQueryFractionEdgeLength: 0.6,
  mesh2gridEdgeNormalizationFactor: null,
};
const [lat, lon] = [Math.round(180 / resolution) + 1, Math.round(360 / resolution)];
const evenly = (n: number, from: number, step: number): number[] =>
  Array.from({ length: n }, (_, i) => from + i * step);
const coords = { lat: evenly(lat, -90, resolution), lon: evenly(lon, 0, resolution), level: [...pressureLevels] };

/** Variables of a batch, by their names and dimensions. */
function fields(names: readonly string[], batch: number, times: number): Dataset {
  const sizes: Readonly<Record<string, number>> = { batch, time: times, level: pressureLevels.length, lat, lon };
  const atmospheric = new Set<string>(graphcast.ALL_ATMOSPHERIC_VARS);
  const constant = new Set<string>(graphcast.STATIC_VARS);
  return new Dataset(
    Object.fromEntries(
      names.map((name) => {
        const dims = constant.has(name)
          ? ['lat', 'lon']
          : ['batch', 'time', ...(atmospheric.has(name) ? ['level'] : []), 'lat', 'lon'];
        return [name, [dims, jnp.zeros(dims.map((dim) => sizes[dim]))]];
      }),
    ),
    { coords },
  );
}

/** Statistics of nothing in particular: their values do not matter to the program. */
function statistics(): normalization.Statistics {
  const names = [...new Set([...task.inputVariables, ...task.targetVariables])];
  const atmospheric = new Set<string>(graphcast.ALL_ATMOSPHERIC_VARS);
  const of = (): Dataset =>
    new Dataset(
      Object.fromEntries(
        names.map((name) => [
          name,
          atmospheric.has(name) ? [['level'], jnp.ones([pressureLevels.length])] : [[], jnp.ones([])],
        ]),
      ),
      { coords: { level: coords.level } },
    );
  return { stddevByLevel: of(), meanByLevel: of(), diffsStddevByLevel: of() };
}

/** A dataset's types with the sharding that their dimensions give them. */
function placed(dataset: Dataset, mesh: Mesh, axes: Readonly<Record<string, string>>): Dataset {
  const [leaves, def] = tree.flatten(dataset);
  const names = dataset.keys().sort();
  const types = (leaves as ShapeDtypeStruct[]).map(({ shape, dtype }, i) => {
    const spec = new PartitionSpec(...dataset.variables[names[i]].dims.map((dim) => axes[dim] ?? null));
    return new ShapeDtypeStruct(shape, dtype, { sharding: new NamedSharding(mesh, spec) });
  });
  return tree.unflatten(def, types) as Dataset;
}

const BYTES: Readonly<Record<string, number>> = { f32: 4, bf16: 2, s32: 4, u32: 4, pred: 1, f64: 8, f16: 2 };
const KINDS = ['all-reduce', 'all-gather', 'reduce-scatter', 'all-to-all', 'collective-permute'];

/** How often each collective stands in one device's program, and how many bytes their results have together. */
function communication(text: string): { readonly counts: string; readonly bytes: number } {
  let bytes = 0;
  const counts = KINDS.flatMap((kind) => {
    const lines = text.split('\n').filter((line) => new RegExp(`\\s${kind}(?:-start)?\\(`).test(line));
    for (const line of lines) {
      const shapes = line.slice(line.indexOf('= '), line.search(new RegExp(`\\s${kind}`)));
      for (const [, type, dims] of shapes.matchAll(/(\w+)\[([\d,]*)\]/g)) {
        bytes += (BYTES[type] ?? 4) * dims.split(',').reduce((n, d) => n * Number(d || 1), 1);
      }
    }
    return lines.length > 0 ? [`${lines.length} ${kind}`] : [];
  });
  return { counts: counts.join(', ') || 'none', bytes };
}

const size = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const { init, loss } = train.lossFunction(
  () =>
    new normalization.InputsAndResiduals(new casting.Bfloat16Cast(new graphcast.GraphCast(model, task)), statistics()),
);
const optimizer = train.paperOptimizer({ learningRate: 1e-3 });
const step = jit(train.makeTrainStep(loss, optimizer), { donateArgnums: 0 });

console.log(
  `GraphCast, ${resolution} degrees (${lat} x ${lon}), ${pressureLevels.length} levels, mesh ${model.meshSize}, ` +
    `latent ${model.latentSize}, ${model.gnnMsgSteps} message steps, bfloat16 activations\n`,
);
console.log(
  '| devices | data x space | arguments | temporaries | flops | collectives in the program | their results | compile |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const [data, space] of meshes) {
  const mesh = makeMesh([data, space], ['data', 'space']);
  const abstract = evalShape(() => ({
    inputs: fields(task.inputVariables, data, 2),
    targets: fields(task.targetVariables, data, 1),
    forcings: fields(task.forcingVariables, data, 1),
  })) as train.Batch;
  const state = evalShape((batch: train.Batch) => {
    const params = init(random.PRNGKey(0), batch);
    return { params, optState: optimizer.init(params) };
  }, abstract) as train.TrainState;
  const whole = new NamedSharding(mesh, new PartitionSpec());
  const rows = new NamedSharding(mesh, new PartitionSpec('data'));
  const types = tree.map(({ shape, dtype }: ShapeDtypeStruct) => {
    const cut = values['parameters-over-data'] && shape.length > 0 && shape[0] % data === 0;
    return new ShapeDtypeStruct(shape, dtype, { sharding: cut ? rows : whole });
  }, state as never) as unknown as train.TrainState;
  const axes = { batch: 'data', lon: 'space' };
  const batch = {
    inputs: placed(abstract.inputs, mesh, axes),
    targets: placed(abstract.targets, mesh, axes),
    forcings: placed(abstract.forcings, mesh, axes),
  };
  const began = performance.now();
  const compiled = step.lower(types, batch).compile();
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const memory = compiled.memoryAnalysis();
  const { counts, bytes } = communication(compiled.asText() ?? '');
  const flops = compiled.costAnalysis()?.flops ?? Number.NaN;
  const cells = [
    `${data * space}`,
    `${data} x ${space}`,
    size(memory?.argumentSizeInBytes ?? Number.NaN),
    size(memory?.tempSizeInBytes ?? Number.NaN),
    flops.toExponential(2),
    counts,
    size(bytes),
    `${seconds} s`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
