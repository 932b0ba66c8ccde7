/**
 * Types of what loops and branches hand on: which of them go together, and programs that return them.
 */
import type { ShapedArray } from '../array/aval.js';
import type { DType } from '../array/dtype.js';
import { resultType } from '../array/promotion.js';
import { sameShape } from '../array/shape.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { remembered } from '../ir/remember.js';
import { convertElementType } from '../primitive/convert.js';
import { stage } from '../trace/stage.js';
import { transforms } from '../trace/transforms.js';

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
