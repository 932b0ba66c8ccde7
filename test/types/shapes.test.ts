import { expectTypeOf } from 'expect-type';
import { describe, test } from 'vitest';
import { type Dim, grad, jit, type NdArray, type ShapeError, vmap } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';

/** Type-checked, never run. */
const typed = (title: string, _: () => void): void => test(title, () => {});

/** The sentence of the argument's type, when it refuses whatever comes. */
type Refusal<T> = T extends ShapeError<infer Sentence> ? Sentence : never;
/** What the type of an argument adds for arrays of two shapes. */
type MatmulRefusal<A extends readonly Dim[], B extends readonly Dim[]> = Refusal<
  Parameters<typeof jnp.matmul<NdArray<A>, NdArray<B>>>[1]
>;
type AddRefusal<A extends readonly Dim[], B extends readonly Dim[]> = Refusal<
  Parameters<typeof jnp.add<NdArray<A>, NdArray<B>>>[1]
>;

declare const unknown: NdArray;
declare const named: NdArray<['batch', 10]>;
declare const rows: NdArray<[number, 10]>;

describe('arrays of literal shape', () => {
  typed('come from literal shapes', () => {
    expectTypeOf(jnp.zeros([128, 10])).toEqualTypeOf<NdArray<[128, 10]>>();
    expectTypeOf(jnp.ones(3)).toEqualTypeOf<NdArray<[3]>>();
    expectTypeOf(jnp.empty([])).toEqualTypeOf<NdArray<[]>>();
    expectTypeOf(jnp.full([2, 3], 1, { dtype: 'int32' })).toEqualTypeOf<NdArray<[2, 3]>>();
    expectTypeOf(jnp.broadcastTo(1, [4, 5])).toEqualTypeOf<NdArray<[4, 5]>>();
    expectTypeOf(jnp.zerosLike(named)).toEqualTypeOf<NdArray<['batch', 10]>>();
    expectTypeOf(jnp.onesLike(named, { shape: [7] })).toEqualTypeOf<NdArray<[7]>>();
  });
  typed('come from nested lists that are constants', () => {
    expectTypeOf(jnp.array(1)).toEqualTypeOf<NdArray<[]>>();
    expectTypeOf(jnp.array([1, 2, 3] as const)).toEqualTypeOf<NdArray<[3]>>();
    // biome-ignore format: a matrix
    expectTypeOf(jnp.array([[1, 2, 3], [4, 5, 6]] as const)).toEqualTypeOf<NdArray<[2, 3]>>();
    expectTypeOf(jnp.array([[1], [2, 3]] as const)).toEqualTypeOf<NdArray>();
    expectTypeOf(jnp.array([1, 2, 3])).toEqualTypeOf<NdArray>();
    expectTypeOf(jnp.array([1, 2], { ndmin: 2 })).toEqualTypeOf<NdArray>();
    expectTypeOf(jnp.array(new Float32Array(2))).toEqualTypeOf<NdArray>();
    expectTypeOf(jnp.array(named)).toEqualTypeOf<NdArray<['batch', 10]>>();
  });
  typed('are of unknown size where the size is computed', () => {
    const n: number = 3;
    expectTypeOf(jnp.zeros([n, 10])).toEqualTypeOf<NdArray<[number, 10]>>();
    expectTypeOf(jnp.zeros(unknown.shape)).toEqualTypeOf<NdArray>();
  });
  typed('pass where the shape is not known, and back; two known ones must agree', () => {
    const whatever: NdArray = jnp.zeros([2, 3]);
    const known: NdArray<['batch', 10]> = whatever;
    const half: NdArray<[128, 10]> = rows;
    expectTypeOf(known).toEqualTypeOf<NdArray<['batch', 10]>>();
    expectTypeOf(half.ndim).toEqualTypeOf<number>();
    // @ts-expect-error [2, 3] is not [3, 2]
    const wrong: NdArray<[3, 2]> = jnp.zeros([2, 3]);
    // @ts-expect-error a matrix is not a vector
    const flat: NdArray<[number]> = jnp.zeros([2, 3]);
    // @ts-expect-error a batch is not a channel
    const other: NdArray<['channel', 10]> = named;
    return [wrong, flat, other];
  });
});

