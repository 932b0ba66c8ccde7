/**
 * A function of trees as one of flat lists of arrays, which is what the transformations work on.
 */
import type { NdArray } from '../array/array.js';
import { describeValue } from '../array/convert.js';
import { InvalidArgument, MutatedTree } from '../error/error.js';
import { errorLocation, maybeLocation } from '../error/location.js';
import { leafPaths, type TreeDef, unflatten } from '../tree/tree.js';
import { flattenArrays, toInexact } from './leaves.js';

/** The arguments of any function. */
export type Args = readonly unknown[];

/** A function's name, for messages. */
export const nameOf = (f: (...args: never[]) => unknown): string => f.name || 'anonymous';

/** A function of trees as one of flat lists; its output structure is known after it has run. */
export class FlatFunction {
  outTree: TreeDef | null = null;
  /** What `hasAux` splits off: its flat arrays come after the outputs proper. */
  auxTree: TreeDef | null = null;

  constructor(
    readonly f: (...args: never[]) => unknown,
    readonly argDefs: readonly TreeDef[],
    readonly op: string,
    readonly hasAux = false,
  ) {}

  call(leaves: readonly NdArray[]): NdArray[] {
    let next = 0;
    const args = this.argDefs.map((def) => {
      const tree = unflatten(def, leaves.slice(next, next + def.numLeaves));
      next += def.numLeaves;
      return tree;
    });
    let result = this.#run(args);
    let aux: NdArray[] = [];
    if (this.hasAux) {
      if (!Array.isArray(result) || result.length !== 2) {
        throw new InvalidArgument({
          op: this.op,
          argument: `the result of ${nameOf(this.f)}`,
          expected: 'a pair [output, aux], since hasAux is true',
          actual: describeValue(result),
        });
      }
      const flat = flattenArrays(result[1], this.op, 'aux');
      this.auxTree = flat.treedef;
      aux = flat.leaves;
      result = result[0];
    }
    const { leaves: outputs, treedef } = flattenArrays(result, this.op, 'result');
    this.outTree = treedef;
    return [...outputs, ...aux];
  }

  #run(args: readonly unknown[]): unknown {
    try {
      return (this.f as (...args: unknown[]) => unknown)(...args);
    } catch (error) {
      throw isMutation(error)
        ? new MutatedTree(
            { function: this.op, what: error.message, location: maybeLocation(errorLocation(error)) ?? undefined },
            { cause: error },
          )
        : error;
    }
  }

  outputs(flat: readonly unknown[]): unknown {
    return unflatten(this.outTree as TreeDef, flat);
  }

  get outCount(): number {
    return (this.outTree as TreeDef).numLeaves;
  }
}

/** What V8 says when something frozen is changed. */
const isMutation = (error: unknown): error is TypeError =>
  error instanceof TypeError &&
  /^Cannot (assign to read only property|add property|delete property|define property)/.test(error.message);

/** The leaves of differentiable arguments, plain numbers made floating point. */
export function flattenPrimals(
  primals: Args,
  op: string,
): { leaves: NdArray[]; defs: TreeDef[]; paths: () => string[] } {
  const flat = primals.map((p, i) => flattenArrays(p, op, `argument ${i}`));
  return {
    leaves: flat.flatMap((p) => p.leaves).map(toInexact),
    defs: flat.map((p) => p.treedef),
    paths: () => flat.flatMap((p, i) => leafPaths(p.treedef, `argument ${i}`)),
  };
}
