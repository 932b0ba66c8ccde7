import { expect, it } from 'vitest';
import {
  allocate,
  bfloat16Bits,
  DTYPES,
  type DType,
  float16Bits,
  layoutOf,
  type TypedArray,
} from '../../../src/array/dtype.js';
import { ResourceExhausted } from '../../../src/error/engine.js';
import { DeletedArray, InvalidArgument, ShapeMismatch } from '../../../src/error/error.js';
import { describeXla, openEngine } from '../../helpers/xla.js';

/** Small integers (or truth values) in a dtype's storage. */
function values(dtype: DType, numbers: readonly number[]): TypedArray {
  const { storage, entries } = layoutOf(dtype);
  const data = allocate(dtype, numbers.length / entries);
  for (const [i, x] of numbers.entries()) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(x);
    else data[i] = dtype === 'bfloat16' ? bfloat16Bits(x) : dtype === 'float16' ? float16Bits(x) : x;
  }
  expect(data).toBeInstanceOf(storage);
  return data;
}

describeXla('arrays in XLA memory', () => {
  const engine = openEngine();

  it.each(DTYPES)('bring %s back as it was put, read either way', async (dtype) => {
    const data = values(dtype, dtype === 'bool' ? [1, 0, 1, 1] : [1, 2, 3, 100]);
    const shape = layoutOf(dtype).entries === 2 ? [2] : [2, 2];
    const buffer = engine.put(data, dtype, shape);
    expect(buffer.shape).toEqual(shape);
    expect(buffer.readSync()).toEqual(data);
    expect(await buffer.read()).toEqual(data);
  });

  it('keep the bits of special values', () => {
    const data = new Float32Array([Number.NaN, Number.NEGATIVE_INFINITY, -0, 1e-45, 3.4028234663852886e38]);
    const back = engine.put(data, 'float32', [5]).readSync();
    expect(new Uint32Array(back.buffer)).toEqual(new Uint32Array(data.buffer));
  });

  it('are copies: later writes to the host array are not seen, nor writes to what was read', () => {
    const data = new Float32Array(1000).fill(1);
    const buffer = engine.put(data, 'float32', [1000]);
    data.fill(2);
    const read = buffer.readSync() as Float32Array;
    expect(read[999]).toBe(1);
    read.fill(3);
    expect(buffer.readSync()[999]).toBe(1);
  });

  it('can be part of a larger host array, a scalar, or empty', async () => {
    const part = new Int32Array([1, 2, 3, 4, 5]).subarray(1, 4);
    expect(engine.put(part, 'int32', [3]).readSync()).toEqual(new Int32Array([2, 3, 4]));
    expect(engine.put(new Float64Array([7]), 'float64', []).readSync()).toEqual(new Float64Array([7]));
    const empty = engine.put(new Float32Array(0), 'float32', [3, 0]);
    expect(empty.readSync()).toEqual(new Float32Array(0));
    expect(await empty.read()).toEqual(new Float32Array(0));
  });

  it('are read asynchronously when large', async () => {
    const data = Float32Array.from({ length: 1 << 20 }, (_, i) => i);
    const back = await engine.put(data, 'float32', [1 << 10, 1 << 10]).read();
    expect(Buffer.compare(new Uint8Array(back.buffer), new Uint8Array(data.buffer))).toBe(0);
  });

  it('refuse a host array that is shorter or longer than its shape', () => {
    const put = (shape: number[]) => () => engine.put(new Float32Array(4), 'float32', shape);
    expect(put([65536])).toThrow(ShapeMismatch);
    expect(put([3])).toThrow(ShapeMismatch);
    expect(put([-4])).toThrow(ShapeMismatch);
    expect(put([0.5, 8])).toThrow(ShapeMismatch);
    expect(put([2, 3])).toThrow('put: the array has shape [2, 3], but the data has 4 elements.');
  });

  it('refuse a host array of another storage type', () => {
    expect(() => engine.put(new Int32Array(4), 'float32', [4])).toThrow(InvalidArgument);
    expect(() => engine.put(new Float32Array(4), 'bfloat16', [4])).toThrow(
      'put: data must be a Uint16Array (bfloat16), but it is a Float32Array.',
    );
  });

  it('are gone after dispose, which may be repeated, and say so', async () => {
    const buffer = engine.put(new Float32Array(2), 'float32', [2]);
    buffer.dispose();
    buffer.dispose();
    expect(buffer.deleted).toBe(true);
    expect(() => buffer.readSync()).toThrow(DeletedArray);
    await expect(buffer.read()).rejects.toThrow('float32[2] is no longer there: it was disposed of.');
    await expect(buffer.ready()).rejects.toThrow(DeletedArray);
  });

  it('are counted while they live', () => {
    const before = engine.client.memory.live;
    const buffer = engine.put(new Float64Array(1000), 'float64', [1000]);
    expect(engine.client.memory.live - before).toBe(8000);
    buffer.dispose();
    expect(engine.client.memory.live).toBe(before);
  });

  it('over the limit are refused with a sentence that says what to do', () => {
    const { memory } = engine.client;
    memory.reclaim();
    const { limit } = memory;
    memory.limit = memory.live + 1e6;
    try {
      const put = () => engine.put(new Float32Array(1e6), 'float32', [1e6]);
      expect(put).toThrow(ResourceExhausted);
      expect(put).toThrow(/4\.0 MB wanted.*limit is .* MB.*using.*donateArgnums/);
    } finally {
      memory.limit = limit;
    }
  });
});