describe('broadcasting', () => {
  typed('stretches sizes of 1 and missing axes', () => {
    expectTypeOf(jnp.add(jnp.ones([2, 1, 5]), jnp.ones([3, 1]))).toEqualTypeOf<NdArray<[2, 3, 5]>>();
    expectTypeOf(jnp.ones([3]).mul(jnp.ones([4, 3]))).toEqualTypeOf<NdArray<[4, 3]>>();
    expectTypeOf(jnp.ones([2, 3]).sub(1).div(2).pow(2)).toEqualTypeOf<NdArray<[2, 3]>>();
    expectTypeOf(jnp.power(jnp.ones([2, 3]), jnp.ones([2, 1]))).toEqualTypeOf<NdArray<[2, 3]>>();
    expectTypeOf(jnp.maximum(0, jnp.ones([2, 3]))).toEqualTypeOf<NdArray<[2, 3]>>();
    expectTypeOf(jnp.ones([2, 3]).gt(jnp.ones([3]))).toEqualTypeOf<NdArray<[2, 3]>>();
    expectTypeOf(
      jnp
        .tanh(jnp.ones([2, 3]))
        .exp()
        .neg(),
    ).toEqualTypeOf<NdArray<[2, 3]>>();
  });
  typed('keeps names, and sizes that may be stretched stay unknown', () => {
    expectTypeOf(named.add(jnp.ones([10]))).toEqualTypeOf<NdArray<['batch', 10]>>();
    expectTypeOf(named.add(named)).toEqualTypeOf<NdArray<['batch', 10]>>();
    expectTypeOf(rows.add(jnp.ones([4, 10]))).toEqualTypeOf<NdArray<[4, 10]>>();
    expectTypeOf(rows.add(jnp.ones([1, 10]))).toEqualTypeOf<NdArray<[number, 10]>>();
    expectTypeOf(rows.add(named)).toEqualTypeOf<NdArray<[number, 10]>>();
  });
  typed('with an unknown shape is unknown', () => {
    expectTypeOf(unknown.add(named)).toEqualTypeOf<NdArray>();
    expectTypeOf(named.add(unknown)).toEqualTypeOf<NdArray>();
    expectTypeOf(named.add([1, 2])).toEqualTypeOf<NdArray>();
  });
  typed('refuses what does not fit, and says why', () => {
    // @ts-expect-error [2, 3] and [4] do not broadcast: 3 is not 4
    jnp.add(jnp.ones([2, 3]), jnp.ones([4]));
    expectTypeOf<AddRefusal<[2, 3], [4]>>().toEqualTypeOf<'[2, 3] and [4] do not broadcast: 3 is not 4'>();
    // @ts-expect-error [batch, 10] and [channel, 10] do not broadcast: batch is not channel
    named.mul({} as NdArray<['channel', 10]>);
    type Names = AddRefusal<['batch', 10], ['channel', 10]>;
    expectTypeOf<Names>().toEqualTypeOf<'[batch, 10] and [channel, 10] do not broadcast: batch is not channel'>();
    expectTypeOf<AddRefusal<[2, 3], [2, 3]>>().toBeNever();
    expectTypeOf<AddRefusal<readonly Dim[], [2, 3]>>().toBeNever();
  });
});

