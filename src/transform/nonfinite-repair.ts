/**
 * What to write instead, for the operations that make infinities and NaNs out of finite numbers.
 *
 * Nearly all advice is one idea. The derivative of `where(ok, f(x), c)` is `where(ok, f'(x), 0)` *times* what flows in,
 * and 0 times an infinite slope is NaN: the guard has to stand around the argument, `f(where(ok, x, safe))`, where the
 * slope is computed from a harmless number. Source: the JAX FAQ, "Gradients contain NaN where using where".
 */

interface Advice {
  /** Where the value itself is not finite. */
  readonly value: string;
  /** Where its derivative is not. */
  readonly slope: string;
  /** How the guarded call is written. */
  readonly guarded: string;
}

const advice: Readonly<Record<string, Advice>> = {
  log: {
    value: 'The logarithm is -Infinity at 0 and NaN below.',
    slope: 'The slope of log is 1/x, infinite at 0.',
    guarded: 'jnp.log(jnp.where(jnp.greater(x, 0), x, 1))',
  },
  log1p: {
    value: 'log1p is -Infinity at -1 and NaN below.',
    slope: 'The slope of log1p is 1/(1 + x), infinite at -1.',
    guarded: 'jnp.log1p(jnp.where(jnp.greater(x, -1), x, 0))',
  },
  sqrt: {
    value: 'The square root of a negative number is NaN.',
    slope:
      'The slope of sqrt is 1/(2 sqrt(x)), infinite at 0 (a norm of a zero vector ends here too: use jnp.linalg.norm).',
    guarded: 'jnp.sqrt(jnp.where(jnp.greater(x, 0), x, 1))',
  },
  rsqrt: {
    value: '1/sqrt(x) is infinite at 0 and NaN below: add the small number inside, rsqrt(x + eps).',
    slope: '1/sqrt(x) has an infinite slope at 0: add the small number inside, rsqrt(x + eps).',
    guarded: 'lax.rsqrt(jnp.where(jnp.greater(x, 0), x, 1))',
  },
  cbrt: {
    value: '',
    slope: 'The slope of cbrt is infinite at 0.',
    guarded: 'jnp.cbrt(jnp.where(jnp.notEqual(x, 0), x, 1))',
  },
  div: {
    value: 'The divisor is 0 (or so small that the quotient overflows).',
    slope: 'The slope of a quotient has the divisor squared below the line: it is 0, or so small that its square is.',
    guarded: 'jnp.divide(x, jnp.where(jnp.notEqual(y, 0), y, 1))',
  },
  integer_pow: {
    value: 'A negative power of 0 is infinite, a large power overflows.',
    slope: 'A negative power has an infinite slope at 0.',
    guarded: 'jnp.power(jnp.where(jnp.notEqual(x, 0), x, 1), n)',
  },
  pow: {
    value: 'A negative number to a fractional power is NaN, 0 to a negative one infinite.',
    slope: 'The slope y x^(y-1) is infinite at x = 0 for y < 1.',
    guarded: 'jnp.power(jnp.where(jnp.greater(x, 0), x, 1), y)',
  },
  exp: {
    value: 'The exponential overflows: subtract the largest exponent first (nn.softmax, nn.logsumexp do), or clip it.',
    slope: 'The exponential overflows: subtract the largest exponent first (nn.softmax, nn.logsumexp do), or clip it.',
    guarded: 'jnp.exp(jnp.where(ok, x, 0))',
  },
  atan2: {
    value: '',
    slope: 'The angle of the point (0, 0) has no slope.',
    guarded: 'jnp.arctan2(y, jnp.where(ok, x, 1))',
  },
  asin: {
    value: 'asin is NaN outside [-1, 1].',
    slope: 'The slope of asin is infinite at -1 and 1.',
    guarded: 'jnp.arcsin(jnp.where(jnp.less(jnp.abs(x), 1), x, 0))',
  },
  acos: {
    value: 'acos is NaN outside [-1, 1].',
    slope: 'The slope of acos is infinite at -1 and 1.',
    guarded: 'jnp.arccos(jnp.where(jnp.less(jnp.abs(x), 1), x, 0))',
  },
  atanh: {
    value: 'atanh is infinite at -1 and 1, NaN outside.',
    slope: 'The slope of atanh is infinite at -1 and 1.',
    guarded: 'jnp.arctanh(jnp.where(jnp.less(jnp.abs(x), 1), x, 0))',
  },
  acosh: {
    value: 'acosh is NaN below 1.',
    slope: 'The slope of acosh is infinite at 1.',
    guarded: 'jnp.arccosh(jnp.where(jnp.greater(x, 1), x, 2))',
  },
};

const overflow = 'The result is larger than its dtype holds: scale the operands, or compute in a wider dtype.';

/**
 * The repair for a step of `operation`.
 *
 * @param guarded whether the program selects between values, so that a `where` may stand in the wrong place
 */
export function repairFor(operation: string, pass: 'value' | 'tangent' | 'backward', guarded: boolean): string {
  const known = advice[operation];
  if (known === undefined) return overflow;
  if (pass === 'value')
    return `${known.value} If such elements are to be left out, guard the argument: ${known.guarded}.`;
  const why = guarded
    ? 'A where around the result does not help, since 0 times an infinite slope is NaN: move the guard inside,'
    : 'Guard the argument, so that the slope is taken of a harmless number:';
  return `${known.slope} ${why} ${known.guarded}, and choose the result for the other elements with jnp.where.`;
}
