/**
 * The functions that control flow is made of, staged: bodies of loops, conditions, branches.
 *
 * A function is staged once for the types of its arguments and remembered as long as it lives, so a loop that is run
 * again finds its compiled program. What a function captured becomes operands of the loop.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import type { DType } from '../array/dtype.js';
import { resultType } from '../array/promotion.js';
import { sameShape } from '../array/shape.js';
import { config } from '../config.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { remembered } from '../ir/remember.js';
import { convertElementType } from '../primitive/convert.js';
import { stage } from '../trace/stage.js';
import { transforms } from '../trace/transforms.js';
import { FlatFunction } from '../transform/grad.js';
import type { TreeDef } from '../tree/tree.js';

/** A staged function: its program, whose first inputs are what it captured, and the structure of its result. */
export interface Body {
  readonly jaxpr: Jaxpr;
  readonly consts: readonly NdArray[];
  readonly outTree: TreeDef;
}

/** Any function of trees. */
export type TreeFunction = (...args: never[]) => unknown;

const bodies = new WeakMap<TreeFunction, Map<string, Body>>();

/** Stages `f` for arguments of these structures and types. */
export function stageBody(op: string, f: TreeFunction, defs: readonly TreeDef[], avals: readonly ShapedArray[]): Body {
  const known = bodies.get(f) ?? new Map<string, Body>();
  bodies.set(f, known);
  const key = `${op};${config.version};${defs.map((d) => d.id)};${avals.map((a) => a.id)}`;
  const found = known.get(key);
  if (found) return found;
  const flat = new FlatFunction(f, defs, op);
  const { jaxpr, consts } = stage(`${op}(${f.name || 'anonymous'})`, avals, (xs) => flat.call(xs));
  const body = { jaxpr, consts, outTree: flat.outTree as TreeDef };
  // A captured value of an enclosing transformation is another one next time.
  if (consts.every((c) => c instanceof DeviceArray)) known.set(key, body);
  return body;
}

/** The dtype both can have without losing anything the user asked for: a weak one yields to the other. Null: neither yields. */
export function commonDType(x: ShapedArray, y: ShapedArray): DType | null {
  if (x.dtype === y.dtype) return x.dtype;
  const { dtype } = resultType([x, y]);
  if (!x.weakType && x.dtype !== dtype) return null;
  return y.weakType || y.dtype === dtype ? dtype : null;
}

/** The program with its outputs converted to these dtypes. */
export const withOutputTypes = remembered((jaxpr: Jaxpr, dtypes: readonly DType[]): Jaxpr => {
  if (jaxpr.outAvals.every((aval, i) => aval.dtype === dtypes[i])) return jaxpr;
  return stage('convert', jaxpr.inAvals, (args) =>
    transforms()
      .evaluate(jaxpr, args)
      .map((y, i) => (y.dtype === dtypes[i] ? y : convertElementType(y, dtypes[i]))),
  ).jaxpr;
});

/** `float32[3]` as errors say it, with a word on weakness where it matters. */
export const typeText = (aval: ShapedArray): string => `${aval.dtype}[${aval.shape.join(', ')}]`;

/** True when two values can be the same variable of a program. */
export const sameType = (x: ShapedArray, y: ShapedArray): boolean => x.dtype === y.dtype && sameShape(x.shape, y.shape);
