/**
 * The derivatives of `scan`. Forwards: the scan of the body's derivative. Backwards: a scan in the other direction, whose
 * carry holds the cotangents of the carry and the running sums of those of the constants.
 */
import type { NdArray } from '../../array/array.js';
import { Jaxpr, Var } from '../../ir/jaxpr.js';
import type { Cotangent, JvpRule, Operand, Primitive, Tangent, TransposeRule } from '../../ir/primitive.js';
import { remembered } from '../../ir/remember.js';
import { isLinear, isZero, Zero } from '../../ir/zero.js';
import { bind } from '../../trace/context.js';
import { addTangents, instantiate } from '../../trace/derivative.js';
import { gatherResiduals, transforms } from '../../trace/transforms.js';
import { count, fixpoint, not, splitCounts, taker, where } from './masks.js';
import { type ScanParams, split } from './scan-params.js';

/**
 * The body's derivative as a body: constants, their tangents, carry, its tangents, scanned, their tangents. A carry has
 * a tangent if any step gives it one.
 */
const jvpBody = remembered((jaxpr: Jaxpr, numConsts: number, numCarry: number, nonzero: readonly boolean[]) => {
  const [constNz, initNz, xsNz] = split(nonzero, { numConsts, numCarry });
  const bodyMask = (carry: readonly boolean[]): boolean[] => [...constNz, ...carry, ...xsNz];
  const force = (carry: readonly boolean[]): boolean[] => jaxpr.outvars.map((_, i) => i < numCarry && carry[i]);
  const carryNz = fixpoint(initNz, (mask) =>
    transforms().jvp(jaxpr, bodyMask(mask), force(mask)).nonzeroOut.slice(0, numCarry),
  );
  const { jaxpr: body, nonzeroOut } = transforms().jvp(jaxpr, bodyMask(carryNz), force(carryNz));
  const [inputs, outputs] = [jaxpr.invars.length, jaxpr.outvars.length];
  const carryCount = count(carryNz);
  const [constTangents, carryTangents, xTangents] = splitCounts(body.invars.slice(inputs), count(constNz), carryCount);
  const [consts, carry, xs] = split(body.invars.slice(0, inputs), { numConsts, numCarry });
  const outs = body.outvars;
  const reordered = new Jaxpr(
    [...consts, ...constTangents, ...carry, ...carryTangents, ...xs, ...xTangents],
    body.equations,
    [
      ...outs.slice(0, numCarry),
      ...outs.slice(outputs, outputs + carryCount),
      ...outs.slice(numCarry, outputs),
      ...outs.slice(outputs + carryCount),
    ],
  );
  return { body: reordered, carryNz, nonzeroOut };
});

export const scanJvp =
  (self: () => Primitive<ScanParams>): JvpRule<ScanParams> =>
  (primals, tangents, params) => {
    const { jaxpr, numConsts, numCarry } = params;
    const nonzero = tangents.map((t) => !isZero(t));
    const { body, carryNz, nonzeroOut } = jvpBody(jaxpr, numConsts, numCarry, nonzero);
    const [constNz, , xsNz] = split(nonzero, params);
    const given = (list: readonly Tangent[], mask: readonly boolean[]): NdArray[] => where(list, mask).map(instantiate);
    const [constArgs, initArgs, xsArgs] = split(primals, params);
    const [constT, initT, xsT] = split(tangents, params);
    const carryCount = count(carryNz);
    const results = bind(
      self(),
      [...constArgs, ...given(constT, constNz), ...initArgs, ...given(initT, carryNz), ...xsArgs, ...given(xsT, xsNz)],
      { ...params, jaxpr: body, numConsts: numConsts + count(constNz), numCarry: numCarry + carryCount },
    );
    const take = taker(results);
    const carryOut = take(numCarry);
    const carryDot = taker(take(carryCount));
    const outputs = [...carryOut, ...take(jaxpr.outvars.length - numCarry)];
    const ysDot = taker(results.slice(outputs.length + carryCount));
    return {
      primals: outputs,
      tangents: outputs.map((y, i): Tangent => {
        if (!nonzeroOut[i]) return new Zero(y.aval);
        return (i < numCarry ? carryDot : ysDot)(1)[0];
      }),
    };
  };