describe('products', () => {
  typed('contract the inner size', () => {
    const [x, w] = [jnp.zeros([32, 128]), jnp.zeros([128, 10])] as const;
    expectTypeOf(jnp.matmul(x, w)).toEqualTypeOf<NdArray<[32, 10]>>();
    expectTypeOf(x.matmul(w).add(jnp.zeros(10))).toEqualTypeOf<NdArray<[32, 10]>>();
    expectTypeOf(x.dot(jnp.zeros([5, 128, 7]))).toEqualTypeOf<NdArray<[32, 5, 7]>>();
    expectTypeOf(jnp.matmul(jnp.zeros([5, 1, 2, 3]), jnp.zeros([4, 3, 6]))).toEqualTypeOf<NdArray<[5, 4, 2, 6]>>();
    expectTypeOf(jnp.matmul(jnp.zeros(3), jnp.zeros([3, 4]))).toEqualTypeOf<NdArray<[4]>>();
    expectTypeOf(jnp.matmul(jnp.zeros([4, 3]), jnp.zeros(3))).toEqualTypeOf<NdArray<[4]>>();
    expectTypeOf(jnp.dot(jnp.zeros(3), jnp.zeros(3))).toEqualTypeOf<NdArray<[]>>();
    expectTypeOf(jnp.dot(2, x)).toEqualTypeOf<NdArray<[32, 128]>>();
    expectTypeOf(named.matmul(jnp.zeros([10, 3]))).toEqualTypeOf<NdArray<['batch', 3]>>();
    expectTypeOf(unknown.matmul(w)).toEqualTypeOf<NdArray>();
  });
  typed('refuse inner sizes that differ, and say why', () => {
    // @ts-expect-error matmul of [32, 128] and [64, 10]: 128 columns cannot meet 64 rows
    jnp.zeros([32, 128]).matmul(jnp.zeros([64, 10]));
    type Inner = MatmulRefusal<[32, 128], [64, 10]>;
    expectTypeOf<Inner>().toEqualTypeOf<'matmul of [32, 128] and [64, 10]: 128 columns cannot meet 64 rows'>();
    // @ts-expect-error [2] and [3] do not broadcast: 2 is not 3
    jnp.matmul(jnp.zeros([2, 4, 5]), jnp.zeros([3, 5, 6]));
    // @ts-expect-error matmul of [3] and a scalar: use multiply
    jnp.matmul(jnp.zeros(3), 2);
    expectTypeOf<MatmulRefusal<[3], []>>().toEqualTypeOf<'matmul of [3] and a scalar: use multiply'>();
    // @ts-expect-error dot of [3] and [4]: 3 columns cannot meet 4 rows
    jnp.dot(jnp.zeros(3), jnp.zeros(4));
  });
  typed('know sizes that are type parameters', () => {
    const layer = <B extends Dim>(x: NdArray<[B, 128]>): NdArray<[B, 10]> => {
      const y = x.matmul(jnp.zeros([128, 10])).add(jnp.zeros(10));
      expectTypeOf(y).toEqualTypeOf<NdArray<[B, 10]>>();
      return jnp.tanh(y);
    };
    expectTypeOf(layer(jnp.zeros([32, 128]))).toEqualTypeOf<NdArray<[32, 10]>>();
  });
});

describe('reductions', () => {
  typed('remove axes, or keep them with size 1', () => {
    const x = jnp.zeros([2, 3, 4]);
    expectTypeOf(jnp.sum(x)).toEqualTypeOf<NdArray<[]>>();
    expectTypeOf(x.sum({ axis: 1 })).toEqualTypeOf<NdArray<[2, 4]>>();
    expectTypeOf(jnp.mean(x, { axis: -1 })).toEqualTypeOf<NdArray<[2, 3]>>();
    expectTypeOf(x.max({ axis: [0, -1] })).toEqualTypeOf<NdArray<[3]>>();
    expectTypeOf(jnp.std(x, { axis: [0, 2], keepdims: true })).toEqualTypeOf<NdArray<[1, 3, 1]>>();
    expectTypeOf(x.mean({ keepdims: true })).toEqualTypeOf<NdArray<[1, 1, 1]>>();
    expectTypeOf(x.argmax({ axis: 0 })).toEqualTypeOf<NdArray<[3, 4]>>();
    expectTypeOf(jnp.all(named, { axis: 1 })).toEqualTypeOf<NdArray<['batch']>>();
    expectTypeOf(x.sub(x.mean({ axis: 1, keepdims: true }))).toEqualTypeOf<NdArray<[2, 3, 4]>>();
  });
  typed('give an unknown shape for what is not known', () => {
    const [axis, keepdims] = [1 as number, true as boolean];
    expectTypeOf(named.sum({ axis })).toEqualTypeOf<NdArray>();
    expectTypeOf(named.sum({ axis: 0, keepdims })).toEqualTypeOf<NdArray>();
    expectTypeOf(unknown.sum({ axis: 0 })).toEqualTypeOf<NdArray>();
    expectTypeOf(named.sum({} as jnp.SumOptions)).toEqualTypeOf<NdArray>();
  });
  typed('refuse axes that there are not, and options that there are not', () => {
    // @ts-expect-error axis 2 is out of range for [batch, 10]
    named.sum({ axis: 2 });
    // @ts-expect-error axis -3 is out of range for [batch, 10]
    jnp.mean(named, { axis: -3 });
    type Options = Parameters<typeof jnp.sum<typeof named, 2, false>>[1];
    expectTypeOf<Refusal<Options>>().toEqualTypeOf<'axis 2 is out of range for [batch, 10]'>();
    // @ts-expect-error there is no such option
    named.sum({ axes: 0 });
    // @ts-expect-error a position has one axis
    named.argmax({ axis: [0, 1] });
  });
});

