/**
 * The programs that transformations write, as text, against the ones that JAX writes.
 *
 * Known differences are taken out of both: JAX adds cotangents with `add_any`, has shardings, does not name remat2, and
 * its functions are called <lambda>;
 * the parameters of a broadcast scalar are left out there. A program that occurs twice JAX writes in front, once: those
 * texts are not compared.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  checkpoint,
  config,
  DeviceArray,
  grad,
  jit,
  jvp,
  makeJaxpr,
  type NdArray,
  vjp,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/control.js';
import { add, div, gt, mul, sin } from '../../src/lax/elementwise.js';
import { like } from '../../src/primitive/elementwise.js';
import { reduceSum } from '../../src/primitive/reduce.js';

type Scalar = (x: NdArray) => NdArray;

const float32 = (shape: readonly number[], ...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape, data: Float32Array.from(values) });

const functions: Readonly<Record<string, Scalar>> = {
  sine: (x) => sin(x),
  cube: (x) => mul(mul(x, x), x),
  quotient: (x) => div(sin(x), add(1, mul(x, x))),
};

const transforms: Readonly<Record<string, (f: Scalar) => Scalar>> = {
  jit: (f) => jit(f) as Scalar,
  grad: (f) => grad(f) as Scalar,
  checkpoint: (f) => checkpoint(f) as Scalar,
  jvp: (f) => (x) => jvp(f, [x], [like(x, 1)])[1] as NdArray,
  vjp: (f) => (x) => {
    const [y, pull] = vjp(f, x);
    return pull(like(y as NdArray, 2))[0] as NdArray;
  },
  vmap: (f) => (x) => reduceSum(vmap(f)(mul(x, float32([3], 1, 0.5, -0.25))) as NdArray, [0]),
  scan: (f) => (x) => {
    const body = (c: NdArray) => {
      const next = f(c);
      return [next, mul(next, 0.5)] as const;
    };
    const [carry, outputs] = lax.scan(body as never, x, { length: 3 }) as unknown as readonly [NdArray, NdArray];
    return add(carry, reduceSum(outputs, [0]));
  },
  cond: (f) => (x) => lax.cond(gt(x, 1), f, (y: NdArray) => mul(y, y), x) as NdArray,
};

interface Case {
  readonly function: string;
  readonly transforms: readonly string[];
  readonly jaxpr?: string;
}

const path = fileURLToPath(new URL('../fixtures/transforms/nestings.json', import.meta.url));
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly Case[] };

const comparable = (text: string): string =>
  text
    .replaceAll('add_any', 'add')
    .replaceAll(' out_sharding=None', '')
    .replaceAll(/\n *name=\S+/g, '')
    .replaceAll(/\[broadcast_dimensions=\(\) shape=\(.*?\)\]/g, '');

/** JAX orders captured arrays of inner programs otherwise. */
const ordersCaptured = ['jit,vmap', 'vmap,vmap', 'vmap,scan', 'vmap,cond'];

describe('programs are written as JAX writes them', () => {
  beforeAll(() => config.update('engine', 'reference'));
  for (const { function: name, transforms: nesting, jaxpr } of cases) {
    if (
      !jaxpr ||
      jaxpr.startsWith('let ') ||
      ordersCaptured.includes(nesting.join()) ||
      !(name in functions) ||
      nesting.some((t) => !(t in transforms))
    )
      continue;
    test(`${nesting.map((t) => `${t} of `).join('')}${name}`, () => {
      const f = nesting.reduceRight((inner, t) => transforms[t](inner), functions[name]);
      expect(comparable(`${makeJaxpr(f)(float32([], 0.7))}`)).toBe(comparable(jaxpr));
    });
  }
});
