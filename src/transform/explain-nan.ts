/**
 * `explainNan`: which line made the NaN, out of which numbers, and what to write instead.
 *
 * The function is traced and its program replayed. When the value is finite and a scalar, its gradient with respect to
 * all floating-point arguments is replayed too, since that is where the NaNs of a training run are born.
 */

import { DeviceArray, type NdArray } from '../array/array.js';
import { isFloat } from '../array/dtype.js';
import type { HostData } from '../array/host.js';
import { checkArgument } from '../array/kind.js';
import { checkOptions } from '../array/options.js';
import { InvalidArgument } from '../error/error.js';
import { type NonFiniteOrigin, originText } from '../error/nonfinite.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { leafPaths, unflatten } from '../tree/tree.js';
import { nameOf } from './flat-function.js';
import { valueAndGrad } from './grad.js';
import { flattenArrays } from './leaves.js';
import { makeJaxpr } from './make-jaxpr.js';
import { findNonFinite, firstNonFinite } from './nonfinite.js';

/** The answer of `explainNan`. */
export interface NanExplanation {
  /** True when the value, and the gradient where there is one, are finite. */
  readonly finite: boolean;
  /** What is not finite: a leaf of the result (`result.loss`) or of the gradient (`gradient of argument 0.w`). */
  readonly path: string | null;
  /** NaN, Infinity or -Infinity. */
  readonly value: number | null;
  /** The step to blame; null when all is finite, or an argument was not. */
  readonly origin: NonFiniteOrigin | null;
  readonly text: string;
}

/** The host data of a concrete array. */
function hostDataOf(x: NdArray, op: string): HostData {
  if (!(x instanceof DeviceArray)) {
    throw new InvalidArgument({
      op,
      argument: 'an array',
      expected: 'computed already, since its numbers are looked at',
      actual: `a traced value of type ${x.aval}: call it outside of jit, grad and vmap`,
    });
  }
  return { dtype: x.dtype, shape: x.shape, data: x.readHost() };
}

function explain(
  op: string,
  program: { readonly jaxpr: Jaxpr; readonly consts: readonly NdArray[] },
  leaves: readonly NdArray[],
  argumentPaths: readonly string[],
  resultPaths: readonly string[],
): NanExplanation | null {
  const args = [...program.consts, ...leaves].map((x) => hostDataOf(x, op));
  const found = findNonFinite(program.jaxpr, args);
  if (found === null) return null;
  const path = resultPaths[found.output];
  const { origin, value } = found;
  const guilty = leaves.findIndex((_, i) => firstNonFinite(args[program.consts.length + i]) >= 0);
  const why = origin
    ? originText(origin)
    : guilty < 0
      ? 'A captured array or a constant of the program is not finite already.'
      : `${argumentPaths[guilty]} is not finite already.`;
  return { finite: false, path, value, origin, text: `${path} is ${value}. ${why}` };
}

/**
 * The function that explains why `f`, or its gradient, is not finite for arguments like those it is given.
 *
 * Give it the loss itself, a gradient function, or a whole training step, jitted or not. It runs on the host and is
 * slow: it is meant for one call, with the arguments of the call that went wrong.
 *
 * @example explainNan((x: NdArray) => jnp.sum(jnp.where(jnp.greater(x, 0), jnp.log(x), 0)))(jnp.array([1, 0])).text
 * @throws InvalidArgument when an argument is being traced
 */
export function explainNan<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  options: { readonly backward?: boolean } = {},
): (...args: A) => NanExplanation {
  checkOptions('explainNan', options, { backward: 'boolean' });
  checkArgument('explainNan', 'f', f, 'function');
  const { backward = true } = options;
  const name = nameOf(f as (...args: never[]) => unknown);
  const op = `explainNan(${name})`;
  return (...args) => {
    const flat = args.map((arg, i) => flattenArrays(arg, op, `argument ${i}`));
    const leaves = flat.flatMap((x) => x.leaves);
    const paths = flat.flatMap((x, i) => leafPaths(x.treedef, `argument ${i}`));
    const forward = makeJaxpr(f)(...args);
    const inValue = explain(op, forward, leaves, paths, leafPaths(forward.outTree, 'result'));
    if (inValue) return inValue;
    const [only] = forward.outAvals;
    const isLoss = forward.outTree.kind === 'leaf' && only.ndim === 0 && isFloat(only.dtype);
    const moving = leaves.flatMap((x, i) => (isFloat(x.dtype) ? [i] : []));
    if (backward && isLoss && moving.length > 0) {
      const loss = (...chosen: NdArray[]): NdArray => {
        const all: unknown[] = [...leaves];
        moving.forEach((i, k) => {
          all[i] = chosen[k];
        });
        let next = 0;
        const trees = flat.map(({ treedef }) => {
          next += treedef.numLeaves;
          return unflatten(treedef, all.slice(next - treedef.numLeaves, next));
        });
        return (f as unknown as (...args: unknown[]) => unknown)(...trees) as NdArray;
      };
      const argnums = moving.map((_, k) => k);
      const chosen = moving.map((i) => leaves[i]);
      const program = makeJaxpr(valueAndGrad(loss, { argnums }))(...chosen);
      const results = ['result', ...moving.map((i) => `the gradient with respect to ${paths[i]}`)];
      const movingPaths = moving.map((i) => paths[i]);
      const inGradient = explain(op, program, chosen, movingPaths, results);
      if (inGradient) return inGradient;
    }
    const what = backward && isLoss && moving.length > 0 ? 'and its gradient are' : 'is';
    return { finite: true, path: null, value: null, origin: null, text: `The result of ${name} ${what} finite.` };
  };
}
