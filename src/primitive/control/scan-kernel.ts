/**
 * `scan` as a step of a plan: the body's plan is run once for each entry.
 */
import type { ShapedArray } from '../../array/aval.js';
import type { KernelEmitter, KernelValue, RunValue } from '../../ir/kernel.js';
import { type ScanParams, split } from './scan-params.js';

/** Runs the body's plan step by step; the carry of the step before is freed, the results are stacked at the end. */
export function scanKernel(
  k: KernelEmitter,
  args: readonly KernelValue[],
  params: ScanParams,
  outputs: readonly ShapedArray[],
): KernelValue[] {
  const { jaxpr, length, numCarry, reverse } = params;
  if (length === 0) k.decline('there are no steps');
  const body = k.program(jaxpr);
  return k.control(args, outputs, (runtime, operands) => {
    const [consts, init, xs] = split(operands, params);
    let carry = init.map((x) => runtime.retain(x));
    const results: RunValue[][] = jaxpr.outvars.slice(numCarry).map(() => []);
    for (let count = 0; count < length; count++) {
      const entries = xs.map((x) => runtime.entry(x, reverse ? length - 1 - count : count));
      const next = runtime.run(body, [...consts, ...carry, ...entries]);
      runtime.release([...carry, ...entries]);
      carry = next.slice(0, numCarry);
      next.slice(numCarry).forEach((y, i) => {
        results[i].push(y);
      });
    }
    const stacked = results.map((ys, i) => {
      const whole = runtime.stack(reverse ? [...ys].reverse() : ys, outputs[numCarry + i]);
      runtime.release(ys);
      return whole;
    });
    return [...carry, ...stacked];
  });
}
