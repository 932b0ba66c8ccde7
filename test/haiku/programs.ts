/** The functions of test/oracle/haiku_.py. */

import * as hk from '../../src/haiku/index.js';
import type { NdArray } from '../../src/index.js';
import { add, multiply } from '../../src/numpy/arithmetic.js';
import { astype } from '../../src/numpy/creation.js';
import { getIndex } from '../../src/numpy/indexing.js';
import { tanh } from '../../src/numpy/transcendental.js';
import * as random from '../../src/random/index.js';

class Inner extends hk.Module {
  readonly first: hk.Linear;
  readonly second: hk.Linear;
  constructor(size: number, options: hk.ModuleOptions = {}) {
    super(options);
    this.first = new hk.Linear(size);
    this.second = new hk.Linear(size, { name: 'second' });
  }
  call(x: NdArray): NdArray {
    return add(this.second.call(this.first.call(x)), this.scaled(x));
  }
  scaled(x: NdArray): NdArray {
    const size = x.shape[1];
    const scale = hk.getParameter('scale', [size], { init: hk.initializers.ones });
    return add(multiply(x, scale), new hk.Linear(size).call(x));
  }
}

class Outer extends hk.Module {
  // Fields are made in the constructor too.
  readonly inner = new Inner(3, { name: 'left' });
  readonly other = new Inner(3);
  call(x: NdArray): NdArray {
    const y = add(this.inner.call(x), this.other.call(x));
    return this._buildLate(add(add(y, new hk.Linear(3).call(x)), new hk.Linear(3).call(x)));
  }
  _buildLate(x: NdArray): NdArray {
    return new Inner(3, { name: 'late' }).call(new hk.nets.MLP([4, 3]).call(x));
  }
}

class Counter extends hk.Module {
  call(x: NdArray): NdArray {
    const count = hk.getState('count', { shape: [], dtype: 'int32', init: hk.initializers.zeros });
    hk.setState('count', add(count, 1));
    return add(x, count);
  }
}

const loose = (x: NdArray): NdArray =>
  multiply(x, hk.getParameter('gain', [3], { init: hk.initializers.Constant(2.5) }));

const draw = (size: number): NdArray => random.uniform(hk.nextRngKey(), { shape: [size] });

const initializer =
  (init: hk.initializers.Initializer) =>
  (x: NdArray): NdArray =>
    hk.getParameter('w', [4, 3], { dtype: x.dtype, init });

const { initializers: I } = hk;

export const programs: Record<string, (x: NdArray) => NdArray> = {
  linear: (x) => new hk.Linear(5).call(x),
  linearVector: (x) => new hk.Linear(2).call(getIndex(x, [0])),
  linearWithoutBias: (x) => new hk.Linear(5, { withBias: false }).call(x),
  linearBiased: (x) => new hk.Linear(5, { bInit: I.RandomNormal({ stddev: 0.5 }) }).call(x),
  mlp: (x) => new hk.nets.MLP([6, 4, 2]).call(x),
  mlpActivated: (x) => new hk.nets.MLP([4, 4], { activation: tanh, activateFinal: true, name: 'encoder' }).call(x),
  mlpDropout: (x) => new hk.nets.MLP([8, 2]).call(x, { dropoutRate: 0.5, rng: hk.nextRngKey() }),
  layerNorm: (x) => new hk.LayerNorm(-1, true, true).call(x),
  layerNormPlain: (x) => new hk.LayerNorm(-1, false, false).call(x),
  layerNormAxes: (x) => new hk.LayerNorm([0, 1], true, false, { eps: 1e-2, paramAxis: [0, 1] }).call(x),
  layerNormFast: (x) => new hk.LayerNorm(-1, true, true, { useFastVariance: true }).call(x),
  rmsNorm: (x) => new hk.RMSNorm(-1).call(x),
  embed: () =>
    new hk.Embed({ vocabSize: 7, embedDim: 4 }).call([
      [1, 6],
      [0, 1],
    ]),
  embedOneHot: () => new hk.Embed({ vocabSize: 7, embedDim: 4, lookupStyle: 'ONE_HOT' }).call([1, 6]),
  bias: (x) => new hk.Bias().call(x),
  dropout: (x) => hk.dropout(hk.nextRngKey(), 0.3, x),
  outer: (x) => new Outer().call(x),
  counter: (x) => add(new Counter().call(x), new Counter().call(x)),
  twice: (x) => {
    const layer = new hk.Linear(3);
    return layer.call(layer.call(x));
  },
  siblings: (x) => {
    const a = new hk.Linear(3);
    const b = new hk.Linear(3);
    const sum = add(add(a.call(x), b.call(x)), new hk.Linear(3, { name: 'linear_5' }).call(x));
    return add(sum, new hk.Linear(3).call(x));
  },
  sequential: (x) =>
    new hk.Sequential([
      new hk.nets.MLP([4], { name: 'head' }),
      new hk.LayerNorm(-1, true, true, { name: 'norm' }),
      tanh,
    ]).call(x),
  loose,
  scoped: (x) => hk.nameScope('outside', () => add(new hk.Linear(3).call(x), loose(x))),
  keys: () => add(draw(2), draw(2)),
  rematerialized: (x) => {
    const layer = new hk.nets.MLP([4, 3]);
    const inside = hk.remat((y: NdArray) => add(layer.call(y), draw(3)));
    return add(inside(x), draw(3));
  },
  scanned: (x) => {
    const layer = new hk.Linear(3);
    const step = (h: NdArray, v: NdArray) => {
      const next = tanh(add(layer.call(h), add(v, draw(3))));
      const count = hk.getState('count', { shape: [], dtype: 'int32', init: hk.initializers.zeros });
      hk.setState('count', add(count, 1));
      return [next, multiply(next, 2)] as const;
    };
    const [last, ys] = hk.scan(step, getIndex(x, [0]), x) as readonly [NdArray, NdArray];
    return add(last, ys);
  },
  inBfloat16: (x) => new hk.nets.MLP([4, 3]).call(astype(x, 'bfloat16')),
  randomNormal: initializer(I.RandomNormal({ stddev: 2, mean: 1 })),
  truncatedNormal: initializer(I.TruncatedNormal({ stddev: 2, mean: 1 })),
  randomUniform: initializer(I.RandomUniform({ minval: -1, maxval: 3 })),
  varianceScaling: initializer(I.VarianceScaling()),
  varianceScalingNormal: initializer(I.VarianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' })),
  varianceScalingUniform: initializer(I.VarianceScaling({ scale: 3, mode: 'fanAvg', distribution: 'uniform' })),
  uniformScaling: initializer(I.UniformScaling({ scale: 2 })),
  identity: initializer(I.Identity({ gain: 2 })),
};
