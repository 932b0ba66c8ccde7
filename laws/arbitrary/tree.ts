/**
 * Trees: of any structure, and trees like an example.
 *
 * A tree *like* an example has its structure, shapes and dtypes, with elements from the range that the example's
 * elements span: labels stay labels, probabilities stay between 0 and 1, positive weights stay positive.
 */
import * as fc from 'fast-check';
import { isFloat, isInteger, NdArray } from 'fluxion/extend';
import * as random from 'fluxion/random';
import { flatten, unflatten } from 'fluxion/tree';
import { numbersOf } from '../quantity.js';
import { type ArrayOptions, arrayOf, arraysOfShape } from './array.js';
import { keysOfShape } from './key.js';
import { type ShapeOptions, shapes } from './shape.js';

/** The interval that elements like these come from. */
function rangeLike(values: Float64Array): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [-1, 1];
  if (low >= 0 && high <= 1 && high > low) return [low, high];
  if (low >= 0 && high > 0) return [low / 2, high * 1.5];
  if (high <= 0 && low < 0) return [low * 1.5, high / 2];
  const span = Math.max(high - low, 0.5);
  return [Math.min(low - span / 4, -0.25), Math.max(high + span / 4, 0.25)];
}

/** An array of the same shape and dtype, with elements of the same kind. */
export function arrayLike(
  example: NdArray,
  options: Pick<ArrayOptions, 'specials' | 'kinks'> = {},
): fc.Arbitrary<NdArray> {
  const { dtype, shape } = example;
  if (dtype === 'bool') return arraysOfShape(shape, { dtype });
  const values = numbersOf(example);
  if (isInteger(dtype)) {
    let low = values.length > 0 ? values[0] : 0;
    let high = low;
    for (const v of values) [low, high] = [Math.min(low, v), Math.max(high, v)];
    return arraysOfShape(shape, { dtype, range: [low, high] });
  }
  if (!isFloat(dtype)) return arraysOfShape(shape, { dtype });
  return arraysOfShape(shape, { dtype, range: rangeLike(values), ...options });
}

const leafLike = (leaf: unknown, options: Pick<ArrayOptions, 'specials' | 'kinks'>): fc.Arbitrary<unknown> => {
  if (leaf instanceof random.PRNGKeyArray) return keysOfShape(leaf.shape);
  if (leaf instanceof NdArray) return arrayLike(leaf, options);
  if (typeof leaf === 'number' && !Number.isInteger(leaf)) {
    return arrayLike(arrayOf('float32', [], [leaf]), options).map((x) => x.item());
  }
  if (leaf instanceof Float32Array || leaf instanceof Float64Array) {
    const dtype = leaf instanceof Float64Array ? 'float64' : 'float32';
    return arrayLike(arrayOf(dtype, [leaf.length], leaf), options);
  }
  return fc.constant(leaf);
};

/**
 * Trees with the structure, shapes and dtypes of the example. Keys become other keys; whole numbers that are not arrays
 * stay as they are.
 */
export function treeLike<T>(example: T, options: Pick<ArrayOptions, 'specials' | 'kinks'> = {}): fc.Arbitrary<T> {
  const [leaves, treedef] = flatten(example, { isLeaf: (x) => x instanceof random.PRNGKeyArray });
  return fc.tuple(...leaves.map((leaf) => leafLike(leaf, options))).map((drawn) => unflatten(treedef, drawn) as T);
}

export interface TreeOptions extends ArrayOptions, ShapeOptions {
  readonly maxDepth?: number;
}

/** Trees of arrays of any structure: objects, lists, nulls, single leaves, and empty ones. */
export function trees(options: TreeOptions = {}): fc.Arbitrary<unknown> {
  const leaf: fc.Arbitrary<unknown> = shapes({ maxDims: 2, maxSize: 3, ...options }).chain((shape) =>
    arraysOfShape(shape, options),
  );
  const key = fc.constantFrom('w', 'b', 'scale', 'linear', 'linear_1', 'a key', '__proto__', 'Ω', '😀');
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: options.maxDepth ?? 3, depthIdentifier: 'fluxion/tree' },
      leaf,
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 3, depthIdentifier: 'fluxion/tree' }),
      fc.uniqueArray(fc.tuple(key, tie('tree')), { maxLength: 3, selector: ([k]) => k }).map(objectOf),
    ),
  }));
  return tree;
}

/** An object from entries, in which `__proto__` is a key like any other. */
function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
  const object: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return object;
}
