/** Cases of the primitives that move, choose and sum elements. Most are linear, and so exact on whole numbers. */
import type { NdArray } from 'fluxion/extend';
import type { Chance } from '../chance.js';
import { type CaseSource, numbers, operandsOf, wholes } from './case.js';

type Shape = readonly number[];

const only = { operands: [0], jointly: true } as const;

const oneOf = (
  name: string,
  options: Parameters<typeof operandsOf>[1],
  params: (shape: Shape, chance: Chance) => object,
  exact: CaseSource['exact'] = only,
): CaseSource => ({
  cases: operandsOf(name, options, (shape, chance) => ({
    args: [numbers(shape, chance)],
    params: params(shape, chance),
  })),
  exact,
});

const shuffled = (count: number, chance: Chance): number[] => {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const k = chance.integer(0, i);
    [order[i], order[k]] = [order[k], order[i]];
  }
  return order;
};

const someAxes = (shape: Shape, chance: Chance): number[] => shape.map((_, i) => i).filter(() => chance.next() < 0.6);
const axisOf = (shape: Shape, chance: Chance): number => chance.integer(0, shape.length - 1);
const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

const reduction = (
  name: string,
  range: readonly [number, number] = [-2, 2],
  exact?: CaseSource['exact'],
): CaseSource => ({
  cases: operandsOf(name, {}, (shape, chance) => ({
    args: [numbers(shape, chance, { range })],
    params: { axes: someAxes(shape, chance), outSharding: undefined },
  })),
  exact,
});

const bits = (name: string): CaseSource => ({
  cases: operandsOf(name, {}, (shape, chance) => ({
    args: [wholes(shape, chance)],
    params: { axes: someAxes(shape, chance) },
  })),
});

const arg = (name: string): CaseSource => ({
  cases: operandsOf(name, { minDims: 1 }, (shape, chance) => ({
    args: [numbers(shape, chance)],
    params: { axes: [axisOf(shape, chance)], indexDtype: 'int32' },
  })),
});

const cumulative = (name: string, range: readonly [number, number], exact?: CaseSource['exact']): CaseSource => ({
  cases: operandsOf(name, { minDims: 1 }, (shape, chance) => ({
    args: [numbers(shape, chance, { range, kinks: [0] })],
    params: { axis: axisOf(shape, chance), reverse: chance.next() < 0.5 },
  })),
  exact,
});

/** Start, limit and stride of each axis. */
const cut = (shape: Shape, chance: Chance): object => {
  const startIndices = shape.map((n) => chance.integer(0, n - 1));
  return {
    startIndices,
    limitIndices: shape.map((n, i) => chance.integer(startIndices[i] + 1, n)),
    strides: chance.next() < 0.5 ? null : shape.map(() => chance.integer(1, 2)),
  };
};

const starts = (shape: Shape, chance: Chance): NdArray[] => shape.map((n) => wholes([], chance, [-1, n]));

export const structuralCases: Readonly<Record<string, CaseSource>> = {
  reshape: oneOf('reshape', {}, (shape, chance) => ({
    newSizes: chance.pick([[product(shape)], [...shape].reverse(), [1, ...shape], [product(shape), 1]]),
  })),
  transpose: oneOf('transpose', {}, (shape, chance) => ({ permutation: shuffled(shape.length, chance) })),
  broadcast_in_dim: oneOf('broadcast_in_dim', { maxDims: 2 }, (shape, chance) => {
    const at = chance.integer(0, shape.length);
    const full = [...shape.slice(0, at), 2, ...shape.slice(at)].map((n) => (n === 1 ? 3 : n));
    return { shape: full, broadcastDimensions: shape.map((_, i) => (i < at ? i : i + 1)) };
  }),
  squeeze: {
    cases: operandsOf('squeeze', { maxDims: 2 }, (shape, chance) => {
      const at = chance.integer(0, shape.length);
      return {
        args: [numbers([...shape.slice(0, at), 1, ...shape.slice(at)], chance)],
        params: { dimensions: [at] },
      };
    }),
    exact: only,
  },
  reduce_sum: reduction('reduce_sum', [-2, 2], only),
  reduce_prod: reduction('reduce_prod', [0.25, 1.75]),
  reduce_max: reduction('reduce_max'),
  reduce_min: reduction('reduce_min'),
  ...Object.fromEntries(['reduce_and', 'reduce_or', 'reduce_xor'].map((name) => [name, bits(name)])),
  ...Object.fromEntries(['argmax', 'argmin'].map((name) => [name, arg(name)])),
  cumsum: cumulative('cumsum', [-2, 2], only),
  cumprod: cumulative('cumprod', [0.25, 1.75]),
  cummax: cumulative('cummax', [-2, 2]),
  cummin: cumulative('cummin', [-2, 2]),
  cumlogsumexp: cumulative('cumlogsumexp', [-2, 2]),
  slice: oneOf('slice', {}, cut),
  pad: {
    cases: operandsOf('pad', { maxDims: 2 }, (shape, chance) => ({
      args: [numbers(shape, chance), numbers([], chance)],
      params: { paddingConfig: shape.map(() => [chance.integer(-1, 2), chance.integer(0, 2), chance.integer(0, 2)]) },
    })),
    exact: { operands: [0, 1], jointly: true },
  },
  rev: oneOf('rev', {}, (shape, chance) => ({ dimensions: someAxes(shape, chance) })),
  concatenate: {
    cases: operandsOf('concatenate', { minDims: 1 }, (shape, chance) => {
      const dimension = axisOf(shape, chance);
      const longer = shape.map((n, i) => (i === dimension ? n + 1 : n));
      return { args: [numbers(shape, chance), numbers(longer, chance)], params: { dimension } };
    }),
    exact: { operands: [0, 1], jointly: true },
  },
  split: oneOf('split', { minDims: 1 }, (shape, chance) => {
    const axis = axisOf(shape, chance);
    const first = chance.integer(0, shape[axis]);
    return { axis, sizes: [first, shape[axis] - first] };
  }),
  dynamic_slice: {
    cases: operandsOf('dynamic_slice', {}, (shape, chance) => ({
      args: [numbers(shape, chance), ...starts(shape, chance)],
      params: { sliceSizes: shape.map((n) => chance.integer(1, n)) },
    })),
    exact: only,
  },
  dynamic_update_slice: {
    cases: operandsOf('dynamic_update_slice', {}, (shape, chance) => ({
      args: [
        numbers(shape, chance),
        numbers(
          shape.map((n) => chance.integer(1, n)),
          chance,
        ),
        ...starts(shape, chance),
      ],
    })),
    exact: { operands: [0, 1], jointly: true },
  },
  iota: {
    cases: operandsOf('iota', { minDims: 1 }, (shape, chance) => ({
      args: [],
      params: { dtype: 'float64', shape, dimension: axisOf(shape, chance) },
    })),
  },
  sort: {
    cases: operandsOf('sort', { minDims: 1 }, (shape, chance) => ({
      args: [numbers(shape, chance), numbers(shape, chance)],
      params: { dimension: axisOf(shape, chance), isStable: true, numKeys: 1 },
    })),
  },
  top_k: {
    cases: operandsOf('top_k', { minDims: 1 }, (shape, chance) => ({
      args: [numbers(shape, chance)],
      params: { k: chance.integer(1, shape[shape.length - 1]) },
    })),
  },
};
