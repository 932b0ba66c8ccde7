/**
 * What goes round in a loop: its type must not change from step to step.
 *
 * A carry that starts as a plain number takes the dtype that the body gives it, as in JAX; a plain number that the body
 * returns takes the dtype of the carry.
 */
import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { sameShape } from '../array/shape.js';
import { CarryMismatch } from '../error/control.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { convertElementType } from '../primitive/convert.js';
import type { Body } from '../transform/body.js';
import { firstDifference, leafPaths, type TreeDef } from '../tree/tree.js';
import { commonDType, typeText, withOutputTypes } from './types.js';

export interface SettledLoop {
  readonly body: Body;
  /** The body, returning carries of the dtypes it is given. */
  readonly jaxpr: Jaxpr;
  readonly init: readonly NdArray[];
}

/**
 * Stages the body of a loop for an initial carry.
 *
 * @param stageFor stages the body for carries of these types
 * @param carryOf the structure of the carry in the structure of what the body returns
 * @throws CarryMismatch naming the first leaf whose type changes
 */
export function settleCarry(
  op: string,
  def: TreeDef,
  init: readonly NdArray[],
  stageFor: (avals: readonly ShapedArray[]) => Body,
  carryOf: (outTree: TreeDef) => TreeDef,
): SettledLoop {
  const body = stageFor(init.map((x) => x.aval));
  const returned = carryOf(body.outTree);
  if (returned !== def) {
    const difference = firstDifference(def, returned, 'carry');
    throw new CarryMismatch({ op, ...(difference ?? { path: 'carry', expected: `${def}`, actual: `${returned}` }) });
  }
  const dtypes = init.map((x, i) => {
    const out = body.jaxpr.outvars[i].aval;
    const dtype = sameShape(x.shape, out.shape) ? commonDType(x.aval, out) : null;
    if (dtype !== null) return dtype;
    throw new CarryMismatch({
      op,
      path: leafPaths(def, 'carry')[i],
      expected: typeText(x.aval),
      actual: typeText(out),
      hint: sameShape(x.shape, out.shape)
        ? `Start with a carry of dtype ${out.dtype}, or return one of dtype ${x.dtype}.`
        : 'Broadcast the initial carry to the shape that the body returns.',
    });
  });
  const promoted = init.map((x, i) => (x.dtype === dtypes[i] ? x : convertElementType(x, dtypes[i])));
  if (promoted.some((x, i) => x !== init[i])) return settleCarry(op, def, promoted, stageFor, carryOf);
  const rest = body.jaxpr.outAvals.slice(init.length).map((a) => a.dtype);
  return { body, jaxpr: withOutputTypes(body.jaxpr, [...dtypes, ...rest]), init };
}
