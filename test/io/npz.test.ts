import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DTYPES } from '../../src/array/dtype.js';
import { hostData } from '../../src/array/host.js';
import { npzChunks, openNpz, readNpz, writeNpz } from '../../src/io/npz.js';
import { bytesSource } from '../../src/io/source.js';
import { stringData } from '../../src/io/value.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describeGolden, golden } from '../helpers/golden.js';
import { describePython, python } from '../helpers/python.js';
import { bits, damage, fileValue } from './arbitrary.js';

const file = temporaryFolder();
const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const values = fc.dictionary(key, fileValue, { maxKeys: 5 });

describe('npz', () => {
  it('reads what it wrote, stored and compressed, from memory', () =>
    fc.assert(
      fc.asyncProperty(values, fc.boolean(), async (original, compressed) => {
        const bytes = Buffer.concat([...npzChunks(original, { compressed })]);
        const again = await run(readNpz(bytesSource(bytes)));
        expect(Object.keys(again)).toEqual(Object.keys(original));
        for (const name of Object.keys(original)) expect(bits(again[name])).toEqual(bits(original[name]));
      }),
    ));

  it('answers damage with a typed error or the undamaged values, never with other values', () =>
    fc.assert(
      fc.asyncProperty(values, fc.boolean(), damage, async (original, compressed, damaged) => {
        const bytes = damaged(Buffer.concat([...npzChunks(original, { compressed })]));
        const result = await readNpz(bytesSource(bytes, 'x.npz'))();
        if (result._tag === 'Left') {
          expect(['CorruptFile', 'UnsupportedFormat']).toContain(result.left.tag);
          return;
        }
        expect(Object.keys(result.right)).toEqual(Object.keys(original));
        for (const name of Object.keys(original)) expect(bits(result.right[name])).toEqual(bits(original[name]));
      }),
      { numRuns: 1000 },
    ));

  it('reads one array of a file without the others', async () => {
    await run(writeNpz(file('two.npz'), { a: hostData('int8', [2], Int8Array.of(1, 2)), b: stringData([], ['ö']) }));
    const opened = await run(openNpz(file('two.npz')));
    expect(opened.keys).toEqual(['a', 'b']);
    expect(await run(opened.read('b'))).toEqual(stringData([], ['ö']));
    expect((await failure(opened.read('c'))).message).toContain("has no 'c'; it has a, b");
  });

  it('names the file and the member that is damaged', async () => {
    const path = file('damaged.npz');
    await run(writeNpz(path, { weights: hostData('float32', [2], Float32Array.of(1, 2)) }));
    const bytes = readFileSync(path);
    bytes[bytes.indexOf(Buffer.from(Float32Array.of(1, 2).buffer)) + 3] ^= 1;
    writeFileSync(path, bytes);
    const error = await failure(readNpz(path));
    expect(error).toMatchObject({ tag: 'CorruptFile', data: { path, member: 'weights.npy' } });
    expect(error.message).toContain('checksum');
  });

  it('says so where there is no file, or a folder', async () => {
    expect(await failure(readNpz(file('absent.npz')))).toMatchObject({
      tag: 'FileNotFound',
      data: { path: file('absent.npz') },
    });
    expect(await failure(readNpz(file('.')))).toMatchObject({ tag: 'FileAccess', data: { code: 'EISDIR' } });
    expect(await failure(writeNpz(file('no/such/folder.npz'), {}))).toMatchObject({ tag: 'FileAccess' });
  });

  it('keeps more members than 16 bits count, by ZIP64 records', async () => {
    const one = hostData('uint8', [], Uint8Array.of(7));
    const many = Object.fromEntries(Array.from({ length: 65_536 }, (_, i) => [`k${i}`, one]));
    const bytes = Buffer.concat([...npzChunks(many)]);
    const opened = await run(openNpz(bytesSource(bytes)));
    expect(opened.keys.length).toBe(65_536);
    expect(await run(opened.read('k65535'))).toEqual(one);
  });
});

describeGolden('npz of the original GraphCast', () => {
  it.each(['case_a', 'case_b'])('writes the checkpoint of %s with the very bytes of numpy.savez', async (folder) => {
    const path = golden(`graphcast/${folder}/checkpoint.npz`);
    const bytes = Buffer.concat([...npzChunks(await run(readNpz(path)))]);
    expect(bytes.equals(readFileSync(path))).toBe(true);
  });

  it('reads the checkpoint, names and numbers', async () => {
    const checkpoint = await run(readNpz(golden('graphcast/case_a/checkpoint.npz')));
    expect(checkpoint['model_config:mesh_size']).toMatchObject({ dtype: 'int64', shape: [] });
    expect(checkpoint['task_config:input_duration']).toEqual(stringData([], ['24h']));
  });

  it('reads compressed files', async () => {
    const graph = await run(readNpz(golden('graphcast/case_a/graph.npz')));
    expect(Object.values(graph).some((value) => value.dtype === 'uint16')).toBe(true);
    const grads = await run(readNpz(golden('graphcast/case_a/grads.npz')));
    expect(Object.keys(grads).every((name) => name.startsWith('grads:'))).toBe(true);
  });
});

