import { describe, expect, test } from 'vitest';
import type { CompileOptions, Executable } from '../../src/engine/engine.js';
import { ReferenceEngine } from '../../src/engine/reference/engine.js';
import { splitProgram } from '../../src/engine/split.js';
import { config, debug, jit, makeJaxpr, type NdArray, pureCallback, ShapeDtypeStruct } from '../../src/index.js';
import type { Jaxpr } from '../../src/ir/jaxpr.js';
import * as jnp from '../../src/numpy/index.js';

config.update('engine', 'reference');

/** An engine that compiles only what needs no host, and counts. */
class CompilingEngine extends ReferenceEngine {
  override readonly runsHost = false;
  readonly compiled: string[][] = [];

  override compile(jaxpr: Jaxpr, options: CompileOptions): Executable {
    expect(jaxpr.needsHost).toBe(false);
    this.compiled.push(jaxpr.equations.map((e) => e.primitive.name));
    return super.compile(jaxpr, options);
  }
}

const scalar = new ShapeDtypeStruct([], 'float32');
const x = jnp.array(0.5, { dtype: 'float32' });
const same = (y: NdArray): NdArray => pureCallback((z: NdArray) => z, scalar, y);

function run(f: (x: NdArray) => unknown): { parts: string[][]; results: number[] } {
  const engine = new CompilingEngine();
  const { jaxpr } = makeJaxpr(f)(x);
  const executable = splitProgram(jaxpr, engine, { name: 'f' });
  const results = executable.execute([engine.put(x.dataSync(), x.dtype, x.shape)]);
  return { parts: engine.compiled.reverse(), results: results.map((r) => Number(r.readSync()[0])) };
}

describe('a program that calls the host', () => {
  test('is compiled in the parts before and after the call', () => {
    const { parts, results } = run((y) => jnp.multiply(same(jnp.sin(y)), jnp.cos(y)));
    expect(parts).toEqual([['sin'], ['cos', 'mul']]);
    expect(results[0]).toBeCloseTo(Math.sin(0.5) * Math.cos(0.5), 6);
  });

  test('is not split by a call without results', () => {
    const seen: number[] = [];
    const { parts } = run((y) => {
      const z = jnp.sin(y);
      debug.callback((v: NdArray) => void seen.push(v.item()), z);
      return jnp.cos(z);
    });
    expect(parts).toEqual([['sin', 'cos']]);
    expect(seen).toEqual([Math.fround(Math.sin(Math.fround(0.5)))]);
  });

  test('is split inside of functions that it calls, and those that need no host stay calls', () => {
    const outside = jit((y: NdArray) => jnp.tanh(y));
    const inside = jit((y: NdArray) => jnp.exp(same(jnp.sin(outside(y)))));
    expect(run((y) => jnp.add(inside(y), inside(jnp.cos(y)))).parts).toEqual([
      ['jit', 'sin'],
      ['exp', 'cos', 'jit', 'sin'],
      ['exp', 'add'],
    ]);
  });

  test('may return its arguments, constants and the same result twice', () => {
    const { results } = run((y) => {
      const z = same(y);
      return [y, z, z, 3];
    });
    expect(results).toEqual([0.5, 0.5, 0.5, 3]);
  });
});
