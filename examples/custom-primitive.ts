/**
 * A primitive of one's own, with all its rules, in one file: Lambert's W, the solution of W exp(W) = x for x > -1/e.
 *
 *     npm run build && node dist/examples/custom-primitive.js
 *
 * From then on it is like any other: grad, vmap, jit, jet and checkpoint know it, XLA compiles it, the laws test it.
 * Source: Corless et al., "On the Lambert W function", Advances in Computational Mathematics 5, 1996.
 */
import { grad, jit, type NdArray, vmap } from 'fluxion';
import { attr, bindOne, type Emitter, like, partials, pointwise, type ShapedArray, type Value } from 'fluxion/extend';
import * as jnp from 'fluxion/numpy';

/** Each step of Halley's method triples the digits; six are enough for float64, from these guesses. */
const STEPS = 6;

/** A first guess that Halley's method converges from: near the branch point, and elsewhere. */
const guess = (x: number): number => (x < 0 ? Math.sqrt(2 * Math.E * x + 2) - 1 : Math.log1p(x));

function lambertNumber(x: number): number {
  let w = guess(x);
  for (let k = 0; k < STEPS; k++) {
    const e = Math.exp(w);
    const miss = w * e - x;
    if (miss === 0) break;
    w -= miss / (e * (w + 1) - ((w + 2) * miss) / (2 * w + 2));
  }
  return w;
}

/** The same steps as StableHLO. */
function lowerLambert(e: Emitter, x: Value, out: ShapedArray): Value {
  const number = (value: number): Value => e.constant(value, out);
  const op = (name: string, ...operands: Value[]): Value => e.op(name, operands, out);
  const times = (a: Value, b: Value): Value => op('multiply', a, b);
  const isNegative = e.op('compare', [x, number(0)], out.withDType('bool'), {
    comparison_direction: attr.of('comparison_direction', 'LT'),
  });
  const inside = op('maximum', op('add', times(number(2 * Math.E), x), number(2)), number(0));
  const below = op('subtract', op('sqrt', inside), number(1));
  let w = op('select', isNegative, below, op('log_plus_one', op('maximum', x, number(0))));
  for (let k = 0; k < STEPS; k++) {
    const power = op('exponential', w);
    const miss = op('subtract', times(w, power), x);
    const next = op('add', w, number(1));
    const bend = op('divide', times(op('add', w, number(2)), miss), times(number(2), next));
    w = op('subtract', w, op('divide', miss, op('subtract', times(power, next), bend)));
  }
  return w;
}

/** W'(x) = 1 / (exp(W) (1 + W)), which is fine at 0, where W / (x (1 + W)) is not. */
export const lambertWP = pointwise({
  name: 'lambert_w',
  accepts: 'float',
  real: lambertNumber,
  derivative: (self) => partials(self, (dx, w) => jnp.divide(dx, jnp.multiply(jnp.exp(w), jnp.add(w, like(w, 1))))),
  lower: (e, [x], _, [out]) => [lowerLambert(e, x, out)],
  domain: { range: [-0.3, 10] },
});

/** The principal branch of Lambert's W: the solution of W exp(W) = x. */
export const lambertW = (x: NdArray): NdArray => bindOne(lambertWP, [x], {});

/** W(1), the slope of the mean, and a batch of slopes. */
export function run(): { omega: number; gradient: unknown; slopes: unknown } {
  const x = jnp.array([0, 1, Math.E]);
  const mean = (y: NdArray): NdArray => jnp.mean(lambertW(y));
  return {
    omega: lambertW(jnp.array(1, { dtype: 'float32' })).item(),
    gradient: jit(grad(mean))(x).jsSync(),
    slopes: vmap(grad(lambertW))(x).jsSync(),
  };
}

if (process.argv[1]?.endsWith('custom-primitive.js')) console.log(run());
