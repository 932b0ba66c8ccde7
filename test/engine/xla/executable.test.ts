import { expect, it } from 'vitest';
import { allocate, DTYPES, layoutOf } from '../../../src/array/dtype.js';
import { ArgumentMismatch, CompileError } from '../../../src/error/engine.js';
import { DeletedArray } from '../../../src/error/error.js';
import { addProgram, describeXla, openEngine, program } from '../../helpers/xla.js';

const f32 = (shape: readonly number[]) => ({ dtype: 'float32', shape }) as const;

describeXla('compiled programs', () => {
  const engine = openEngine();
  const compile = ({ text, spec }: ReturnType<typeof program>) => engine.compileText(text, spec);
  const vector = (...values: number[]) => engine.put(new Float32Array(values), 'float32', [values.length]);

  it.each(DTYPES)('compute in %s', (dtype) => {
    const { entries } = layoutOf(dtype);
    const zero = engine.put(allocate(dtype, 3), dtype, [3]);
    const data = allocate(dtype, 3);
    new Uint8Array(data.buffer).fill(1); // an ordinary value in every dtype, so that 0 + x is x to the last bit
    const x = engine.put(data, dtype, [3]);
    const [sum] = compile(addProgram(dtype, [3])).execute([zero, x]);
    expect(data.length).toBe(3 * entries);
    expect([sum.dtype, sum.shape]).toEqual([dtype, [3]]);
    expect(sum.readSync()).toEqual(data);
  });

  it('take no arguments, give several results, and take hundreds of arguments', () => {
    const none = program(
      'none',
      [],
      [f32([]), f32([2])],
      [
        '    %0 = stablehlo.constant dense<5.0> : tensor<f32>',
        '    %1 = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>',
        '    return %0, %1 : tensor<f32>, tensor<2xf32>',
      ].join('\n'),
    );
    expect(
      compile(none)
        .execute([])
        .map((b) => [...b.readSync()]),
    ).toEqual([[5], [1, 2]]);

    const many = Array.from({ length: 700 }, () => f32([]));
    const names = many.map((_, i) => `%a${i}`);
    const types = many.map(() => 'tensor<f32>');
    const reversed = program('reversed', many, many, `    return ${names.reverse().join(', ')} : ${types.join(', ')}`);
    const scalars = many.map((_, i) => engine.put(new Float32Array([i]), 'float32', []));
    expect(
      compile(reversed)
        .execute(scalars)
        .map((b) => b.readSync()[0]),
    ).toEqual(many.map((_, i) => 699 - i));
  });

  it('refuse another number of arguments, another dtype, another shape of the same size, and foreign arrays', () => {
    const add = compile(addProgram('float32', [4]));
    const x = vector(1, 2, 3, 4);
    expect(() => add.execute([x])).toThrow(ArgumentMismatch);
    expect(() => add.execute([x, engine.put(new Int32Array(4), 'int32', [4])])).toThrow(
      'sum: argument 1 must be float32[4], but it is int32[4].',
    );
    expect(() => add.execute([engine.put(new Float32Array(4), 'float32', [2, 2]), x])).toThrow(
      'sum: argument 0 must be float32[4], but it is float32[2,2].',
    );
    const other = openEngine().put(new Float32Array(4), 'float32', [4]);
    expect(() => add.execute([x, other])).toThrow('it is an array of another engine.');
    expect(add.execute([x, x])[0].readSync()).toEqual(new Float32Array([2, 4, 6, 8]));
  });

  it('take over the memory of donated arguments', () => {
    const add = compile(addProgram('float32', [4], true));
    const [x, y] = [vector(1, 2, 3, 4), vector(10, 20, 30, 40)];
    expect(add.memoryAnalysis()).toMatchObject({
      argumentSizeInBytes: 32,
      outputSizeInBytes: 16,
      aliasSizeInBytes: 16,
    });
    const live = engine.client.memory.live;
    const [sum] = add.execute([x, y]);
    expect(engine.client.memory.live).toBe(live);
    expect([x.deleted, y.deleted]).toEqual([true, false]);
    expect(sum.readSync()).toEqual(new Float32Array([11, 22, 33, 44]));
    expect(() => x.readSync()).toThrow(DeletedArray);
    expect(() => add.execute([x, y])).toThrow(
      'argument 0 of sum, float32[4] is no longer there: it was donated to sum.',
    );
  });

  it('refuse one array both donated and kept, and leave it alive', () => {
    const add = compile(addProgram('float32', [4], true));
    const x = vector(1, 2, 3, 4);
    expect(() => add.execute([x, x])).toThrow(/donate/);
    expect(x.readSync()).toEqual(new Float32Array([1, 2, 3, 4]));
  });

  it('say where a text is wrong, and show the line', () => {
    const wrong = program(
      'wrong',
      [f32([4])],
      [f32([4])],
      [
        '    %0 = stablehlo.exponential %a0 : tensor<4xf32>',
        '    %1 = stablehlo.nonsense %0 : tensor<4xf32>',
        '    return %1 : tensor<4xf32>',
      ].join('\n'),
    );
    try {
      compile(wrong);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CompileError);
      const { data, message } = error as InstanceType<typeof CompileError>;
      expect(data).toMatchObject({
        program: 'wrong',
        line: 4,
        sourceLine: '%1 = stablehlo.nonsense %0 : tensor<4xf32>',
      });
      expect(message).toMatch(/^XLA could not compile wrong .* at line 4, column 10: .*nonsense.*unknown/);
    }
  });

  it.each(['', ' \n', 'module {}', 'not a module', 'module @m { func.func @other() { return } }'])(
    'refuse %j instead of crashing',
    (text) => {
      expect(() => engine.compileText(text, { name: 'f', inputs: [], outputs: [] })).toThrow(CompileError);
    },
  );

  it('compile on a worker thread, without stopping the event loop, also when deeply nested', async () => {
    // 40 nested conditionals overflow the stack that koffi gives its workers by default.
    const lines = '    %p = stablehlo.compare GT, %a0, %a0 : (tensor<f32>, tensor<f32>) -> tensor<i1>\n' + nest(40);
    const deep = program('deep', [f32([])], [f32([])], `${lines}\n    return %v40 : tensor<f32>`);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const compiled = await engine.compileTextAsync(deep.text, deep.spec);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(compiled.execute([engine.put(new Float32Array([3]), 'float32', [])])[0].readSync()[0]).toBe(6);
    await expect(engine.compileTextAsync('module {}', deep.spec)).rejects.toThrow(CompileError);
  });

  it('run in the background: execute returns before the result is there', async () => {
    const n = 1024;
    const square = f32([n, n]);
    const type = `tensor<${n}x${n}xf32>`;
    const steps = Array.from({ length: 12 }, (_, i) => {
      return `    %${i} = stablehlo.dot ${i === 0 ? '%a0' : `%${i - 1}`}, %a0 : (${type}, ${type}) -> ${type}`;
    });
    const power = compile(program('power', [square], [square], `${steps.join('\n')}\n    return %11 : ${type}`));
    const x = engine.put(new Float32Array(n * n).fill(1 / n), 'float32', [n, n]);
    const start = performance.now();
    const [y] = power.execute([x]);
    const dispatched = performance.now() - start;
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const data = await y.read();
    clearInterval(timer);
    const total = performance.now() - start;
    expect(data[n * n - 1]).toBeCloseTo(1 / n, 9);
    expect(dispatched).toBeLessThan(total / 2);
    expect(turns).toBeGreaterThan(0);
  });

  it('know their cost and their text', () => {
    const add = addProgram('float32', [4]);
    const compiled = compile(add);
    expect(compiled.costAnalysis().flops).toBe(4);
    expect(compiled.text('lowered')).toBe(add.text);
  });

  it('show what XLA made of them, in its own notation', () => {
    const four = f32([4]);
    const body = [
      '    %0 = stablehlo.exponential %a0 : tensor<4xf32>',
      '    %1 = stablehlo.add %0, %a1 : tensor<4xf32>',
      '    return %1, %0 : tensor<4xf32>, tensor<4xf32>',
    ];
    const text = compile(program('shown', [four, four], [four, four], body.join('\n'))).text('optimized');
    expect(text).toMatch(/^HloModule shown/);
    expect(text).toMatch(/ENTRY %main\S* \{\n(?:.*\n)*.*ROOT %\S+ = \(f32\[4\]\{0\}, f32\[4\]\{0\}\) \w+\(/);
    expect(text).toMatch(/= f32\[4\]\{0\} parameter\(1\)/);
    expect(text).toMatch(/= f32\[4\]\{0\} exponential\(%\S+\)/);
  });

  it('that fail while running say so when their results are asked for, and harm nothing else', async () => {
    // The sort needs its operand in memory: 8 TB of it.
    const huge = 'tensor<1048576x2097152xf32>';
    const body = [
      `    %i = stablehlo.iota dim = 1 : ${huge}`,
      `    %b = stablehlo.broadcast_in_dim %a0, dims = [] : (tensor<f32>) -> ${huge}`,
      `    %0 = stablehlo.multiply %i, %b : ${huge}`,
      `    %1 = "stablehlo.sort"(%0) <{dimension = 1 : i64, is_stable = true}> ({`,
      '    ^bb0(%x: tensor<f32>, %y: tensor<f32>):',
      '      %c = stablehlo.compare LT, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>',
      '      stablehlo.return %c : tensor<i1>',
      `    }) : (${huge}) -> ${huge}`,
      `    %2 = stablehlo.slice %1 [0:1, 0:1] : (${huge}) -> tensor<1x1xf32>`,
      '    return %2 : tensor<1x1xf32>',
    ];
    const [result] = (() => {
      const failing = compile(program('failing', [f32([])], [f32([1, 1])], body.join('\n')));
      return failing.execute([engine.put(new Float32Array(1), 'float32', [])]);
    })();
    await expect(result.ready()).rejects.toThrow(/The program failing/);
    await expect(result.read()).rejects.toThrow(/memory/i);
    expect(() => result.readSync()).toThrow(/The program failing/);
    const x = vector(1, 2, 3, 4);
    expect(
      compile(addProgram('float32', [4]))
        .execute([x, x])[0]
        .readSync()[3],
    ).toBe(8);
  });
});

/** v_k = if p then x else v_(k-1), with v_0 = x + x, in a module where p is false. */
function nest(depth: number): string {
  if (depth === 0) return '%v0 = stablehlo.add %a0, %a0 : tensor<f32>';
  return [
    `%v${depth} = "stablehlo.if"(%p) ({`,
    'stablehlo.return %a0 : tensor<f32>',
    '}, {',
    nest(depth - 1),
    `stablehlo.return %v${depth - 1} : tensor<f32>`,
    '}) : (tensor<i1>) -> tensor<f32>',
  ].join('\n');
}