describe('arrangements', () => {
  const x = {} as NdArray<[2, 3, 4]>;
  typed('transposes', () => {
    expectTypeOf(x.T).toEqualTypeOf<NdArray<[4, 3, 2]>>();
    expectTypeOf(x.mT).toEqualTypeOf<NdArray<[2, 4, 3]>>();
    expectTypeOf(jnp.transpose(x)).toEqualTypeOf<NdArray<[4, 3, 2]>>();
    expectTypeOf(jnp.transpose(x, { axes: [1, 0, -1] })).toEqualTypeOf<NdArray<[3, 2, 4]>>();
    expectTypeOf(x.transpose(2, 0, 1)).toEqualTypeOf<NdArray<[4, 2, 3]>>();
    expectTypeOf(x.transpose([2, 0, 1])).toEqualTypeOf<NdArray<[4, 2, 3]>>();
    expectTypeOf(jnp.permuteDims(x, [0, 2, 1])).toEqualTypeOf<NdArray<[2, 4, 3]>>();
    expectTypeOf(unknown.T).toEqualTypeOf<NdArray>();
    // @ts-expect-error transpose: [0, 1] must name each axis of [2, 3, 4] once
    x.transpose([0, 1]);
    // @ts-expect-error transpose: [0, 1, 1] must name each axis of [2, 3, 4] once
    jnp.transpose(x, { axes: [0, 1, 1] });
  });
  typed('reshapes', () => {
    expectTypeOf(x.reshape([6, 4])).toEqualTypeOf<NdArray<[6, 4]>>();
    expectTypeOf(x.reshape(4, 6)).toEqualTypeOf<NdArray<[4, 6]>>();
    expectTypeOf(jnp.reshape(x, 24)).toEqualTypeOf<NdArray<[24]>>();
    expectTypeOf(x.reshape([2, -1])).toEqualTypeOf<NdArray<[2, number]>>();
    expectTypeOf(unknown.reshape([6, 4])).toEqualTypeOf<NdArray<[6, 4]>>();
    expectTypeOf(jnp.zeros([256, 365, 1440]).reshape([93440, 1440])).toEqualTypeOf<NdArray<[93440, 1440]>>();
    expectTypeOf(jnp.zeros([0, 7]).reshape([3, 0])).toEqualTypeOf<NdArray<[3, 0]>>();
    // @ts-expect-error reshape: [2, 3, 4] and [5, 5] have not the same number of elements
    x.reshape([5, 5]);
    // @ts-expect-error reshape: [2, 3, 4] and [25] have not the same number of elements
    jnp.reshape(x, 25);
    // @ts-expect-error reshape: [256, 365, 1440] and [93441, 1440] have not the same number of elements
    jnp.zeros([256, 365, 1440]).reshape([93441, 1440]);
  });
  typed('puts axes of size 1 in and takes them out', () => {
    expectTypeOf(jnp.expandDims(x, 0)).toEqualTypeOf<NdArray<[1, 2, 3, 4]>>();
    expectTypeOf(jnp.expandDims(x, [-1, 1])).toEqualTypeOf<NdArray<[2, 1, 3, 4, 1]>>();
    expectTypeOf(jnp.squeeze(jnp.zeros([1, 2, 1]))).toEqualTypeOf<NdArray<[2]>>();
    expectTypeOf(jnp.zeros([1, 2, 1]).squeeze({ axis: -1 })).toEqualTypeOf<NdArray<[1, 2]>>();
    expectTypeOf(jnp.squeeze(rows)).toEqualTypeOf<NdArray>();
    // @ts-expect-error squeeze: axis [1] of [2, 3, 4] has not size 1
    x.squeeze({ axis: 1 });
    // @ts-expect-error axis 4 is out of range for [2, 3, 4, 1]
    jnp.expandDims(x, 4);
  });
});

describe('callers that know nothing of shapes', () => {
  typed('mix arrays of unlike shapes', () => {
    const layers = [jnp.zeros([2, 3]), jnp.zeros([3])];
    expectTypeOf(layers.map((w) => w.add(1).sum().item())).toEqualTypeOf<number[]>();
    let h: NdArray = jnp.zeros([4]);
    h = h.reshape([2, 2]);
    expectTypeOf(h.T).toEqualTypeOf<NdArray>();
  });
  typed('pass functions of the surface to transformations', () => {
    expectTypeOf(vmap(jnp.add)(unknown, unknown)).toEqualTypeOf<NdArray>();
    expectTypeOf(jit((a: NdArray, b: NdArray) => jnp.matmul(a, b))(named, unknown)).toEqualTypeOf<NdArray>();
    expectTypeOf(grad((a: NdArray) => jnp.sum(a))(named)).toEqualTypeOf<NdArray>();
    const activation: (x: NdArray) => NdArray = jnp.tanh;
    return activation;
  });
});
