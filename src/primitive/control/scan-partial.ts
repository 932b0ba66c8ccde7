/**
 * Partial evaluation of `scan`: what can be computed now is a scan that also hands out what the rest needs, the rest is
 * a scan over that. What does not depend on the step is computed once, before the loop, instead of being stacked.
 */
import type { NdArray } from '../../array/array.js';
import { Jaxpr } from '../../ir/jaxpr.js';
import type { PartialEvalRule, Primitive } from '../../ir/primitive.js';
import { remembered } from '../../ir/remember.js';
import { bind } from '../../trace/context.js';
import { interleave, type PartialJaxpr, transforms } from '../../trace/transforms.js';
import { jitP } from '../call.js';
import { count, fixpoint, not, splitCounts, taker, where } from './masks.js';
import { type ScanParams, split } from './scan-params.js';

interface Plan {
  readonly carryUnknown: readonly boolean[];
  readonly unknownOut: readonly boolean[];
  /** The loop-invariant part of the known body. */
  readonly hoist: PartialJaxpr;
  /** How many outputs of the known body the user sees; the residuals it computes and the residual carries follow. */
  readonly knownOuts: number;
  /** For each residual of the deferred body: where it comes from, and whether it is the same in every step. */
  readonly residuals: readonly { readonly source: Source; readonly invariant: boolean }[];
  readonly deferred: Jaxpr;
}

/** An output of the known body, or one of its inputs. */
type Source = { readonly output: number } | { readonly input: number };

const planFor = remembered((jaxpr: Jaxpr, numConsts: number, numCarry: number, unknown: readonly boolean[]): Plan => {
  const [constUnknown, initUnknown, xsUnknown] = split(unknown, { numConsts, numCarry });
  const bodyMask = (carry: readonly boolean[]): boolean[] => [...constUnknown, ...carry, ...xsUnknown];
  const force = (carry: readonly boolean[]): boolean[] => jaxpr.outvars.map((_, i) => i < numCarry && carry[i]);
  const carryUnknown = fixpoint(initUnknown, (mask) =>
    transforms().partialEval(jaxpr, bodyMask(mask), force(mask)).unknownOut.slice(0, numCarry),
  );
  const partial = transforms().partialEval(jaxpr, bodyMask(carryUnknown), force(carryUnknown));
  const { known } = partial;
  const knownOuts = count(not(partial.unknownOut));
  const consts = count(not(constUnknown));
  const isConst = (i: number): boolean => i < consts;
  const isCarry = (i: number): boolean => i >= consts && i < consts + count(not(carryUnknown));

  // A residual that is a known carry differs from step to step: the loop has to hand it out.
  const carried = partial.residualInputs.filter((i): i is number => i !== null && isCarry(i));
  const forward = new Jaxpr(known.invars, known.equations, [...known.outvars, ...carried.map((i) => known.invars[i])]);
  const hoist = transforms().partialEval(
    forward,
    forward.invars.map((_, i) => !isConst(i)),
    forward.outvars.map((_, i) => i < knownOuts),
  );

  let [nextComputed, nextCarried] = [knownOuts, known.outvars.length];
  const residuals = partial.residualInputs.map((input) => {
    if (input === null) return { invariant: !hoist.unknownOut[nextComputed], source: { output: nextComputed++ } };
    if (isCarry(input)) return { invariant: false, source: { output: nextCarried++ } };
    return { invariant: isConst(input), source: { input } };
  });
  const invariant = residuals.map((r) => r.invariant);
  const [residualVars, unknownVars] = splitCounts(partial.unknown.invars, residuals.length, Number.POSITIVE_INFINITY);
  const [constVars, carryVars, xVars] = splitCounts(unknownVars, count(constUnknown), count(carryUnknown));
  const deferred = new Jaxpr(
    [...where(residualVars, invariant), ...constVars, ...carryVars, ...xVars, ...where(residualVars, not(invariant))],
    partial.unknown.equations,
    partial.unknown.outvars,
  );
  return { carryUnknown, unknownOut: partial.unknownOut, hoist, knownOuts, residuals, deferred };
});

export const scanPartialEval =
  (self: () => Primitive<ScanParams>): PartialEvalRule<ScanParams> =>
  (args, params, evaluation) => {
    const { jaxpr, numConsts, numCarry } = params;
    const unknown = args.map((x) => evaluation.isUnknown(x));
    const { carryUnknown, unknownOut, hoist, knownOuts, residuals, deferred } = planFor(
      jaxpr,
      numConsts,
      numCarry,
      unknown,
    );
    const [constUnknown, , xsUnknown] = split(unknown, params);
    const knownArgs = where(args, not([...constUnknown, ...carryUnknown, ...xsUnknown]));
    const knownConsts = where(args.slice(0, numConsts), not(constUnknown));

    const before = hoist.known.outvars.length
      ? bind(jitP, knownConsts, { jaxpr: hoist.known, name: 'scan_invariant' })
      : [];
    const next = taker(before);
    const invariantOutputs = next(count(not(hoist.unknownOut)));
    const loopConsts = hoist.residualInputs.map((i) => (i === null ? next(1)[0] : knownConsts[i]));
    const results = bind(self(), [...loopConsts, ...knownArgs.slice(knownConsts.length)], {
      ...params,
      jaxpr: hoist.unknown,
      numConsts: loopConsts.length,
      numCarry: count(not(carryUnknown)),
    });
    const outputs = interleave(hoist.unknownOut, invariantOutputs, results);

    const values = residuals.map(
      ({ source }): NdArray => ('output' in source ? outputs[source.output] : knownArgs[source.input]),
    );
    const invariant = residuals.map((r) => r.invariant);
    const [constArgs, initArgs, xsArgs] = split(args, params);
    const rest = evaluation.defer(
      self(),
      [
        ...where(values, invariant),
        ...where(constArgs, constUnknown),
        ...where(initArgs, carryUnknown),
        ...where(xsArgs, xsUnknown),
        ...where(values, not(invariant)),
      ],
      {
        ...params,
        jaxpr: deferred,
        numConsts: count(invariant) + count(constUnknown),
        numCarry: count(carryUnknown),
      },
    );
    return interleave(unknownOut, outputs.slice(0, knownOuts), rest);
  };
