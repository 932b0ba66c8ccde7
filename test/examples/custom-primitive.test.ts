import * as fc from 'fast-check';
import { checkpoint, config, grad, jet, jit, makeJaxpr, type NdArray, vmap } from 'fluxion';
import { examineLaws, failureText, primitiveLaws } from 'fluxion/laws';
import * as jnp from 'fluxion/numpy';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lambertW, run } from '../../examples/custom-primitive.js';
import { describeXla } from '../helpers/xla.js';

const XS = [-0.36, -0.2, 0, 0.5, 1, Math.E, 20, 1e4];

/** How far W exp(W) is from x, relative to x or 1. */
const residual = (w: number, x: number): number => Math.abs(w * Math.exp(w) - x) / Math.max(Math.abs(x), 1);

beforeEach(() => {
  config.update('engine', 'reference');
  config.update('enableX64', true);
});
afterEach(() => config.update('enableX64', false));

describe("a user's primitive", () => {
  test('solves its equation', () => {
    const ws = lambertW(jnp.array(XS)).jsSync() as number[];
    for (const [i, x] of XS.entries()) expect(residual(ws[i], x)).toBeLessThan(1e-14);
  });

  test('gives the omega constant, and the slopes W / (x (1 + W))', () => {
    const { omega, gradient, slopes } = run();
    expect(omega).toBe(Math.fround(0.5671432904097838));
    const slope = (x: number, w: number): number => w / (x * (1 + w));
    const expected = [1, slope(1, 0.5671432904097838), slope(Math.E, 1)];
    for (let i = 0; i < 3; i++) {
      expect((slopes as number[])[i]).toBeCloseTo(expected[i], 12);
      expect((gradient as number[])[i]).toBeCloseTo(expected[i] / 3, 12);
    }
  });

  test('is one equation in programs, under its own name', () => {
    expect(`${makeJaxpr(lambertW)(jnp.array([1, 2], { dtype: 'float32' }))}`).toBe(
      '{ lambda ; a:f32[2]. let b:f32[2] = lambert_w a in (b,) }',
    );
  });

  test('goes through every transformation', () => {
    const x = jnp.array(0.5, { dtype: 'float64' });
    const second = grad(grad(lambertW))(x).item();
    expect(jit(grad(grad(jit(lambertW))))(x).item()).toBeCloseTo(second, 14);
    expect(grad(grad(checkpoint(lambertW) as (x: NdArray) => NdArray))(x).item()).toBeCloseTo(second, 14);
    expect(vmap(grad(grad(lambertW)))(jnp.array([0.5, 1])).jsSync()).toMatchObject([expect.closeTo(second, 14), {}]);
    expect(jet(lambertW, [x], [[1, 0]])[1][1].item()).toBeCloseTo(second, 14);
  });

  test('keeps the laws of primitives', async () => {
    const cases = fc
      .array(fc.double({ min: -0.3, max: 9, noNaN: true }), { minLength: 1, maxLength: 4 })
      .map((xs) => ({ args: [jnp.array(xs, { dtype: 'float64' })], f: (x: NdArray) => [lambertW(x)] }));
    const report = await examineLaws(primitiveLaws('lambert_w', { cases }), { runs: 3, seed: 5, time: 5000 });
    expect(report.broken.map(failureText).join('\n\n')).toBe('');
  });
});

describeXla("a user's primitive on xla", () => {
  test('is compiled by its own lowering', () => {
    config.update('engine', 'xla');
    const ws = jit(lambertW)(jnp.array(XS)).jsSync() as number[];
    for (const [i, x] of XS.entries()) expect(residual(ws[i], x)).toBeLessThan(1e-14);
  });
});
