/**
 * `scan` in StableHLO: a `while` that counts the steps.
 */
import { type ShapedArray, shaped } from '../../array/aval.js';
import { withAxis } from '../../array/shape.js';
import { attr, type Emitter, type Value } from '../../ir/lowering.js';
import { type ScanParams, split } from './scan-params.js';

/** A StableHLO `while` that counts steps, slices the scanned arrays and writes into the stacked results. */
export function lowerScan(
  e: Emitter,
  args: readonly Value[],
  params: ScanParams,
  results: readonly ShapedArray[],
): Value[] {
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
