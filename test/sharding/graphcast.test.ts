/** GraphCast's training step on eight devices: as on one, however the data is cut. */
import { beforeAll, expect, test } from 'vitest';
import { GraphCast } from '../../src/graphcast/graphcast.js';
import { runMainJob } from '../../src/graphcast/main-job.js';
import { InputsAndResiduals } from '../../src/graphcast/normalization.js';
import { replicateState, shardBatch } from '../../src/graphcast/placement.js';
import { cutSamples, type Samples, take } from '../../src/graphcast/samples.js';
import { loadSource } from '../../src/graphcast/sources/source.js';
import { computeStatistics, type Statistics } from '../../src/graphcast/statistics.js';
import type { TaskConfig } from '../../src/graphcast/task.js';
import { taskFor, withForcings } from '../../src/graphcast/task-of-data.js';
import { type Batch, lossFunction, makeTrainStep, type TrainState } from '../../src/graphcast/train.js';
import { config, jit, makeMesh, type NdArray } from '../../src/index.js';
import * as optax from '../../src/optax/index.js';
import * as random from '../../src/random/index.js';
import * as tree from '../../src/tree/index.js';
import { observer, tinyJob, writeTinyWeather } from '../graphcast/helpers/tiny-job.js';
import { difference } from '../helpers/devices.js';
import { run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describeXla } from '../helpers/xla.js';

const file = temporaryFolder();
const data = file('weather.nc');

describeXla('GraphCast on eight devices', () => {
  let batch: Batch;
  let step: (state: TrainState, batch: Batch) => { state: TrainState; loss: NdArray; gradNorm: NdArray };
  let start: TrainState;
  let once: ReturnType<typeof step>;

  beforeAll(async () => {
    config.update('engine', 'xla');
    await writeTinyWeather(data);
    const weather = await run(loadSource({ kind: 'file', path: data }, () => {}));
    const dataset = withForcings(weather.train);
    const task: TaskConfig = taskFor(weather);
    const statistics: Statistics = await computeStatistics(dataset);
    const samples: Samples = cutSamples(dataset, task, 1, weather.stepHours);
    batch = take(samples, [0, 1, 2, 3]);
    const model = {
      resolution: 30,
      meshSize: 1,
      latentSize: 8,
      gnnMsgSteps: 2,
      hiddenLayers: 1,
      radiusQueryFractionEdgeLength: 0.6,
      mesh2gridEdgeNormalizationFactor: null,
    };
    const { init, loss } = lossFunction(
      () => new InputsAndResiduals(new GraphCast(model, task, { perVariableWeights: {} }), statistics),
    );
    // Plain gradient descent: Adam's first step would blow rounding up.
    const optimizer = optax.chain(optax.clipByGlobalNorm(32), optax.sgd(1e-2)) as optax.GradientTransformation;
    const params = jit((b: Batch) => init(random.PRNGKey(0), b))(batch) as TrainState['params'];
    start = { params, optState: optimizer.init(params) };
    step = jit(makeTrainStep(loss, optimizer)) as unknown as typeof step;
    once = step(start, batch);
  });

  const layouts = {
    'data (4 devices, a sample each)': { sizes: [4, 1], axes: { batch: 'data' } },
    'space (4 devices, a quarter of the longitudes each)': { sizes: [1, 4], axes: { lon: 'space' } },
    'data and space (2 x 4 devices)': { sizes: [2, 4], axes: { batch: 'data', lon: 'space' } },
  } as const;

  for (const [name, { sizes, axes }] of Object.entries(layouts)) {
    test(`divided by ${name} gives the loss and parameters of one device`, () => {
      const mesh = makeMesh(sizes, ['data', 'space']);
      const { state, loss, gradNorm } = step(replicateState(start, mesh), shardBatch(batch, mesh, axes));
      expect(loss.sharding.devices.length).toBe(sizes[0] * sizes[1]);
      expect(Math.abs(loss.item() - once.loss.item()) / once.loss.item()).toBeLessThan(1e-6);
      expect(Math.abs(gradNorm.item() - once.gradNorm.item()) / once.gradNorm.item()).toBeLessThan(1e-5);
      const pairs = [tree.leaves(state.params), tree.leaves(once.state.params)] as NdArray[][];
      pairs[0].forEach((x, i) => {
        expect(difference(x, pairs[1][i])).toBeLessThan(1e-6);
      });
    });
  }

  // Two whole jobs: FLUXION_TEST_LONG=1 runs them.
  test.runIf(process.env.FLUXION_TEST_LONG)(
    'the training job divides its batches among devices, and learns the same',
    async () => {
      const never = new AbortController().signal;
      const train = (out: string, devices: number) =>
        run(
          runMainJob(
            tinyJob(data, file(out), { devices, steps: 3, report: false, autoregressiveSteps: 1 }),
            observer(),
            never,
          ),
        );
      const [one, two] = [await train('one', 1), await train('two', 2)];
      expect(two.metrics.loss.first).toBeCloseTo(one.metrics.loss.first, 5);
      expect(Math.abs(two.metrics.loss.last / one.metrics.loss.last - 1)).toBeLessThan(1e-4);
      await expect(train('three', 3)).rejects.toThrow('batchSize must be a multiple of the number of devices, 3');
    },
  );
});
