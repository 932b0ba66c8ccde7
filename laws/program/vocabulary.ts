/**
 * The words of random programs: operations of `fluxion/numpy` and `fluxion/lax`, each with the text that prints it.
 *
 * An operation says where it is smooth and well conditioned; programs are put together with the values at hand, so that
 * logarithms get positive numbers, quotients no small ones, and maxima no ties.
 */
import { checkpoint, jit } from 'fluxion';
import type { NdArray } from 'fluxion/extend';
import * as lax from 'fluxion/lax';
import * as jnp from 'fluxion/numpy';

export interface Word {
  /** How it is written: `$0` and `$1` stand for the operands. */
  readonly text: string;
  readonly apply: (...operands: NdArray[]) => NdArray;
  readonly arity: 1 | 2;
  /** Where it is smooth, by the operands' elements (row-major). */
  readonly smooth?: (...operands: (readonly number[])[]) => boolean;
}

const unary = (text: string, apply: (x: NdArray) => NdArray, smooth?: Word['smooth']): Word => ({
  text,
  apply: apply as Word['apply'],
  arity: 1,
  smooth,
});
const binary = (text: string, apply: (x: NdArray, y: NdArray) => NdArray, smooth?: Word['smooth']): Word => ({
  text,
  apply: apply as Word['apply'],
  arity: 2,
  smooth,
});

const all =
  (holds: (x: number) => boolean) =>
  (x: readonly number[]): boolean =>
    x.every(holds);
const positive = all((x) => x > 0.1);
const nonzero = all((x) => Math.abs(x) > 0.1);
const moderate = all((x) => Math.abs(x) < 3);
/** No two elements nearly tied. */
const apart = (x: readonly number[]): boolean => {
  const sorted = [...x].sort((a, b) => a - b);
  return sorted.every((v, i) => i === 0 || v - sorted[i - 1] > 0.02);
};
/** Elements that meet when one operand is repeated over the other are not tied. */
const meeting = (x: readonly number[], y: readonly number[]): boolean =>
  x.every((a) => y.every((b) => Math.abs(a - b) > 0.02));

export const vocabulary: readonly Word[] = [
  unary('jnp.sin($0)', (x) => jnp.sin(x)),
  unary('jnp.cos($0)', (x) => jnp.cos(x)),
  unary('jnp.tanh($0)', (x) => jnp.tanh(x)),
  unary('jnp.exp($0)', (x) => jnp.exp(x), moderate),
  unary('jnp.expm1($0)', (x) => jnp.expm1(x), moderate),
  unary('jnp.log($0)', (x) => jnp.log(x), positive),
  unary('jnp.sqrt($0)', (x) => jnp.sqrt(x), positive),
  unary('jnp.square($0)', (x) => jnp.square(x)),
  unary('jnp.negative($0)', (x) => jnp.negative(x)),
  unary('jnp.abs($0)', (x) => jnp.abs(x), nonzero),
  unary('jnp.arctan($0)', (x) => jnp.arctan(x)),
  unary('lax.logistic($0)', (x) => lax.logistic(x)),
  unary('jnp.where(jnp.greater($0, 0), $0, jnp.sin($0))', (x) => jnp.where(jnp.greater(x, 0), x, jnp.sin(x)), nonzero),
  binary('jnp.add($0, $1)', (x, y) => jnp.add(x, y)),
  binary('jnp.subtract($0, $1)', (x, y) => jnp.subtract(x, y)),
  binary('jnp.multiply($0, $1)', (x, y) => jnp.multiply(x, y)),
  binary(
    'jnp.divide($0, $1)',
    (x, y) => jnp.divide(x, y),
    (_, y) => nonzero(y),
  ),
  binary('jnp.maximum($0, $1)', (x, y) => jnp.maximum(x, y), meeting),
  binary('jnp.logaddexp($0, $1)', (x, y) => jnp.logaddexp(x, y)),
  binary('jnp.matmul($0, $1)', (x, y) => jnp.matmul(x, y)),
  binary('jnp.outer($0, $1)', (x, y) => jnp.outer(x, y)),
  unary('jnp.sum($0, { axis: 0 })', (x) => jnp.sum(x, { axis: 0 })),
  unary('jnp.mean($0)', (x) => jnp.mean(x)),
  unary('jnp.max($0, { axis: -1 })', (x) => jnp.max(x, { axis: -1 }), apart),
  unary('jnp.prod($0, { axis: -1 })', (x) => jnp.prod(x, { axis: -1 }), moderate),
  unary('jnp.cumsum($0, { axis: 0 })', (x) => jnp.cumsum(x, { axis: 0 })),
  unary('jnp.sort($0, { axis: -1 })', (x) => jnp.sort(x, { axis: -1 }), apart),
  unary('jnp.transpose($0)', (x) => jnp.transpose(x)),
  unary('jnp.ravel($0)', (x) => jnp.ravel(x)),
  unary('jnp.flip($0, { axis: 0 })', (x) => jnp.flip(x, { axis: 0 })),
  unary('jnp.roll($0, 1)', (x) => jnp.roll(x, 1)),
  unary('jnp.concatenate([$0, $0])', (x) => jnp.concatenate([x, x])),
  unary("jnp.take($0, jnp.array([0, 0, -1], { dtype: 'int32' }), { axis: 0 })", (x) =>
    jnp.take(x, jnp.array([0, 0, -1], { dtype: 'int32' }), { axis: 0 }),
  ),
  unary(
    'lax.scan((c, x) => [jnp.tanh(jnp.add(c, x)), jnp.multiply(c, x)], jnp.sum($0, { axis: 0 }), { xs: $0 })[1]',
    (xs) =>
      lax.scan((c, x) => [jnp.tanh(jnp.add(c, x)), jnp.multiply(c, x)], jnp.sum(xs, { axis: 0 }), { xs })[1] as NdArray,
  ),
  unary(
    'lax.foriLoop(0, 3, (_, c) => jnp.multiply(jnp.cos(c), c), $0)',
    (x) => lax.foriLoop(0, 3, (_, c) => jnp.multiply(jnp.cos(c), c), x) as NdArray,
  ),
  unary(
    'lax.cond(jnp.greater(jnp.sum($0), 0), (x) => jnp.sin(x), (x) => jnp.multiply(x, x), $0)',
    (x) =>
      lax.cond(
        jnp.greater(jnp.sum(x), 0),
        (y: NdArray) => jnp.sin(y),
        (y: NdArray) => jnp.multiply(y, y),
        x,
      ) as NdArray,
    (x) => Math.abs(x.reduce((a, b) => a + b, 0)) > 0.1,
  ),
  unary(
    'jit((x) => jnp.multiply(jnp.sin(x), x))($0)',
    (x) => jit((y: NdArray) => jnp.multiply(jnp.sin(y), y))(x) as NdArray,
  ),
  unary(
    'checkpoint((x) => jnp.tanh(jnp.square(x)))($0)',
    (x) => checkpoint((y: NdArray) => jnp.tanh(jnp.square(y)))(x) as NdArray,
  ),
];
