/**
 * A loop with a known number of steps over the leading axis of arrays, carrying state: `lax.scan`.
 *
 *     (carry, x) -> (carry, y),   applied to x[0], x[1], ...; the y's are stacked
 *
 * The equation's operands are, in order: constants (the same in every step), the initial carry, the scanned arrays.
 * All rules make another scan of a transformed body. The known part of a split scan runs the loop once forwards and
 * stacks what the deferred part needs; what does not depend on the step is computed once, outside the loop.
 * Source: jax.lax.scan; jax/_src/lax/control_flow/loops.py.
 */
import type { NdArray } from '../../array/array.js';
import { type ShapedArray, shaped } from '../../array/aval.js';
import { layoutOf } from '../../array/dtype.js';
import type { HostData } from '../../array/host.js';
import { hostZeros } from '../../array/host.js';
import { sizeOf, withAxis } from '../../array/shape.js';
import { Jaxpr, type Var } from '../../ir/jaxpr.js';
import { attr, type Emitter, type Value } from '../../ir/lowering.js';
import type { BatchDim, Cotangent, Primitive, Tangent } from '../../ir/primitive.js';
import { pruneEquations } from '../../ir/simplify.js';
import { isLinear, isZero, Zero } from '../../ir/zero.js';
import { bind } from '../../trace/context.js';
import { addTangents, instantiate, smooth } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { interleave, transforms } from '../../trace/transforms.js';
import { jitP } from '../call.js';
import { broadcastBatch, moveAxis } from '../structure.js';

export interface ScanParams {
  readonly jaxpr: Jaxpr;
  readonly length: number;
  readonly numConsts: number;
  readonly numCarry: number;
  readonly reverse: boolean;
  /** Steps written out in one turn of the loop. */
  readonly unroll: number;
}

/** A list split into constants, carry and scanned parts. */
function split<T>(list: readonly T[], { numConsts, numCarry }: ScanParams): [consts: T[], carry: T[], xs: T[]] {
  return [list.slice(0, numConsts), list.slice(numConsts, numConsts + numCarry), list.slice(numConsts + numCarry)];
}

const stacked = (aval: ShapedArray, length: number): ShapedArray => aval.withShape([length, ...aval.shape]);
const where = <T>(list: readonly T[], mask: readonly boolean[]): T[] => list.filter((_, i) => mask[i]);
const not = (mask: readonly boolean[]): boolean[] => mask.map((m) => !m);

/**
 * The smallest mask of the carry that contains `start` and that a step does not leave: whether a carry is batched,
 * perturbed, unknown or needed depends on the others.
 */
export function fixpoint(start: readonly boolean[], step: (mask: readonly boolean[]) => readonly boolean[]): boolean[] {
  let mask = [...start];
  for (;;) {
    const next = step(mask).map((m, i) => m || mask[i]);
    if (next.every((m, i) => m === mask[i])) return mask;
    mask = next;
  }
}

