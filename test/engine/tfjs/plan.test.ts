/** What programs become: steps, fused where the library fuses, freed after their last use. */
import { beforeAll, describe, expect, test } from 'vitest';
import { config, grad, jit, type NdArray } from '../../../src/index.js';
import * as lax from '../../../src/lax/index.js';
import * as nn from '../../../src/nn/index.js';
import * as jnp from '../../../src/numpy/index.js';
import * as random from '../../../src/random/index.js';

/** The plan's lines, without what is said of constants. */
const planOf = (f: (...args: NdArray[]) => NdArray, ...args: NdArray[]): string[] =>
  jit(f)
    .lower(...args)
    .asText()
    .split('\n')
    .filter((line) => !line.includes(' = constant '));

const kernels = (plan: readonly string[]): string[] =>
  plan.flatMap((line) => /= (host \w+|\w+)\(/.exec(line)?.[1] ?? []);

describe('the plan of a program', () => {
  beforeAll(() => config.update('engine', 'tfjs:wasm'));
  const x = jnp.ones([4, 3]);
  const w = jnp.ones([3, 5]);
  const b = jnp.ones([5]);

  test('draws bias and sigmoid into the product', () => {
    const plan = planOf((a, m, v) => nn.sigmoid(jnp.dot(a, m).add(v)), x, w, b);
    expect(kernels(plan)).toEqual(['Reshape', 'Reshape', '_FusedMatMul', 'Reshape']);
    expect(plan.join('\n')).toContain('activation="sigmoid"');
  });

  test('does not repeat what kernels repeat by themselves', () => {
    const plan = planOf(
      (a, v) =>
        jnp
          .sin(v)
          .add(jnp.zeros([5]))
          .mul(2)
          .add(a),
      jnp.ones([4, 5]),
      b,
    );
    expect(kernels(plan)).not.toContain('Tile');
    expect(plan.find((line) => line.includes('Multiply'))).toContain(': f32[5]');
  });

  test('computes equal steps once, and none that nobody needs', () => {
    const plan = planOf((a) => {
      jnp.exp(a);
      return jnp.tanh(a).add(jnp.tanh(a));
    }, x);
    expect(kernels(plan)).toEqual(['Tanh', 'Add']);
  });

  test('computes what depends on constants alone beforehand', () => {
    const plan = planOf((a) => a.add(jnp.sqrt(jnp.arange(3, { dtype: 'float32' }).add(1))), x);
    expect(kernels(plan)).toEqual(['Add']);
  });

  test('has no turned products on WebAssembly, and the plain backend has no transposes', () => {
    const loss = (m: NdArray): NdArray => jnp.sum(jnp.dot(x, m).pow(2));
    const onWasm = kernels(planOf((m) => grad(loss)(m), w));
    expect(onWasm).toContain('Transpose');
    config.update('engine', 'tfjs:cpu');
    const onCpu = planOf((m) => grad(loss)(m), w);
    config.update('engine', 'tfjs:wasm');
    expect(kernels(onCpu)).not.toContain('Transpose');
    expect(onCpu.join('\n')).toContain('transposeA=true');
  });

  test('frees every value that is no result, exactly once', () => {
    const plan = planOf((a, m, v) => jnp.sum(nn.relu(jnp.dot(a, m).add(v)).pow(3)), x, w, b);
    const made = plan.flatMap((line) => /^(\d+) = /.exec(line)?.[1] ?? []);
    const inputs = (plan[0].match(/\d+/g) ?? []) as string[];
    const freed = plan.flatMap((line) => /then frees ([\d, ]+)/.exec(line)?.[1].trim().split(', ') ?? []);
    const outputs = (plan.at(-1)?.match(/\d+/g) ?? []) as string[];
    expect([...freed, ...outputs].sort()).toEqual([...inputs, ...made].sort());
  });

  test('says what the host does, and why', () => {
    const plan = planOf((a) => lax.rem(a, jnp.ones([4, 3])), x);
    expect(plan.join('\n')).toMatch(/host rem\(.*# it has no kernel/);
    const bits = jit((key: NdArray) => random.bits(random.wrapKeyData(key), { shape: [2] }));
    expect(bits.lower(random.PRNGKey(0)).asText()).toMatch(/host threefry2x32/);
  });
});
