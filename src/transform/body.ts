/**
 * Functions of trees, staged once: bodies of loops, branches, functions with derivatives of their own.
 *
 * A function is staged for the types of its arguments and remembered as long as it lives, so what is run again finds its
 * compiled program. What the function captured becomes further operands.
 */

import { DeviceArray, type NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { checkArgument } from '../array/kind.js';
import { config } from '../config.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { stage } from '../trace/stage.js';
import type { TreeDef } from '../tree/tree.js';
import { FlatFunction } from './flat-function.js';

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
  checkArgument(op, 'a function', f, 'function');
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
