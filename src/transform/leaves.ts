/**
 * Between trees, which users write, and flat lists of arrays, which the transformations work on.
 */
import { DeviceArray, NdArray, scalarArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import { isComplex, isFloat } from '../array/dtype.js';
import { config } from '../config.js';
import { NotALeaf } from '../error/error.js';
import { convertElementType } from '../primitive/convert.js';
import { flatten, leafPaths, type TreeDef } from '../tree/tree.js';

/** The dtype of a typed array, narrowed to 32 bits unless `enableX64`. */
function typedArrayDType(value: ArrayBufferView): DType | null {
  const x64 = config.enableX64;
  if (value instanceof Float32Array) return 'float32';
  if (value instanceof Float64Array) return x64 ? 'float64' : 'float32';
  if (value instanceof Int32Array) return 'int32';
  if (value instanceof Uint32Array) return 'uint32';
  if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) return 'uint8';
  if (value instanceof Int8Array) return 'int8';
  if (value instanceof Int16Array) return 'int16';
  if (value instanceof Uint16Array) return 'uint16';
  if (value instanceof BigInt64Array) return x64 ? 'int64' : 'int32';
  if (value instanceof BigUint64Array) return x64 ? 'uint64' : 'uint32';
  return null;
}

/** The weak scalar that a plain number is: integer-valued ones are integers, all others floating point. */
export function weakScalar(value: number | bigint | boolean): NdArray {
  const x64 = config.enableX64;
  if (typeof value === 'boolean') return scalarArray(value, 'bool', false);
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) {
    const fits = typeof value === 'number' && value >= -(2 ** 31) && value < 2 ** 31;
    if (fits || x64) return scalarArray(value, x64 ? 'int64' : 'int32', true);
  }
  return scalarArray(value, x64 ? 'float64' : 'float32', true);
}

/** A leaf of an argument as an array; null when it is none. */
export function leafArray(leaf: unknown): NdArray | null {
  if (leaf instanceof NdArray) return leaf;
  if (typeof leaf === 'number' || typeof leaf === 'boolean' || typeof leaf === 'bigint') return weakScalar(leaf);
  if (ArrayBuffer.isView(leaf)) {
    const dtype = typedArrayDType(leaf);
    if (dtype === null) return null;
    const source = leaf as unknown as ArrayLike<number>;
    const data =
      leaf instanceof Float64Array && dtype === 'float32'
        ? Float32Array.from(leaf)
        : leaf instanceof BigInt64Array && dtype === 'int32'
          ? Int32Array.from(leaf, Number)
          : leaf instanceof BigUint64Array && dtype === 'uint32'
            ? Uint32Array.from(leaf, Number)
            : leaf instanceof Uint8ClampedArray
              ? Uint8Array.from(leaf)
              : (source as Float32Array).slice();
    return DeviceArray.fromHost({ dtype, shape: [data.length], data });
  }
  return null;
}

const describe = (value: unknown): string => {
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor?.name ?? 'Object'}`;
  return typeof value === 'string' ? `the string ${JSON.stringify(value)}` : `a ${typeof value}`;
};

/**
 * The leaves of a tree as arrays.
 * @throws NotALeaf naming the path of a leaf that is none
 */
export function flattenArrays(tree: unknown, op: string, root: string): { leaves: NdArray[]; treedef: TreeDef } {
  const [raw, treedef] = flatten(tree);
  const leaves = arraysOf(raw, op, () => leafPaths(treedef, root));
  return { leaves, treedef };
}

/** Leaves as arrays; `paths` is asked only when one is not. */
export function arraysOf(raw: readonly unknown[], op: string, paths: () => readonly string[]): NdArray[] {
  return raw.map((leaf, i) => {
    const array = leafArray(leaf);
    if (array === null) throw new NotALeaf({ op, path: paths()[i], actual: describe(leaf) });
    return array;
  });
}

/** Differentiable inputs: plain integers become floating point, so that `grad(f)(3)` is what one means. */
export function toInexact(value: NdArray): NdArray {
  if (isFloat(value.dtype) || isComplex(value.dtype)) return value;
  return value.weakType ? convertElementType(value, config.enableX64 ? 'float64' : 'float32') : value;
}