export const scanP = definePrimitive<ScanParams>((self) => ({
  name: 'scan',
  type: (_, { jaxpr, numCarry, length }) => [
    ...jaxpr.outAvals.slice(0, numCarry),
    ...jaxpr.outAvals.slice(numCarry).map((aval) => stacked(aval, length)),
  ],
  evaluate: (args, params, interpreter) => {
    const { jaxpr, length, numCarry, reverse } = params;
    const [consts, init, xs] = split(args, params);
    let carry: HostData[] = init;
    const ys = jaxpr.outAvals.slice(numCarry).map((aval) => hostZeros(aval.dtype, [length, ...aval.shape]));
    for (let k = 0; k < length; k++) {
      const step = reverse ? length - 1 - k : k;
      const results = interpreter.run(jaxpr, [...consts, ...carry, ...xs.map((x) => sliceHost(x, step))]);
      carry = results.slice(0, numCarry);
      results.slice(numCarry).forEach((y, i) => {
        (ys[i].data as Float32Array).set(y.data as Float32Array, step * y.data.length);
      });
    }
    return [...carry, ...ys];
  },
  derivative: smooth(scanJvp(self), (cotangents, operands, params) => {
    const { jaxpr, length, numCarry, numConsts } = params;
    const linear = operands.map(isLinear);
    const [constLinear, , xsLinear] = split(linear, params);
    const [consts, , xs] = split(operands, params);
    // Every carry is linear here; a known initial value of a linear carry was made part of the linear map.
    const bodyLinear = [
      ...constLinear,
      ...jaxpr.invars.slice(numConsts, numConsts + numCarry).map(() => true),
      ...xsLinear,
    ];
    const ysIn = cotangents.slice(numCarry).map((ct) => !isZero(ct));
    const cotangentIn = [...cotangents.slice(0, numCarry).map(() => true), ...ysIn];
    const { jaxpr: transposed } = transforms().transpose(jaxpr, bodyLinear, cotangentIn, true);

    const [constAvals, carryAvals, xAvals] = split(jaxpr.inAvals, params);
    const residualConsts = where(constAvals, not(constLinear));
    const linearConsts = where(constAvals, constLinear).map((a) => a.strong);
    const residualXs = where(xAvals, not(xsLinear));
    const yAvals = where(jaxpr.outAvals.slice(numCarry), ysIn).map((a) => a.strong);
    const avals = [...residualConsts, ...linearConsts, ...carryAvals.map((a) => a.strong), ...yAvals, ...residualXs];
    const body = transforms().stage('transpose(scan)', avals, (args) => {
      const take = taker(args);
      const resConsts = take(residualConsts.length);
      const sums = take(linearConsts.length);
      const carryCt = take(numCarry);
      const yCt = take(yAvals.length);
      const resXs = take(residualXs.length);
      const results = transforms().evaluate(transposed, [...resConsts, ...resXs, ...carryCt, ...yCt]);
      const constCt = results.slice(0, linearConsts.length);
      return [...sums.map((sum, i) => addTangents(sum, constCt[i]) as NdArray), ...results.slice(linearConsts.length)];
    }).jaxpr;
    const results = bind(
      self(),
      [
        ...(where(consts, not(constLinear)) as NdArray[]),
        ...linearConsts.map((aval) => instantiate(new Zero(aval))),
        ...cotangents.slice(0, numCarry).map(instantiate),
        ...(where(cotangents.slice(numCarry), ysIn) as NdArray[]),
        ...(where(xs, not(xsLinear)) as NdArray[]),
      ],
      {
        ...params,
        jaxpr: body,
        length,
        numConsts: residualConsts.length,
        numCarry: linearConsts.length + numCarry,
        reverse: !params.reverse,
      },
    );
    const take = taker<Cotangent>(results);
    const constCts = take(linearConsts.length);
    const carryCts = take(numCarry);
    const xCts = take(xsLinear.filter(Boolean).length);
    const order = taker<Cotangent>([...constCts, ...carryCts, ...xCts]);
    return operands.map((x, i) => {
      const isCarry = i >= numConsts && i < numConsts + numCarry;
      if (!linear[i] && !isCarry) return null;
      const [ct] = order(1);
      return isLinear(x) ? ct : null;
    });
  }),
  batch: (args, dims, params, axis) => {
    const { jaxpr, numCarry } = params;
    const [constDims, initDims, xsDims] = split(dims, params);
    const inner = (d: BatchDim): BatchDim => (d === null ? null : 0);
    const bodyDims = (carry: readonly boolean[]): BatchDim[] => [
      ...constDims.map(inner),
      ...carry.map((b) => (b ? 0 : null)),
      ...xsDims.map(inner),
    ];
    const force = (carry: readonly boolean[]): boolean[] => jaxpr.outvars.map((_, i) => i < numCarry && carry[i]);
    const carry = fixpoint(
      initDims.map((d) => d !== null),
      (mask) =>
        transforms()
          .batch(jaxpr, bodyDims(mask), axis, force(mask))
          .dimsOut.slice(0, numCarry)
          .map((d) => d !== null),
    );
    const batched = transforms().batch(jaxpr, bodyDims(carry), axis, force(carry));
    const [consts, init, xs] = split(args, params);
    const outputs = bind(
      self(),
      [
        ...consts.map((x, i) => front(x, constDims[i])),
        ...init.map((x, i) =>
          carry[i] && initDims[i] === null ? broadcastBatch(x, axis.size) : front(x, initDims[i]),
        ),
        ...xs.map((x, i) => (xsDims[i] === null ? x : moveAxis(x, xsDims[i], 1))),
      ],
      { ...params, jaxpr: batched.jaxpr },
    );
    return { outputs, dims: batched.dimsOut.map((d, i) => (d === null ? null : i < numCarry ? 0 : 1)) };
  },
  lower: lowerScan,
  partialEval: (args, params, evaluation) => {
    const { jaxpr, numConsts, numCarry } = params;
    const unknown = args.map((x) => evaluation.isUnknown(x));
    const [constUnknown, initUnknown, xsUnknown] = split(unknown, params);
    const bodyMask = (carry: readonly boolean[]): boolean[] => [...constUnknown, ...carry, ...xsUnknown];
    const force = (carry: readonly boolean[]): boolean[] => jaxpr.outvars.map((_, i) => i < numCarry && carry[i]);
    const carryUnknown = fixpoint(initUnknown, (mask) =>
      transforms().partialEval(jaxpr, bodyMask(mask), force(mask)).unknownOut.slice(0, numCarry),
    );
    const mask = bodyMask(carryUnknown);
    const partial = transforms().partialEval(jaxpr, mask, force(carryUnknown));
    const { known } = partial;
    const knownOutCount = partial.unknownOut.filter((u) => !u).length;
    const counts = {
      consts: constUnknown.filter((u) => !u).length,
      carry: carryUnknown.filter((u) => !u).length,
    };
    const isConstInput = (i: number): boolean => i < counts.consts;
    const isCarryInput = (i: number): boolean => i >= counts.consts && i < counts.consts + counts.carry;

    // A residual that is a known carry differs from step to step: the loop has to hand it out.
    const carried = partial.residualInputs.filter((i): i is number => i !== null && isCarryInput(i));
    const forward = new Jaxpr(known.invars, known.equations, [
      ...known.outvars,
      ...carried.map((i) => known.invars[i]),
    ]);
    // What depends on the constants alone is computed once, before the loop.
    const isResidual = (i: number): boolean => i >= knownOutCount;
    const hoist = transforms().partialEval(
      forward,
      forward.invars.map((_, i) => !isConstInput(i)),
      forward.outvars.map((_, i) => !isResidual(i)),
    );
    const knownArgs = where(args, not(unknown.map((u, i) => u || mask[i])));
    const knownConsts = where(args.slice(0, numConsts), not(constUnknown));
    const before = bind(jitP, knownConsts, { jaxpr: hoist.known, name: 'scan_invariant' });
    const invariantCount = hoist.unknownOut.filter((u) => !u).length;
    let next = invariantCount;
    const loopConsts = hoist.residualInputs.map((i) => (i === null ? before[next++] : knownConsts[i]));
    const results = bind(self(), [...loopConsts, ...knownArgs.slice(counts.consts)], {
      ...params,
      jaxpr: hoist.unknown,
      numConsts: loopConsts.length,
      numCarry: counts.carry,
    });
    const outputs = interleave(hoist.unknownOut, before.slice(0, invariantCount), results);

    // Residuals in the order in which the deferred body wants them: constants of its loop, or scanned.
    const computed = taker(outputs.slice(knownOutCount, known.outvars.length));
    const computedInvariant = taker(hoist.unknownOut.slice(knownOutCount, known.outvars.length).map((u) => !u));
    const carriedValues = taker(outputs.slice(known.outvars.length));
    const residuals = partial.residualInputs.map((input): { value: NdArray; invariant: boolean } => {
      if (input === null) return { value: computed(1)[0], invariant: computedInvariant(1)[0] };
      if (isCarryInput(input)) return { value: carriedValues(1)[0], invariant: false };
      return { value: knownArgs[input], invariant: isConstInput(input) };
    });
    const residualVars = partial.unknown.invars.slice(0, residuals.length);
    const invariant = residuals.map((r) => r.invariant);
    const [unknownConsts, unknownCarry, unknownXs] = splitCounts(
      partial.unknown.invars.slice(residuals.length),
      constUnknown.filter(Boolean).length,
      carryUnknown.filter(Boolean).length,
    );
    const deferredBody = new Jaxpr(
      [
        ...where(residualVars, invariant),
        ...unknownConsts,
        ...unknownCarry,
        ...unknownXs,
        ...where(residualVars, not(invariant)),
      ],
      partial.unknown.equations,
      partial.unknown.outvars,
    );
    const values = residuals.map((r) => r.value);
    const [constArgs, initArgs, xsArgs] = split(args, params);
    const deferred = evaluation.defer(
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
        jaxpr: deferredBody,
        numConsts: invariant.filter(Boolean).length + unknownConsts.length,
        numCarry: unknownCarry.length,
      },
    );
    return interleave(partial.unknownOut, outputs.slice(0, knownOutCount), deferred);
  },
  simplify: (equation, used) => {
    const params = equation.params as unknown as ScanParams;
    const { jaxpr, numCarry } = params;
    const needs = (carry: readonly boolean[]): { body: Jaxpr; usedIn: boolean[] } => {
      const body = pruneEquations(jaxpr, [...carry, ...used.slice(numCarry)]);
      const live = new Set<unknown>(body.outvars);
      for (const e of body.equations) for (const x of e.inputs) live.add(x);
      return { body, usedIn: jaxpr.invars.map((v) => live.has(v)) };
    };
    const carry = fixpoint(used.slice(0, numCarry), (mask) => split(needs(mask).usedIn, params)[1]);
    const { body, usedIn } = needs(carry);
    const [constsIn, , xsIn] = split(usedIn, params);
    const keep = [...constsIn, ...carry, ...xsIn];
    return {
      ...equation,
      params: {
        ...params,
        jaxpr: new Jaxpr(where(jaxpr.invars, keep), body.equations, body.outvars),
        numConsts: constsIn.filter(Boolean).length,
        numCarry: carry.filter(Boolean).length,
      },
      inputs: where(equation.inputs, keep),
      outputs: where(equation.outputs, [...carry, ...used.slice(numCarry)]),
    };
  },
  effects: ({ jaxpr }) => jaxpr.effects,
}));

