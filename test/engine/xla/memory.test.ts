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

  it('stays bounded over 2,000 undonated steps that wait for each result, though nobody frees anything', async () => {
    const step = compile(false);
    const one = put();
    let state = put();
    let peak = 0;
    const before = memory.live;
    for (let i = 0; i < 2000; i++) {
      [state] = step.execute([state, one]);
      // A turn of the event loop, in which finalizers can run; a microtask is none.
      if (i % 10 === 0) await new Promise(setImmediate);
      peak = Math.max(peak, memory.live - before);
    }
    expect(state.readSync()[0]).toBe(0);
    // Without the weights V8 sees only small wrappers, and all 2 GB stay.
    expect(peak).toBeLessThan(600e6);
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