/** The body of the scan that runs backwards: see `transposeLinear` for its operands. */
const transposedBody = remembered(
  (
    jaxpr: Jaxpr,
    numConsts: number,
    numCarry: number,
    constLinear: readonly boolean[],
    xsLinear: readonly boolean[],
    ysIn: readonly boolean[],
  ): Jaxpr => {
    const [constAvals, carryAvals, xAvals] = split(jaxpr.inAvals, { numConsts, numCarry });
    const linear = [...constLinear, ...carryAvals.map(() => true), ...xsLinear];
    const cotangentIn = [...carryAvals.map(() => true), ...ysIn];
    const { jaxpr: transposed } = transforms().transpose(jaxpr, linear, cotangentIn, true);
    const parts = [
      where(constAvals, not(constLinear)),
      where(constAvals, constLinear).map((a) => a.strong),
      carryAvals.map((a) => a.strong),
      where(jaxpr.outAvals.slice(numCarry), ysIn).map((a) => a.strong),
      where(xAvals, not(xsLinear)),
    ];
    return transforms().stage('transpose(scan)', parts.flat(), (args) => {
      const take = taker(args);
      const [consts, sums, carry, ys, xs] = parts.map((part) => take(part.length));
      const results = transforms().evaluate(transposed, [...consts, ...xs, ...carry, ...ys]);
      return results.map((ct, i) => (i < sums.length ? (addTangents(sums[i], ct) as NdArray) : ct));
    }).jaxpr;
  },
);

export const scanTranspose =
  (self: () => Primitive<ScanParams>): TransposeRule<ScanParams> =>
  (cotangents, operands, params) => {
    const { jaxpr } = params;
    const [constLinear, initLinear, xsLinear] = split(operands.map(isLinear), params);
    const carryLinear = initLinear.every(Boolean)
      ? initLinear
      : fixpoint(initLinear, (mask) => {
          const { unknownOut } = transforms().partialEval(jaxpr, [...constLinear, ...mask, ...xsLinear]);
          return unknownOut.slice(0, mask.length);
        });
    return carryLinear.every(Boolean)
      ? transposeLinear(self(), cotangents, operands, params)
      : transposeRest(self(), cotangents, operands, params);
  };

/** Every carry is linear; one whose initial value is known is part of the linear map all the same. */
function transposeLinear(
  scan: Primitive<ScanParams>,
  cotangents: readonly Cotangent[],
  operands: readonly Operand[],
  params: ScanParams,
): (Cotangent | null)[] {
  const { jaxpr, numConsts, numCarry } = params;
  const [constLinear, , xsLinear] = split(operands.map(isLinear), params);
  const [consts, , xs] = split(operands, params);
  const [carryCt, ysCt] = [cotangents.slice(0, numCarry), cotangents.slice(numCarry)];
  const ysIn = ysCt.map((ct) => !isZero(ct));
  const sums = where(consts, constLinear).map((x) => instantiate(new Zero(x.aval.strong)));
  const results = bind(
    scan,
    [
      ...(where(consts, not(constLinear)) as NdArray[]),
      ...sums,
      ...carryCt.map(instantiate),
      ...(where(ysCt, ysIn) as NdArray[]),
      ...(where(xs, not(xsLinear)) as NdArray[]),
    ],
    {
      ...params,
      jaxpr: transposedBody(jaxpr, numConsts, numCarry, constLinear, xsLinear, ysIn),
      numConsts: numConsts - sums.length,
      numCarry: sums.length + numCarry,
      reverse: !params.reverse,
    },
  );
  const next = taker<Cotangent>(results);
  return operands.map((x, i) => {
    const isCarry = i >= numConsts && i < numConsts + numCarry;
    if (!isLinear(x) && !isCarry) return null;
    const [ct] = next(1);
    return isLinear(x) ? ct : null;
  });
}

/** Some carry, such as a counter, is not linear: the loop over those is run first, its values are constants of the rest. */
function transposeRest(
  scan: Primitive<ScanParams>,
  cotangents: readonly Cotangent[],
  operands: readonly Operand[],
  params: ScanParams,
): (Cotangent | null)[] {
  const linear = operands.map(isLinear);
  const invars = operands.map((x) => new Var(x.aval));
  const outvars = scan
    .type(
      operands.map((x) => x.aval),
      params,
    )
    .map((aval) => new Var(aval));
  const equation = { primitive: scan, inputs: invars, params: { ...params }, outputs: outvars, location: null };
  const partial = transforms().partialEval(new Jaxpr(invars, [equation], outvars), linear);
  const known = operands.filter((x): x is NdArray => !isLinear(x));
  const computed = transforms()
    .evaluate(partial.known, known)
    .slice(count(not(partial.unknownOut)));
  const residuals = gatherResiduals(partial, known, computed);
  const flowing = where(cotangents, partial.unknownOut);
  const mask = partial.unknown.invars.map((_, i) => i >= residuals.length);
  const { jaxpr, nonzeroOut } = transforms().transpose(
    partial.unknown,
    mask,
    flowing.map((ct) => !isZero(ct)),
  );
  const results = taker(
    transforms().evaluate(jaxpr, [...residuals, ...flowing.filter((ct): ct is NdArray => !isZero(ct))]),
  );
  const nonzero = taker(nonzeroOut);
  return operands.map((x) => (!isLinear(x) ? null : nonzero(1)[0] ? results(1)[0] : new Zero(x.aval)));
}