/** Takes the next `n` of a list, again and again. */
function taker<T>(list: readonly T[]): (n: number) => T[] {
  let next = 0;
  return (n) => {
    next += n;
    return list.slice(next - n, next);
  };
}

const splitCounts = (list: readonly Var[], first: number, second: number): [Var[], Var[], Var[]] => [
  list.slice(0, first),
  list.slice(first, first + second),
  list.slice(first + second),
];

const front = (x: NdArray, dim: BatchDim): NdArray => (dim === null ? x : moveAxis(x, dim, 0));

function sliceHost(x: HostData, step: number): HostData {
  const shape = x.shape.slice(1);
  const n = sizeOf(shape) * layoutOf(x.dtype).entries;
  return { dtype: x.dtype, shape, data: x.data.subarray(step * n, (step + 1) * n) };
}

/** Forward mode: the scan of the body's derivative, in which a carry has a tangent if any step gives it one. */
function scanJvp(self: () => Primitive<ScanParams>) {
  return (primals: readonly NdArray[], tangents: readonly Tangent[], params: ScanParams) => {
    const { jaxpr, numConsts, numCarry } = params;
    const nonzero = tangents.map((t) => !isZero(t));
    const [constNz, initNz, xsNz] = split(nonzero, params);
    const bodyMask = (carry: readonly boolean[]): boolean[] => [...constNz, ...carry, ...xsNz];
    const force = (carry: readonly boolean[]): boolean[] => jaxpr.outvars.map((_, i) => i < numCarry && carry[i]);
    const carryNz = fixpoint(initNz, (mask) =>
      transforms().jvp(jaxpr, bodyMask(mask), force(mask)).nonzeroOut.slice(0, numCarry),
    );
    const { jaxpr: body, nonzeroOut } = transforms().jvp(jaxpr, bodyMask(carryNz), force(carryNz));
    // [primals, tangents] -> [consts, their tangents, carry, its tangents, scanned, their tangents]
    const n = jaxpr.invars.length;
    const [constTangents, carryTangents, xTangents] = splitCounts(
      body.invars.slice(n),
      constNz.filter(Boolean).length,
      carryNz.filter(Boolean).length,
    );
    const [consts, carry, xs] = split(body.invars.slice(0, n), params);
    const m = jaxpr.outvars.length;
    const carryCount = carryTangents.length;
    const outs = body.outvars;
    const reordered = new Jaxpr(
      [...consts, ...constTangents, ...carry, ...carryTangents, ...xs, ...xTangents],
      body.equations,
      [
        ...outs.slice(0, numCarry),
        ...outs.slice(m, m + carryCount),
        ...outs.slice(numCarry, m),
        ...outs.slice(m + carryCount),
      ],
    );
    const given = (list: readonly Tangent[], mask: readonly boolean[]): NdArray[] => where(list, mask).map(instantiate);
    const [constArgs, initArgs, xsArgs] = split(primals, params);
    const [constT, initT, xsT] = split(tangents, params);
    const results = bind(
      self(),
      [...constArgs, ...given(constT, constNz), ...initArgs, ...given(initT, carryNz), ...xsArgs, ...given(xsT, xsNz)],
      {
        ...params,
        jaxpr: reordered,
        numConsts: numConsts + constTangents.length,
        numCarry: numCarry + carryCount,
      },
    );
    const take = taker(results);
    const carryOut = take(numCarry);
    const carryDot = taker(take(carryCount));
    const ysOut = take(m - numCarry);
    const ysDot = taker(results.slice(numCarry + carryCount + m - numCarry));
    const outputs = [...carryOut, ...ysOut];
    return {
      primals: outputs,
      tangents: outputs.map((y, i): Tangent => {
        if (!nonzeroOut[i]) return new Zero(y.aval);
        return (i < numCarry ? carryDot : ysDot)(1)[0];
      }),
    };
  };
}

