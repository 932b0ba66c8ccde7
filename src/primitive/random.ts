/**
 * Threefry-2x32: random bits as a pure function of a key and a counter.
 *
 * A block cipher used as a hash. Two words of key and two words of counter go through twenty rounds of add, rotate, xor;
 * after every fourth the key is added again, with the number of the round:
 *
 *     x0 += x1;  x1 = rotateLeft(x1, r);  x1 ^= x0
 *
 * No state is carried from one number to the next, so numbers can be made in any order and in parallel.
 * Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), section 4.2;
 * jax/_src/random/threefry2x32.py, with which it agrees bit for bit.
 */
import type { NdArray } from '../array/array.js';
import { shaped } from '../array/aval.js';
import { sizeOf } from '../array/shape.js';
import { DTypeMismatch } from '../error/error.js';
import type { Emitter, Value } from '../ir/lowering.js';
import { bind } from '../trace/context.js';
import { nonDifferentiable } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';
import { batchPointwise, broadcastOperands, commonShape } from './pointwise.js';

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Makes the third word of the key, so that a key of zeros is not one of zeros only (Salmon et al., section 4.2). */
const PARITY = 0x1bd11bda;

/** Words and what can be done with them: numbers for the value, program values for the lowering. */
interface Words<T> {
  add(x: T, y: T): T;
  xor(x: T, y: T): T;
  rotateLeft(x: T, bits: number): T;
  constant(value: number): T;
}

/** The cipher, over words of any kind. */
function threefry<T>(w: Words<T>, key0: T, key1: T, count0: T, count1: T): [T, T] {
  const keys = [key0, key1, w.xor(w.xor(key0, key1), w.constant(PARITY))];
  let x0 = w.add(count0, keys[0]);
  let x1 = w.add(count1, keys[1]);
  for (let group = 0; group < 5; group++) {
    for (const bits of ROTATIONS[group % 2]) {
      x0 = w.add(x0, x1);
      x1 = w.xor(w.rotateLeft(x1, bits), x0);
    }
    x0 = w.add(x0, keys[(group + 1) % 3]);
    x1 = w.add(w.add(x1, keys[(group + 2) % 3]), w.constant(group + 1));
  }
  return [x0, x1];
}

const numbers: Words<number> = {
  add: (x, y) => (x + y) >>> 0,
  xor: (x, y) => (x ^ y) >>> 0,
  rotateLeft: (x, bits) => ((x << bits) | (x >>> (32 - bits))) >>> 0,
  constant: (value) => value,
};

const emitted = (e: Emitter, shape: readonly number[]): Words<Value> => {
  const aval = shaped(shape, 'uint32');
  const constant = (value: number): Value => e.constant(value, aval);
  return {
    add: (x, y) => e.op('add', [x, y], aval),
    xor: (x, y) => e.op('xor', [x, y], aval),
    rotateLeft: (x, bits) =>
      e.op(
        'or',
        [e.op('shift_left', [x, constant(bits)], aval), e.op('shift_right_logical', [x, constant(32 - bits)], aval)],
        aval,
      ),
    constant,
  };
};

const OPERANDS = ['key0', 'key1', 'count0', 'count1'];

/** Two words of hash for two words of key and two of counter, elementwise; scalars are repeated (`threefry2x32`). */
export const threefry2x32P = definePrimitive<Record<never, never>>((self) => ({
  name: 'threefry2x32',
  type: (words) => {
    words.forEach((x, i) => {
      if (x.dtype !== 'uint32') {
        throw new DTypeMismatch({
          op: 'threefry2x32',
          argument: OPERANDS[i],
          expected: 'uint32 is needed',
          actual: x.dtype,
        });
      }
    });
    const aval = shaped(commonShape('threefry2x32', words, OPERANDS), 'uint32');
    return [aval, aval];
  },
  evaluate: (words) => {
    const shape = words.find((x) => x.shape.length > 0)?.shape ?? [];
    const size = sizeOf(shape);
    const [out0, out1] = [new Uint32Array(size), new Uint32Array(size)];
    const [key0, key1, count0, count1] = words.map((x) => {
      const data = x.data as Uint32Array;
      return x.shape.length === 0 ? () => data[0] : (i: number) => data[i];
    });
    for (let i = 0; i < size; i++) [out0[i], out1[i]] = threefry(numbers, key0(i), key1(i), count0(i), count1(i));
    return [out0, out1].map((data) => ({ dtype: 'uint32' as const, shape, data }));
  },
  derivative: nonDifferentiable('random bits are integers'),
  batch: batchPointwise(self),
  lower: (e, words, _, [out]) => {
    const [key0, key1, count0, count1] = broadcastOperands(e, words, out.shape);
    return threefry(emitted(e, out.shape), key0, key1, count0, count1);
  },
}));
export const threefry2x32 = (key0: NdArray, key1: NdArray, count0: NdArray, count1: NdArray): [NdArray, NdArray] => {
  const [x0, x1] = bind(threefry2x32P, [key0, key1, count0, count1], {});
  return [x0, x1];
};
