import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostData } from '../../src/array/host.js';
import { sizeOf } from '../../src/array/shape.js';
import { type Block, cutBlock, shapeOfBlock } from '../../src/io/block.js';
import { openNetcdf, writeNetcdf } from '../../src/io/netcdf.js';
import { streamNetcdf } from '../../src/io/netcdf-stream.js';
import { stringData } from '../../src/io/value.js';
import { failure, run } from '../helpers/either.js';
import { temporaryFolder } from '../helpers/folder.js';
import { describePython, python } from '../helpers/python.js';

const file = temporaryFolder();
const counted = (shape: readonly number[]) =>
  hostData(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
  );

/** A shape and a block of it. */
const blocks: fc.Arbitrary<{ shape: number[]; block: Block }> = fc
  .array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 })
  .chain((shape) =>
    fc.tuple(...shape.map((n) => fc.tuple(fc.nat(n - 1), fc.integer({ min: 1, max: n })))).map((spans) => ({
      shape,
      block: spans.map(([start, count], axis) => ({ start, count: Math.min(count, shape[axis] - start) })),
    })),
  );

/** The block by its definition, element by element. */
function byIndex(shape: readonly number[], block: Block): number[] {
  let offsets = [0];
  for (const [axis, { start, count }] of block.entries()) {
    offsets = offsets.flatMap((o) => Array.from({ length: count }, (_, i) => o * shape[axis] + start + i));
  }
  return offsets;
}

describe('a block', () => {
  it('of an array in memory is that part of it, numbers and texts', () =>
    fc.assert(
      fc.property(blocks, ({ shape, block }) => {
        const cut = cutBlock(counted(shape), block);
        expect(cut.shape).toEqual(shapeOfBlock(block));
        expect(Array.from(cut.data as Float32Array)).toEqual(byIndex(shape, block));
        const texts = stringData(
          shape,
          Array.from({ length: sizeOf(shape) }, (_, i) => `${i}`),
        );
        expect(cutBlock(texts, block).data).toEqual(byIndex(shape, block).map(String));
      }),
    ));

  it('of a variable in a NetCDF-3 file is that of the variable read whole, fixed or growing', () =>
    fc.assert(
      fc.asyncProperty(blocks, async ({ shape, block }) => {
        fc.pre(shape.length > 0);
        const dimensions = shape.map((_, i) => `d${i}`);
        const path = file('fixed.nc');
        await run(
          writeNetcdf(path, {
            variables: { other: { dimensions: [], value: counted([]) }, x: { dimensions, value: counted(shape) } },
          }),
        );
        const growing = file('growing.nc');
        const [records, ...inner] = shape;
        const sizes = Object.fromEntries(inner.map((n, i) => [`d${i + 1}`, n]));
        const stream = await run(
          streamNetcdf(growing, {
            fixed: {},
            record: 'd0',
            sizes,
            growing: {
              small: { dtype: 'int32', dimensions: [] },
              x: { dtype: 'float32', dimensions: dimensions.slice(1) },
            },
          }),
        );
        const slab = sizeOf(inner);
        for (let r = 0; r < records; r++) {
          await run(stream.write('small', r, Int32Array.of(r)));
          await run(
            stream.write(
              'x',
              r,
              Float32Array.from({ length: slab }, (_, i) => r * slab + i),
            ),
          );
        }
        await run(stream.finish());
        for (const name of [path, growing]) {
          const x = (await run(openNetcdf(name))).variables.find((v) => v.name === 'x');
          expect(x?.shape).toEqual(shape);
          const value = await run((x as NonNullable<typeof x>).read(block));
          expect(value.shape).toEqual(shapeOfBlock(block));
          expect(Array.from(value.data as Float32Array)).toEqual(byIndex(shape, block));
        }
      }),
      { numRuns: 60 },
    ));

  it('that does not fit is refused with its variable', async () => {
    const path = file('small.nc');
    await run(writeNetcdf(path, { variables: { x: { dimensions: ['a'], value: counted([3]) } } }));
    const [x] = (await run(openNetcdf(path))).variables;
    const error = await failure(x.read([{ start: 2, count: 2 }]));
    expect([error.tag, error.message]).toEqual(['InvalidArgument', expect.stringContaining('the block of x')]);
  });
});

describePython('a block of a NetCDF-4 file', ['netCDF4'], () => {
  it('is what netCDF4 reads', async () => {
    const path = file('four.nc');
    python(
      [
        'import netCDF4, numpy as np',
        `f = netCDF4.Dataset(${JSON.stringify(path)}, "w")`,
        'f.createDimension("t", 4); f.createDimension("x", 6)',
        'v = f.createVariable("v", "f4", ("t", "x"), zlib=True, chunksizes=(2, 4))',
        'v[:] = np.arange(24).reshape(4, 6)',
        'f.close()',
      ].join('\n'),
    );
    const v = (await run(openNetcdf(path))).variables.find(({ name }) => name === 'v');
    const value = await run(
      (v as NonNullable<typeof v>).read([
        { start: 1, count: 2 },
        { start: 3, count: 3 },
      ]),
    );
    expect([value.shape, Array.from(value.data as Float32Array)]).toEqual([
      [2, 3],
      [9, 10, 11, 15, 16, 17],
    ]);
  });
});

describe('a file written record by record', () => {
  const contents = {
    attributes: { title: 'grows' },
    fixed: { lat: { dimensions: ['lat'], value: counted([3]) } },
    record: 'time',
    growing: { x: { dtype: 'float32', dimensions: ['lat'] } },
  } as const;

  it('takes its name when it is finished, with the records that count', async () => {
    const path = file('stream.nc');
    const stream = await run(streamNetcdf(path, contents));
    expect((await failure(openNetcdf(path))).tag).toBe('FileNotFound');
    for (let r = 0; r < 3; r++) await run(stream.write('x', r, Float32Array.of(r, r + 0.5), 1));
    await run(stream.finish(2));
    const read = await run(openNetcdf(path));
    expect([read.attributes.title, read.dimensions.map((d) => [d.name, d.length, d.unlimited])]).toEqual([
      'grows',
      [
        ['lat', 3, false],
        ['time', 2, true],
      ],
    ]);
    const value = await run(read.variables[1].read());
    expect(Array.from(value.data as Float32Array)).toEqual([0, 0, 0.5, 0, 1, 1.5]);
  });

  it('leaves the old file alone when it is abandoned, and refuses what does not fit', async () => {
    const path = file('old.nc');
    writeFileSync(path, 'old');
    const stream = await run(streamNetcdf(path, contents));
    expect((await failure(stream.write('x', 0, new Float32Array(4)))).message).toContain('within the 3 elements');
    expect((await failure(stream.write('y', 0, new Float32Array(1)))).message).toContain('one of x');
    expect((await failure(stream.write('x', 0, new Float64Array(1)))).tag).toBe('InvalidArgument');
    await stream.abandon();
    expect((await failure(openNetcdf(path))).tag).toBe('CorruptFile');
    expect((await failure(streamNetcdf(file('no/such/folder.nc'), contents))).tag).toBe('FileAccess');
    const unknown = { ...contents, growing: { x: { dtype: 'float32', dimensions: ['lon'] } } } as const;
    expect((await failure(streamNetcdf(path, unknown))).message).toContain("the dimension 'lon' of unknown length");
  });
});