/** A StableHLO `while` that counts steps, slices the scanned arrays and writes into the stacked results. */
function lowerScan(e: Emitter, args: readonly Value[], params: ScanParams, results: readonly ShapedArray[]): Value[] {
  const { jaxpr, length, numCarry, reverse } = params;
  const [consts, init, xs] = split(args, params);
  const scalar = shaped([], 'int32');
  const unroll = Math.max(1, Math.min(params.unroll, length));
  const yAvals = results.slice(numCarry);

  const slice = (x: Value, step: Value): Value => {
    const one = shaped([1, ...x.aval.shape.slice(1)], x.aval.dtype);
    const zero = e.constant(0, scalar);
    const starts = x.aval.shape.map((_, i) => (i === 0 ? step : zero));
    const cut = e.op('dynamic_slice', [x, ...starts], one, { slice_sizes: attr.i64s(one.shape) });
    return e.reshape(cut, x.aval.shape.slice(1));
  };
  const write = (ys: Value, y: Value, step: Value): Value => {
    const zero = e.constant(0, scalar);
    const starts = ys.aval.shape.map((_, i) => (i === 0 ? step : zero));
    return e.op('dynamic_update_slice', [ys, e.reshape(y, withAxis(y.aval.shape, 0, 1)), ...starts], ys.aval.strong);
  };
  /** One step; `count` is how many have been done. */
  const step = (count: Value, carry: readonly Value[], ys: readonly Value[]): { carry: Value[]; ys: Value[] } => {
    const index = reverse ? e.op('subtract', [e.constant(length - 1, scalar), count], scalar) : count;
    const outs = e.call(jaxpr, [...consts, ...carry, ...xs.map((x) => slice(x, index))], 'scan_body');
    return { carry: outs.slice(0, numCarry), ys: outs.slice(numCarry).map((y, i) => write(ys[i], y, index)) };
  };

  let carry: Value[] = init;
  let ys: Value[] = yAvals.map((aval) => e.constant(0, aval.strong));
  const turns = unroll >= length ? 0 : Math.floor(length / unroll);
  if (turns > 0) {
    const types = [scalar, ...carry.map((x) => x.aval), ...yAvals];
    const condition = e.region(types, (count) => {
      const result = e.op('compare', [count, e.constant(turns * unroll, scalar)], shaped([], 'bool'), {
        comparison_direction: attr.of('comparison_direction', 'LT'),
      });
      return [result];
    });
    const body = e.region(types, (count, ...state) => {
      let now = { carry: state.slice(0, numCarry), ys: state.slice(numCarry) };
      let done = count;
      for (let k = 0; k < unroll; k++) {
        now = step(done, now.carry, now.ys);
        done = e.op('add', [done, e.constant(1, scalar)], scalar);
      }
      return [done, ...now.carry, ...now.ys];
    });
    const outs = e.many('while', [e.constant(0, scalar), ...carry, ...ys], types, {}, [condition, body]);
    carry = outs.slice(1, 1 + numCarry);
    ys = outs.slice(1 + numCarry);
  }
  for (let k = turns * unroll; k < length; k++) {
    const now = step(e.constant(k, scalar), carry, ys);
    carry = now.carry;
    ys = now.ys;
  }
  return [...carry, ...ys];
}
