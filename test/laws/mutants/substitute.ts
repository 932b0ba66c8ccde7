/**
 * Mutation of primitives: a function is run with one primitive replaced by another that has a wrong rule.
 *
 * The replacement is an interpreter: while the function runs, operations go through a trace that exchanges the one
 * primitive and hands everything on. Nothing of fluxion is changed, and other functions are not touched.
 */
import { type AnyPrimitive, bind, currentTrace, type NdArray, type Primitive, Trace, withTrace } from 'fluxion/extend';

class Substitution extends Trace {
  readonly description = 'a mutated function';

  constructor(
    readonly parent: Trace,
    readonly original: AnyPrimitive,
    readonly mutant: AnyPrimitive,
  ) {
    super();
  }

  override bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
    const chosen = (primitive as AnyPrimitive) === this.original ? this.mutant : primitive;
    return withTrace(this.parent, () => bind(chosen as Primitive<P>, args, params));
  }
}

/** Runs `body` with the primitive replaced. */
const exchanging = <T>(original: AnyPrimitive, mutant: AnyPrimitive, body: () => T): T =>
  withTrace(new Substitution(currentTrace(), original, mutant), body);

/** The rules of a primitive that a mutant replaces. */
export type Mutation = (original: AnyPrimitive) => Partial<AnyPrimitive>;

/** A primitive with some rules replaced; where its rules apply the primitive itself, they apply the mutant. */
export function mutated(original: AnyPrimitive, mutation: Mutation): AnyPrimitive {
  const changed: AnyPrimitive = { ...original, ...mutation(original) };
  const { derivative, batch, partialEval } = changed;
  const mutant: AnyPrimitive = {
    ...changed,
    derivative:
      derivative.kind === 'none'
        ? derivative
        : {
            kind: 'smooth',
            jvp: (primals, tangents, params) =>
              exchanging(original, mutant, () => derivative.jvp(primals, tangents, params)),
            transpose:
              derivative.transpose === null
                ? null
                : (cotangents, operands, params) =>
                    exchanging(original, mutant, () =>
                      (derivative.transpose as NonNullable<typeof derivative.transpose>)(cotangents, operands, params),
                    ),
          },
    // What a rule defers, it defers as the mutant.
    partialEval:
      partialEval &&
      ((args, params, evaluation) =>
        partialEval(args, params, {
          isUnknown: (value) => evaluation.isUnknown(value),
          defer: (primitive, inputs, given) =>
            evaluation.defer((primitive as AnyPrimitive) === original ? mutant : primitive, inputs, given),
        })),
    batch: (args, dims, params, axis) => exchanging(original, mutant, () => batch(args, dims, params, axis)),
  };
  return mutant;
}

/** The function, run with the primitive replaced. */
export const substituted =
  <A extends readonly NdArray[], R>(original: AnyPrimitive, mutant: AnyPrimitive, f: (...args: A) => R) =>
  (...args: A): R =>
    exchanging(original, mutant, () => f(...args));
