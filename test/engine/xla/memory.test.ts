import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { DeviceBuffer } from '../../../src/array/buffer.js';
import { addProgram, describeXla, openEngine } from '../../helpers/xla.js';

const SIZE = 1 << 18; // a megabyte of float32

describeXla('device memory', () => {
  const engine = openEngine();
  const { memory } = engine.client;
  const put = (): DeviceBuffer => engine.put(new Float32Array(SIZE), 'float32', [SIZE]);
  const compile = (donate: boolean) => {
    const { text, spec } = addProgram('float32', [SIZE], donate);
    return engine.compileText(text, spec);
  };

  it('stays constant over 2,000 synchronous donated steps', () => {
    const step = compile(true);
    const one = put();
    let state = put();
    const before = memory.live;
    const resident = process.memoryUsage.rss();
    for (let i = 0; i < 2000; i++) {
      [state] = step.execute([state, one]);
      expect(memory.live).toBe(before);
    }
    state.readSync();
    expect(process.memoryUsage.rss() - resident).toBeLessThan(100e6);
  });

  /** Runs 2,000 undonated steps of one megabyte each, dropping every state; returns the largest growth seen. */
  function* undonated(): Generator<number> {
    const step = compile(false);
    const one = put();
    let state = put();
    const before = memory.live;
    for (let i = 0; i < 2000; i++) {
      [state] = step.execute([state, one]);
      yield memory.live - before;
    }
    expect(state.readSync()[0]).toBe(0);
  }

  it('stays bounded over 2,000 undonated steps in one synchronous loop, though nobody frees anything', () => {
    let peak = 0;
    for (const growth of undonated()) peak = Math.max(peak, growth);
    expect(peak).toBeLessThan(400e6); // of 2 GB
  });

  it('stays bounded over 2,000 undonated steps with turns of the event loop between them', async () => {
    let peak = 0;
    for (const growth of undonated()) {
      peak = Math.max(peak, growth);
      await new Promise(setImmediate);
    }
    expect(peak).toBeLessThan(400e6);
  });

  it('of arrays that are still in use is never taken back', () => {
    const kept = Array.from({ length: 20 }, (_, i) => engine.put(new Float32Array([i]), 'float32', [1]));
    memory.reclaim();
    expect(kept.map((buffer) => buffer.readSync()[0])).toEqual(kept.map((_, i) => i));
  });

  it('of many small arrays is taken back in a synchronous loop too', () => {
    memory.reclaim();
    const before = memory.count;
    let most = 0;
    for (let i = 0; i < 300_000; i++) {
      engine.put(new Float32Array(1), 'float32', []);
      most = Math.max(most, memory.count - before);
    }
    expect(most).toBeLessThan(200_000);
  });

  it('is taken back after V8 has collected by itself', async () => {
    memory.reclaim();
    const before = memory.count;
    for (let i = 0; i < 1000; i++) engine.put(new Float32Array(1), 'float32', []);
    expect(memory.count - before).toBe(1000);
    await new Promise(setImmediate); // what was made in this turn is kept to its end
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    for (let turn = 0; turn < 100 && memory.count > before; turn++) await new Promise(setImmediate);
    expect(memory.count - before).toBeLessThanOrEqual(0);
  });

  it('is freed at once by dispose and by `using`', () => {
    const step = compile(false);
    const one = put();
    const before = memory.live;
    for (let i = 0; i < 100; i++) {
      const [result] = step.execute([one, one]);
      result.dispose();
      expect(memory.live).toBe(before);
    }
  });

  it('is refused over the limit also for results', () => {
    const step = compile(false);
    const one = put();
    memory.reclaim();
    const { limit } = memory;
    memory.limit = memory.live + 1000;
    try {
      expect(() => step.execute([one, one])).toThrow(/^Out of device memory in The program sum: 1\.0 MB wanted/);
    } finally {
      memory.limit = limit;
    }
  });

  it('that the device does not have is an error, not a crash', () => {
    const { limit } = memory;
    memory.limit = Number.POSITIVE_INFINITY;
    const shape = [1 << 19, 1 << 19]; // a terabyte
    const text =
      'module @huge {\n  func.func public @main() -> tensor<524288x524288xf32> {\n' +
      '    %0 = stablehlo.constant dense<1.0> : tensor<f32>\n' +
      '    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<524288x524288xf32>\n' +
      '    return %1 : tensor<524288x524288xf32>\n  }\n}\n';
    try {
      const huge = engine.compileText(text, { name: 'huge', inputs: [], outputs: [{ dtype: 'float32', shape }] });
      expect(() => huge.execute([])[0].readSync()).toThrow(/^Out of device memory/);
    } finally {
      memory.limit = limit;
    }
  });
});
