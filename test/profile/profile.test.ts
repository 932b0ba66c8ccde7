import { describe, expect, it } from 'vitest';
import { InvalidArgument, jit, type NdArray, valueAndGrad } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import { profile } from '../../src/profile/index.js';
import { describeEngines } from '../helpers/engines.js';

const loss = (w: NdArray, x: NdArray): NdArray => jnp.mean(jnp.tanh(jnp.matmul(x, w)).pow(2));

function train(w: NdArray, x: NdArray): readonly [NdArray, NdArray] {
  const [value, gradient] = valueAndGrad(loss)(w, x);
  return [w.sub(gradient.mul(0.1)), value];
}

describeEngines(() => {
  it('times every step of a function whose arguments are donated', async () => {
    const w = jnp.ones([4, 5]);
    const found = await profile(jit(train, { donateArgnums: 0 }), { steps: 3, warmup: 1 })(w, jnp.ones([3, 4]));
    expect(found.steps).toHaveLength(3);
    for (const { total, device, host } of found.steps) {
      expect(device).toBeGreaterThan(0);
      expect(host).toBeGreaterThan(0);
      expect(total).toBeGreaterThanOrEqual(device);
    }
    // The caller's own arguments are not the ones that were donated.
    expect(w.sum().item()).toBe(20);
  });

  it('goes on from the result where it is told how', async () => {
    const seen: number[] = [];
    const next = ([w, value]: readonly NdArray[], [, x]: readonly NdArray[]): [NdArray, NdArray] => {
      seen.push(value.item());
      return [w, x];
    };
    await profile(train, { steps: 3, warmup: 1, next: next as never })(jnp.ones([4, 5]), jnp.ones([3, 4]));
    expect(seen).toHaveLength(4);
    expect([...seen].sort((a, b) => b - a)).toEqual(seen);
    expect(new Set(seen).size).toBe(4);
  });
});

describe('a profile', () => {
  it('names the lines of the user, the dearest first', async () => {
    const { lines, text, cost } = await profile(train, { steps: 1, warmup: 0 })(jnp.ones([40, 50]), jnp.ones([30, 40]));
    expect(lines[0].line).toMatch(/profile\.test\.ts:\d+$/);
    expect(lines[0].primitives).toContain('dot_general');
    expect(lines.reduce((sum, { flops }) => sum + flops, 0)).toBe(cost.flops);
    expect(text).toMatch(/jit\(train\) on \w+: .* a step, the median of 1/);
    expect(text).toMatch(/profile\.test\.ts:\d+: dot_general/);
  });

  it('has a trace with both tracks, the stages first, in microseconds from 0', async () => {
    const { trace } = await profile(train, { steps: 2, warmup: 0 })(jnp.ones([4, 5]), jnp.ones([3, 4]));
    const events = trace.traceEvents.filter(({ ph }) => ph === 'X');
    expect(events.map(({ name, tid }) => `${tid} ${name}`)).toEqual([
      '1 trace',
      '1 lower',
      '1 compile',
      '1 step 0',
      '2 jit(train)',
      '1 step 1',
      '2 jit(train)',
    ]);
    expect(events[0].ts).toBe(0);
    for (const { dur, ts } of events) expect([dur! >= 0, ts! >= 0]).toEqual([true, true]);
    const tracks = trace.traceEvents.filter(({ name }) => name === 'thread_name').map(({ args }) => args?.name);
    expect(tracks).toEqual(['host', 'device']);
  });

  it('refuses counts that are none', () => {
    expect(() => profile(train, { steps: 0 })).toThrow(InvalidArgument);
    expect(() => profile(train, { warmup: 1.5 })).toThrow(InvalidArgument);
  });
});
