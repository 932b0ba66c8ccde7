/**
 * Contraction by letters: `einsum('ij,jk->ik', a, b)`.
 *
 * A letter that is in several operands and in the result is a batch axis; one that is not in the result is summed. Operands
 * are contracted in pairs (`einsum-path.ts` says in which order), each as one `dotGeneral`.
 * Source: numpy.einsum, jax.numpy.einsum.
 */

import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions, withoutOptions } from '../array/options.js';
import { range } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import { asArray } from '../lax/operand.js';
import * as primitive from '../primitive/index.js';
import { contractionPath, type Step } from './einsum-path.js';
import { contract, type ProductOptions } from './linear.js';
import { einsumOptions } from './options.js';
import { promoteDTypes } from './promote.js';
import { diagonal } from './shape.js';

/** Options of `einsum`, after the operands. */
export interface EinsumOptions extends ProductOptions {
  /** Accepted for NumPy's sake: the order of contraction is always chosen. */
  readonly optimize?: string | boolean;
}

/** An operand and the letter of each of its axes. */
interface Term {
  readonly x: NdArray;
  readonly letters: readonly string[];
}

const fail = (subscripts: string, expected: string): never => {
  throw new InvalidArgument({ op: 'einsum', argument: 'subscripts', expected, actual: `'${subscripts}'` });
};

/** The letters of each operand and of the result; an ellipsis becomes as many private letters as it stands for. */
function parseSubscripts(subscripts: string, ndims: readonly number[]): { inputs: string[][]; output: string[] } {
  const text = subscripts.replaceAll(' ', '');
  const [left, right, ...more] = text.split('->');
  const parts = left.split(',');
  if (more.length > 0 || !/^[A-Za-z.,]*$/.test(left) || (right !== undefined && !/^[A-Za-z.]*$/.test(right))) {
    fail(subscripts, "letters and commas, such as 'ij,jk->ik'");
  }
  if (parts.length !== ndims.length) fail(subscripts, `a text for ${ndims.length} operands`);
  const hidden = parts.map((part, i) => (part.includes('...') ? ndims[i] - (part.length - 3) : 0));
  const rank = Math.max(0, ...hidden);
  const expand = (part: string, count: number): string[] => {
    const [before, after] = part.split('...');
    if (after === undefined) return [...part];
    return [...before, ...range(count).map((k) => `.${rank - count + k}`), ...after];
  };
  const inputs = parts.map((part, i) => {
    const letters = expand(part, hidden[i]);
    if (letters.length !== ndims[i] || hidden[i] < 0) {
      fail(subscripts, `${ndims[i]} letters for operand ${i}, which has ${ndims[i]} axes`);
    }
    return letters;
  });
  const all = inputs.flat();
  if (right !== undefined) {
    const output = expand(right, right.includes('...') ? rank : 0);
    const wrong = output.find((l, i) => !all.includes(l) || output.indexOf(l) !== i);
    if (wrong !== undefined) fail(subscripts, `a text whose result has '${wrong}' once, and in an operand`);
    return { inputs, output };
  }
  const once = [...new Set(all)].filter((l) => !l.startsWith('.') && all.indexOf(l) === all.lastIndexOf(l)).sort();
  return { inputs, output: [...range(rank).map((k) => `.${k}`), ...once] };
}

/** Repeated letters within one operand: its diagonal. */
function withoutRepeats({ x, letters }: Term): Term {
  const second = letters.findIndex((l, i) => letters.indexOf(l) !== i);
  if (second < 0) return { x, letters };
  const first = letters.indexOf(letters[second]);
  const rest = letters.filter((_, i) => i !== first && i !== second);
  return withoutRepeats({ x: diagonal(x, { axis1: first, axis2: second }), letters: [...rest, letters[second]] });
}

function permuted({ x, letters }: Term, order: readonly string[]): NdArray {
  return primitive.transpose(
    x,
    order.map((l) => letters.indexOf(l)),
  );
}

/** The sum over letters that nobody else needs. */
function summed(term: Term, needed: ReadonlySet<string>): Term {
  const axes = range(term.letters.length).filter((i) => !needed.has(term.letters[i]));
  if (axes.length === 0) return term;
  return {
    x: primitive.reduceSum(term.x, axes),
    letters: term.letters.filter((l) => needed.has(l)),
  };
}

/** Axes of size 1 beside a larger size of the same letter are dropped: they broadcast. */
function withoutOnes(term: Term, sizes: ReadonlyMap<string, number>): Term {
  const axes = range(term.letters.length).filter((i) => term.x.shape[i] === 1 && sizes.get(term.letters[i]) !== 1);
  if (axes.length === 0) return term;
  return { x: primitive.squeeze(term.x, axes), letters: term.letters.filter((_, i) => !axes.includes(i)) };
}

