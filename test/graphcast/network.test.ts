/** The network against the same network in JAX, on a graph small enough to be kept here (test/oracle/graphcast_.py). */
import { expect, it } from 'vitest';
import { DeviceArray, type NdArray } from '../../src/array/array.js';
import { fromNumbers } from '../../src/array/numeric.js';
import type { Params } from '../../src/graphcast/checkpoint.js';
import { GraphCast } from '../../src/graphcast/graphcast.js';
import { graphsOf } from '../../src/graphcast/graphs.js';
import '../../src/graphcast/index.js';
import { paperOptimizer } from '../../src/graphcast/train.js';
import * as hk from '../../src/haiku/index.js';
import { jit, valueAndGrad } from '../../src/index.js';
import { applyUpdates } from '../../src/optax/index.js';
import { describeEngines } from '../helpers/engines.js';
import { numbersOf, type OracleArray, readFixture } from '../helpers/oracle.js';
import { leavesOf, maxError, numbers, relativeError } from './golden-case.js';

type Named = { readonly [name: string]: OracleArray };
interface Case {
  readonly params: Named;
  readonly inputs: OracleArray;
  readonly targets: OracleArray;
  readonly output: OracleArray;
  readonly loss: number;
  readonly grads: Named;
  readonly losses: readonly number[];
  readonly trained: Named;
}

const { graph, cases } = readFixture<Case, { readonly graph: Named }>('graphcast/network');
const [wanted] = cases;

const array = (x: OracleArray): NdArray => DeviceArray.fromHost(fromNumbers(x.dtype, x.shape, numbersOf(x)));

function paramsOf(named: Named): Params {
  const params: Record<string, Record<string, NdArray>> = {};
  for (const [key, value] of Object.entries(named)) {
    const [module, name] = key.split(':');
    params[module] = { ...params[module], [name]: array(value) };
  }
  return params;
}

const structures = () => {
  const edges = (name: string) => ({
    senders: array(graph[`${name}_senders`]),
    receivers: array(graph[`${name}_receivers`]),
    features: array(graph[`${name}_edge_features`]),
  });
  return graphsOf({
    gridNodeFeatures: array(graph.grid_node_features),
    meshNodeFeatures: array(graph.mesh_node_features),
    grid2mesh: edges('grid2mesh'),
    mesh: edges('mesh'),
    mesh2grid: edges('mesh2grid'),
  });
};

/** Two output channels: one variable on two levels. */
const network = (): GraphCast =>
  new GraphCast(
    {
      resolution: 1,
      meshSize: 0,
      latentSize: 4,
      gnnMsgSteps: 2,
      hiddenLayers: 1,
      radiusQueryFractionEdgeLength: 0.6,
    },
    {
      inputVariables: ['temperature'],
      targetVariables: ['temperature'],
      forcingVariables: [],
      pressureLevels: [500, 850],
      inputDuration: '12h',
    },
  );

describeEngines(() => {
  const forward = hk.transform((features: NdArray) => network().network(structures(), features));
  const output = (params: Params, inputs: NdArray): NdArray => forward.apply(params, null, inputs);
  const loss = (params: Params, inputs: NdArray, targets: NdArray): NdArray =>
    output(params, inputs)
      .sub(targets)
      .pow(2)
      .mean({ axis: [0, 1] })
      .sum();

  it('GraphCast computes what JAX computes', async () => {
    const got = jit(output)(paramsOf(wanted.params), array(wanted.inputs));
    expect(got.shape).toEqual(wanted.output.shape);
    expect(maxError(await numbers(got), numbersOf(wanted.output))).toBeLessThan(1e-5);
  });

  it('GraphCast has the loss and the gradients that it has in JAX', async () => {
    const step = jit(valueAndGrad(loss));
    const [value, grads] = step(paramsOf(wanted.params), array(wanted.inputs), array(wanted.targets));
    expect(relativeError(value.item(), wanted.loss)).toBeLessThan(5e-6);
    const got = await leavesOf(grads as Params);
    expect([...got.keys()].sort()).toEqual(Object.keys(wanted.grads).sort());
    for (const [key, expected] of Object.entries(wanted.grads)) {
      expect(maxError(got.get(key) ?? [], numbersOf(expected)), key).toBeLessThan(5e-5);
    }
  });

  it('GraphCast is trained to the same parameters as in JAX', async () => {
    const optimizer = paperOptimizer({ learningRate: 1e-3 });
    const step = jit((params: Params, state: unknown, inputs: NdArray, targets: NdArray) => {
      const [value, grads] = valueAndGrad(loss)(params, inputs, targets);
      const [updates, next] = optimizer.update(grads, state as never, params as never);
      return [applyUpdates(params, updates) as Params, next as unknown, value] as const;
    });
    let params = paramsOf(wanted.params);
    let state: unknown = optimizer.init(params as never);
    for (const expected of wanted.losses) {
      const [nextParams, nextState, value] = step(params, state, array(wanted.inputs), array(wanted.targets));
      expect(relativeError((value as NdArray).item(), expected)).toBeLessThan(1e-5);
      params = nextParams as Params;
      state = nextState;
    }
    const got = await leavesOf(params);
    for (const [key, expected] of Object.entries(wanted.trained)) {
      const [gradient, ours] = [numbersOf(wanted.grads[key]), got.get(key) ?? []];
      numbersOf(expected).forEach((x, i) => {
        // Adam moves an element whose gradient is a rounding error by up to the learning rate, either way.
        const sure = Math.abs(gradient[i]) >= 1e-5 || gradient[i] === 0;
        expect(Math.abs(ours[i] - x), key).toBeLessThan(sure ? 1e-5 : wanted.losses.length * 1e-3);
      });
    }
  });
});
