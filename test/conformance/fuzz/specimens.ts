/**
 * Values to call functions with: arrays as they come in programs, and what gets passed by mistake.
 */
import { jit, type NdArray } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import * as random from 'fluxion/random';
import type { Chance } from './random.js';
import type { AnyFunction } from './surface.js';

/** Thrown by the functions that stand in for the user's own, to be told apart from what the package throws. */
export class OwnMistake extends Error {}

const SHAPES = [[], [1], [3], [4], [2, 3], [3, 3], [3, 2], [0], [2, 0, 3], [2, 3, 4], [1, 5, 5, 2], [2, 2, 2, 2, 2]];
const DTYPES = ['float32', 'float32', 'float32', 'int32', 'bool', 'uint8', 'complex64', 'bfloat16', 'int8'] as const;

/** A small array of any shape and dtype. */
export function anyArray(chance: Chance): NdArray {
  const shape = chance.pick(SHAPES);
  const size = shape.reduce((n, m) => n * m, 1);
  const values = Array.from({ length: size }, () => Math.round(chance.real() * 80 - 30) / 10);
  const flat = jnp.astype(jnp.array(values), chance.pick(DTYPES));
  return jnp.reshape(flat, shape);
}

/** An array whose memory is gone. */
function deleted(): NdArray {
  const x = jnp.add(jnp.ones([3]), 1);
  x.dispose();
  return x;
}

/** What stood for an argument while a function was traced that has returned since. */
function leaked(): NdArray {
  let kept: NdArray | undefined;
  jit((x: NdArray) => {
    kept = x.add(1);
    return kept;
  })(jnp.ones([2, 3]));
  return kept as NdArray;
}

/** Numbers that are not sizes, axes, counts or positions, and those that are too large for any. */
const ODD_NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, -1, -7, 1.5, 0, 9, 2 ** 40, -(2 ** 40), 2 ** 53, 1e308, -0];

const WORDS = ['', 'abc', 'float32', 'float33', 'SAME', 'ij,jk->ik', '__proto__', 'constructor'];

const LISTS: readonly unknown[] = [
  [],
  [[1, 2], [3]],
  [Number.NaN],
  [0, 0],
  [-7],
  [0.5],
  ['a'],
  [null],
  [[[1]]],
  [2 ** 40, 2 ** 40],
  [3, -1],
  [undefined, 1],
];

/** Something that is hardly right anywhere. */
export function mistake(chance: Chance): unknown {
  const kinds: readonly (() => unknown)[] = [
    () => undefined,
    () => null,
    () => chance.pick(ODD_NUMBERS),
    () => chance.pick(ODD_NUMBERS),
    () => chance.pick(WORDS),
    () => chance.pick(LISTS),
    () => chance.pick(LISTS),
    () => ({}),
    () => ({ axis: 0, a: 1 }),
    () => true,
    () => 3n,
    () => Symbol('s'),
    () => ownFunction(chance),
    () => new Map([[1, 2]]),
    () => new DataView(new ArrayBuffer(8)),
    () => new Float64Array(3),
    () => Object.create(null),
    deleted,
    leaked,
    () => anyArray(chance),
    () => anyArray(chance),
    () => random.key(1),
  ];
  return chance.pick(kinds)();
}

/** A function as users pass them: sometimes sensible, sometimes not. */
export function ownFunction(chance: Chance): AnyFunction {
  return chance.pick<AnyFunction>([
    (x) => x,
    (...xs) => xs[0],
    (x) => jnp.sin(x as NdArray),
    (x, y) => [x, y],
    (x, y) => jnp.add(x as NdArray, y as NdArray),
    (x) => jnp.sum(x as NdArray),
    () => undefined,
    () => 'a string',
    () => {
      throw new OwnMistake('on purpose');
    },
  ]);
}

/** Values by the name of the parameter that they are for; anything else gets an array. */
const BY_NAME: readonly (readonly [RegExp, (chance: Chance) => unknown])[] = [
  [/^(axis|axis1|axis2|axisA|axisB|dimension|source|destination|start)$/, (c) => c.pick([0, 1, -1, 0, 2])],
  [/^(axes|dims|dimensions|permutation|perm)$/, (c) => c.pick([[0], [0, 1], [1, 0], [-1], []])],
  [
    /^(n|N|k|num|numClasses|length|size|repeats|depth|deg|count|sections|indicesOrSections)$/,
    (c) => c.pick([1, 2, 3, 4]),
  ],
  [
    /^(shape|newShape|sizes|sliceSizes|windowDimensions|strides|reps|padWidth)$/,
    (c) => c.pick([[2, 3], [3], [], [1, 3], [6]]),
  ],
  [/^(dtype|newDtype|elementType)$/i, (c) => c.pick(['float32', 'int32', 'bool', 'bfloat16'])],
  [/^(key|keys|rng)$/, () => random.key(3)],
  [/^(seed|data)$/, (c) => c.pick([0, 1, 42])],
  [/^(f|fn|fun|func|function_|body|bodyFun|condFun|predicate|schedule)$/i, ownFunction],
  [/^(arrays|xs|operands|tup|inputs)$/, (c) => [anyArray(c), anyArray(c)]],
  [/^(mode|name|path|padding|subscripts)$/, (c) => c.pick(['same', 'SAME', 'valid', 'x', 'ij->ji'])],
  [/^(learningRate|alpha|decay|value|eps|rate|low|high|scale|b1)$/, (c) => c.pick([0.1, 1, 0.5])],
  [/^(tree|params|updates|grads|state|treeX|treeY|pytree)$/, (c) => ({ a: anyArray(c), b: [anyArray(c)] })],
  [/^(indices|ids|segmentIds|labels|index|i)$/, (c) => jnp.array([0, 1, 1], { dtype: c.pick(['int32', 'uint8']) })],
];

export function argumentNamed(name: string, chance: Chance): unknown {
  const found = BY_NAME.find(([pattern]) => pattern.test(name));
  return found ? found[1](chance) : anyArray(chance);
}