/** The product of two terms, summed over the letters that are not needed any more. */
function pair(p: Term, q: Term, needed: ReadonlySet<string>, options: EinsumOptions): Term {
  const a = summed(p, new Set([...needed, ...q.letters]));
  const b = summed(q, new Set([...needed, ...p.letters]));
  const shared = a.letters.filter((l) => b.letters.includes(l));
  const batch = shared.filter((l) => needed.has(l));
  const inner = shared.filter((l) => !needed.has(l));
  const at = (term: Term, letters: readonly string[]): number[] => letters.map((l) => term.letters.indexOf(l));
  const x = contract(
    'einsum',
    a.x,
    b.x,
    [
      [at(a, inner), at(b, inner)],
      [at(a, batch), at(b, batch)],
    ],
    options,
  );
  const free = (term: Term): string[] => term.letters.filter((l) => !shared.includes(l));
  return { x, letters: [...batch, ...free(a), ...free(b)] };
}

/**
 * Einstein's summation.
 *
 * `subscripts`: letters of the axes of each operand and of the result, `'bij,bjk->bik'`; without `->`, letters that occur
 * once, in alphabetical order; `...` for axes that broadcast. The options `{ precision, preferredElementType }` follow the
 * operands.
 * @throws InvalidArgument for text that does not fit, ShapeMismatch for a letter with two sizes
 */
export function einsum(subscripts: string, ...args: readonly (ArrayLike | EinsumOptions)[]): NdArray {
  checkArgument('einsum', 'subscripts', subscripts, 'string');
  const { options, operands: raw } = withOptions('einsum', args);
  const operands = promoteDTypes('einsum', raw);
  const { inputs, output } = parseSubscripts(
    subscripts,
    operands.map((x) => x.ndim),
  );
  const sizes = sizesOf(inputs, operands);
  const out = new Set(output);
  let terms = operands.map((x, i) => withoutRepeats(withoutOnes({ x, letters: inputs[i] }, sizes)));
  if (terms.length > 1) {
    const letters = terms.map((term) => term.letters);
    for (const [i, j] of contractionPath(letters, output, sizes)) {
      const others = terms.filter((_, k) => k !== i && k !== j);
      const needed = new Set([...out, ...others.flatMap((t) => t.letters)]);
      terms = [...others, pair(terms[i], terms[j], needed, options)];
    }
  }
  return permuted(summed(terms[0], out), output);
}

/** The operands, and the options that may follow them. */
function withOptions(
  op: string,
  args: readonly (ArrayLike | EinsumOptions)[],
): { operands: NdArray[]; options: EinsumOptions } {
  const [given, options] = withoutOptions<ArrayLike, EinsumOptions>(args);
  checkOptions(op, options, einsumOptions);
  return { operands: given.map((x, i) => asArray(x, op, `operand ${i}`)), options };
}

/**
 * `[path, description]`: the order in which `einsum` contracts its operands, as positions in the list of those that are left,
 * where products go to the end.
 *
 * `{ optimize }` may follow the operands: `'auto'` (default), `'optimal'` or true, `'greedy'`, or false for all at once.
 */
export function einsumPath(
  subscripts: string,
  ...args: readonly (ArrayLike | EinsumOptions)[]
): [path: Step[], description: string] {
  checkArgument('einsumPath', 'subscripts', subscripts, 'string');
  const { options, operands } = withOptions('einsumPath', args);
  const { optimize = 'auto' } = options;
  const { inputs, output } = parseSubscripts(
    subscripts,
    operands.map((x) => x.ndim),
  );
  const sizes = sizesOf(inputs, operands);
  if (typeof optimize === 'string' && !['auto', 'optimal', 'greedy'].includes(optimize)) {
    const expected = "'auto', 'optimal', 'greedy' or a boolean";
    throw new InvalidArgument({ op: 'einsumPath', argument: 'optimize', expected, actual: `'${optimize}'` });
  }
  const how = optimize === true ? 'optimal' : (optimize as 'auto' | 'optimal' | 'greedy');
  const path = optimize === false ? [range(operands.length)] : contractionPath(inputs, output, sizes, how);
  const left = inputs.map((letters) => letters.join(''));
  const lines = path.map((step, k) => {
    const factors = step.map((i) => left[i]);
    const rest = left.filter((_, i) => !step.includes(i));
    const isLast = k === path.length - 1;
    const needed = new Set([...output, ...rest.join('')]);
    const result = isLast ? output.join('') : [...new Set(factors.join(''))].filter((l) => needed.has(l)).join('');
    left.splice(0, left.length, ...rest, result);
    return `${factors.join(',')}->${result}`;
  });
  return [path, lines.join('\n')];
}

function sizesOf(inputs: readonly string[][], operands: readonly NdArray[]): Map<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach((letters, k) => {
    letters.forEach((l, axis) => {
      const size = operands[k].shape[axis];
      const known = sizes.get(l) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) {
        throw new ShapeMismatch({
          op: 'einsum',
          argument: `operand ${k}`,
          expected: `'${l}' has size ${known} in another operand`,
          actual: operands[k].shape,
        });
      }
      sizes.set(l, Math.max(known, size === 1 ? known : size));
      if (size === 0 || (known === 0 && size === 1)) sizes.set(l, 0);
    });
  });
  return sizes;
}
