/**
 * What the compiler is given for sums of products: the values are tested with the primitives, here it is the form.
 */
import { describe, expect, it } from 'vitest';
import { lowerToStablehlo } from '../../src/engine/stablehlo/emitter.js';
import { grad, makeJaxpr, type NdArray, vmap } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import type { DotDimensionNumbers } from '../../src/primitive/contract.js';
import { dotGeneral } from '../../src/primitive/contract.js';

type Shape = readonly number[];

const program = (f: (...args: NdArray[]) => NdArray, ...shapes: Shape[]): string =>
  lowerToStablehlo(makeJaxpr(f as never)(...(shapes.map((s) => jnp.zeros(s)) as never[])).jaxpr, { name: 'f' });

/** The operand types and the dimension numbers of the program's products. */
const products = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.includes('dot_general'))
    .map((line) => `${/#stablehlo.dot<(.*?)>,/.exec(line)?.[1]} : ${/: (\(.*)$/.exec(line)?.[1]}`);

const product = (dimensionNumbers: DotDimensionNumbers) => (x: NdArray, y: NdArray) =>
  dotGeneral(x, y, { dimensionNumbers });

describe('a product goes to the compiler', () => {
  it.each<[string, DotDimensionNumbers, Shape, Shape, string]>([
    [
      'with axes of examples made one',
      [
        [[2], [0]],
        [[], []],
      ],
      [7, 2, 3],
      [3, 4],
      'lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0] : (tensor<14x3xf32>, tensor<3x4xf32>) -> tensor<14x4xf32>',
    ],
    [
      'with contracted axes made one, and so without a transposed copy',
      [
        [
          [0, 1],
          [0, 1],
        ],
        [[], []],
      ],
      [7, 2, 3],
      [7, 2, 4],
      'lhs_contracting_dimensions = [0], rhs_contracting_dimensions = [0] : (tensor<14x3xf32>, tensor<14x4xf32>) -> tensor<3x4xf32>',
    ],
    [
      'with contracted axes as they are where their order differs',
      [
        [
          [0, 1],
          [1, 0],
        ],
        [[], []],
      ],
      [7, 2, 3],
      [2, 7, 4],
      'lhs_contracting_dimensions = [0, 1], rhs_contracting_dimensions = [1, 0] : (tensor<7x2x3xf32>, tensor<2x7x4xf32>) -> tensor<3x4xf32>',
    ],
    [
      'without axes of size one, which make neighbours of the others',
      [
        [[3], [1]],
        [
          [0, 2],
          [0, 2],
        ],
      ],
      [5, 1, 6, 3],
      [5, 3, 6, 4],
      'lhs_batching_dimensions = [0, 1], rhs_batching_dimensions = [0, 2], lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [1] : (tensor<5x6x3xf32>, tensor<5x3x6x4xf32>) -> tensor<5x6x4xf32>',
    ],
    [
      'with batch axes made one',
      [
        [[2], [3]],
        [
          [0, 1],
          [0, 1],
        ],
      ],
      [5, 6, 3],
      [5, 6, 4, 3],
      'lhs_batching_dimensions = [0], rhs_batching_dimensions = [0], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [2] : (tensor<30x3xf32>, tensor<30x4x3xf32>) -> tensor<30x4xf32>',
    ],
  ])('%s', (_, numbers, x, y, expected) => {
    expect(products(program(product(numbers), x, y))).toEqual([expected]);
  });

  it('as products of matrices in the gradient of a dense layer over several axes of examples', () => {
    const loss = (w: NdArray, x: NdArray): NdArray => jnp.sum(jnp.tanh(jnp.matmul(x, w)));
    const text = program(grad(loss) as never, [3, 4], [7, 2, 3]);
    expect(products(text).map((line) => line.split(' : ')[1])).toEqual([
      '(tensor<14x3xf32>, tensor<3x4xf32>) -> tensor<14x4xf32>',
      '(tensor<14x4xf32>, tensor<14x3xf32>) -> tensor<4x3xf32>',
    ]);
  });
});

describe('an outer product goes to the compiler', () => {
  it('as a product of spread operands, in the order of axes that is asked for', () => {
    const loss = (w: NdArray, x: NdArray): NdArray => jnp.sum(jnp.tanh(jnp.matmul(x, w)));
    const perExample = vmap(grad(loss) as never, { inAxes: [null, 0] }) as never;
    const text = program(perExample, [3, 4], [7, 3]);
    const results = text.split('\n').filter((line) => line.includes('stablehlo.multiply') && line.includes('7x3x4'));
    expect(results).toHaveLength(1);
    expect(text.split('\n').filter((l) => l.includes('transpose') && l.includes('7x4x3'))).toEqual([]);
  });
});

describe('a sum goes to the compiler', () => {
  const sumOver = (axis: number) => (x: NdArray) => jnp.sum(x, { axis });

  it('as a product with ones along rows', () => {
    expect(products(program(sumOver(-1), [9, 128]))).toEqual([
      'lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0] : (tensor<9x128xf32>, tensor<128xf32>) -> tensor<9xf32>',
    ]);
  });

  it.each([
    ['over columns', 0, [128, 9]],
    ['over rows too short to gain', -1, [9, 8]],
    ['over rows so long that the order of the sum matters', -1, [9, 2000]],
  ] as const)('as a reduction %s', (_, axis, shape) => {
    const text = program(sumOver(axis), shape);
    expect(products(text)).toEqual([]);
    expect(text).toContain('stablehlo.reduce');
  });
});