describePython('npz and numpy', ['numpy', 'ml_dtypes'], () => {
  const FILL = `
import numpy as np, ml_dtypes, sys
dtypes = sys.argv[2].split(',')
def sample(name):
    dtype = np.dtype(getattr(ml_dtypes, name) if name == 'bfloat16' else name)
    values = np.arange(6).reshape(2, 3) - (0 if dtype.kind in 'bu' else 2)
    return values.astype(dtype) * (dtype.type(1 + 2j) if dtype.kind == 'c' else dtype.type(1))
`;

  it('numpy reads what was written here', async () => {
    const path = file('ours.npz');
    python(
      `${FILL}\nnp.savez(sys.argv[1], scalar=np.float64(0.5), text=np.array(['a', 'bcd', 'äö😀']), **{d: sample(d) for d in dtypes})`,
      path,
      DTYPES.join(),
    );
    const theirs = readFileSync(path);
    const read = await run(readNpz(path));
    expect(Object.keys(read)).toEqual(['scalar', 'text', ...DTYPES]);
    for (const dtype of DTYPES) expect(read[dtype].dtype).toBe(dtype);
    expect(read.int16).toEqual(hostData('int16', [2, 3], Int16Array.of(-2, -1, 0, 1, 2, 3)));
    expect(read.complex64.data.slice(0, 2)).toEqual(Float32Array.of(-2, -4));
    expect(read.text).toEqual(stringData([3], ['a', 'bcd', 'äö😀']));

    await run(writeNpz(path, read));
    expect(readFileSync(path).equals(theirs)).toBe(true);
    await run(writeNpz(path, read, { compressed: true }));
    const verdict = python(
      `${FILL}
read = np.load(sys.argv[1])
def raw(a): return (a.dtype.itemsize, a.shape, a.tobytes())
print(all(raw(read[d]) == raw(sample(d)) for d in dtypes), read['text'].tolist(), read['scalar'].item(), read['scalar'].shape)`,
      path,
      DTYPES.join(),
    );
    expect(verdict.trim()).toBe("True ['a', 'bcd', 'äö😀'] 0.5 ()");
  });

  it('reads big-endian and Fortran-ordered arrays', async () => {
    const path = file('orders.npz');
    python(
      `${FILL}
a = np.arange(24).reshape(2, 3, 4)
big = {f'big_{d}': a.astype(np.dtype(d).newbyteorder('>')) for d in ['int16', 'uint32', 'int64', 'float16', 'float32', 'float64', 'complex64', 'complex128']}
np.savez(sys.argv[1], fortran=np.asfortranarray(a.astype('f4')), complex=np.asfortranarray(a.astype('c8') * 1j),
         text=np.asfortranarray(a.astype('U2')), bigtext=np.array(['äö']).astype('>U2'), bytes=np.array([b'ab', b'c']), **big)`,
      path,
      '',
    );
    const read = await run(readNpz(path));
    const numbers = Array.from({ length: 24 }, (_, i) => i);
    expect(read.fortran).toEqual(hostData('float32', [2, 3, 4], Float32Array.from(numbers)));
    expect(read.complex).toEqual(hostData('complex64', [2, 3, 4], Float32Array.from(numbers.flatMap((i) => [0, i]))));
    expect(read.text).toEqual(stringData([2, 3, 4], numbers.map(String)));
    expect(read.bigtext).toEqual(stringData([1], ['äö']));
    expect(read.bytes).toEqual(stringData([2], ['ab', 'c']));
    expect(read.big_int16).toEqual(hostData('int16', [2, 3, 4], Int16Array.from(numbers)));
    expect(read.big_int64).toEqual(hostData('int64', [2, 3, 4], BigInt64Array.from(numbers.map(BigInt))));
    expect(read.big_float64).toEqual(hostData('float64', [2, 3, 4], Float64Array.from(numbers)));
    expect(read.big_complex128).toEqual(
      hostData('complex128', [2, 3, 4], Float64Array.from(numbers.flatMap((i) => [i, 0]))),
    );
  });

  it('refuses objects, records and dates by name', async () => {
    for (const [expression, word] of [
      ['np.array([None, 1], object)', "'|O'"],
      ["np.array([(1, 2.0)], [('a', 'i4'), ('b', 'f4')])", 'records'],
      ["np.array(['2020-01-01'], 'datetime64[ns]')", 'M8'],
    ]) {
      const path = file('refused.npz');
      python(`import numpy as np, sys\nnp.savez(sys.argv[1], x=${expression})`, path);
      const error = await failure(readNpz(path));
      expect(error).toMatchObject({ tag: 'UnsupportedFormat', data: { member: 'x.npy' } });
      expect(error.message).toContain(word);
    }
  });
});
