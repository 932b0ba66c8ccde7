/**
 * Kernels in plain JavaScript for the backend that is made of it, where its own are written element by element.
 *
 * Whatever only moves elements is one loop with strides; a product of matrices goes row by row, in an order in which the
 * innermost loop reads and writes neighbours.
 */
import type { TypedArray } from '../../array/dtype.js';
import { sizeOf, stridesOf } from '../../array/shape.js';
import type { KernelAttributes } from '../../ir/kernel.js';

/** An operand or a result. */
export interface PlainArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** A kernel: operands in the order of their names in TensorFlow.js. */
export type PlainKernel = (
  inputs: Readonly<Record<string, PlainArray>>,
  attributes: KernelAttributes,
) => PlainArray | null;

type Numbers = Float32Array;

const zeros = (like: TypedArray, size: number): TypedArray =>
  new (like.constructor as new (length: number) => TypedArray)(size);

/** Copies elements from one box of memory into another; both are walked along the axes of `shape`. */
function copy(
  shape: readonly number[],
  source: TypedArray,
  from: number,
  sourceStrides: readonly number[],
  target: TypedArray,
  to: number,
  targetStrides: readonly number[],
): void {
  const [x, y] = [source as Numbers, target as Numbers];
  const last = shape.length - 1;
  const walk = (axis: number, i: number, j: number): void => {
    const [n, s, t] = [shape[axis], sourceStrides[axis], targetStrides[axis]];
    if (axis < last) for (let k = 0; k < n; k++) walk(axis + 1, i + k * s, j + k * t);
    else if (s === 1 && t === 1 && n > 16) y.set(x.subarray(i, i + n), j);
    else for (let k = 0; k < n; k++) y[j + k * t] = x[i + k * s];
  };
  if (last < 0) y[to] = x[from];
  else if (sizeOf(shape) > 0) walk(0, from, to);
}

/** Elements of the operand from a corner, in steps; a step may be 0 or negative. */
function view(x: PlainArray, shape: readonly number[], corner: number, steps: readonly number[]): PlainArray {
  const data = zeros(x.data, sizeOf(shape));
  copy(shape, x.data, corner, steps, data, 0, stridesOf(shape));
  return { data, shape };
}

const cornerOf = (strides: readonly number[], begin: readonly number[]): number =>
  begin.reduce((sum, b, axis) => sum + b * strides[axis], 0);

/** The attributes of the kernels below, which are ours: see the rules in `src/primitive`. */
interface Attributes {
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  readonly perm: readonly number[];
  readonly reps: readonly number[];
  readonly dims: readonly number[];
  readonly paddings: readonly (readonly [number, number])[];
  readonly constantValue: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation: string;
}

/** c[m, n] += a[m, k] b[k, n], where `a` may lie transposed: rows of b are added to rows of c, four at a time. */
function addRows(
  [m, k, n]: readonly number[],
  a: Numbers,
  rowOfA: number,
  stepOfA: number,
  b: Numbers,
  c: Numbers,
): void {
  for (let i = 0; i < m; i++) {
    const row = c.subarray(i * n, (i + 1) * n);
    let l = 0;
    for (; l + 4 <= k; l += 4) {
      const at = i * rowOfA + l * stepOfA;
      const [a0, a1, a2, a3] = [a[at], a[at + stepOfA], a[at + 2 * stepOfA], a[at + 3 * stepOfA]];
      const b0 = l * n;
      const b1 = b0 + n;
      const b2 = b1 + n;
      const b3 = b2 + n;
      for (let j = 0; j < n; j++) row[j] += a0 * b[b0 + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
    }
    for (; l < k; l++) {
      const factor = a[i * rowOfA + l * stepOfA];
      for (let j = 0; j < n; j++) row[j] += factor * b[l * n + j];
    }
  }
}

function transposedCopy(x: Numbers, rows: number, columns: number): Numbers {
  const y = new Float32Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) y[j * rows + i] = x[i * columns + j];
  return y;
}

/** Products of stacks of matrices; one matrix stands for a stack of equal ones. */
function matMul(
  a: PlainArray,
  b: PlainArray,
  { transposeA, transposeB }: Pick<Attributes, 'transposeA' | 'transposeB'>,
): PlainArray {
  const matrix = (x: PlainArray): [number, number] => [x.shape[x.shape.length - 2], x.shape[x.shape.length - 1]];
  const [am, an] = matrix(a);
  const [bm, bn] = matrix(b);
  const [m, k, n] = [transposeA ? an : am, transposeA ? am : an, transposeB ? bm : bn];
  const stack = (a.shape.length > b.shape.length ? a : b).shape.slice(0, -2);
  const [stackA, stackB] = [sizeOf(a.shape.slice(0, -2)), sizeOf(b.shape.slice(0, -2))];
  const outer = stackA > stackB ? a.shape.slice(0, -2) : stackB > stackA ? b.shape.slice(0, -2) : stack;
  const count = sizeOf(outer);
  const data = new Float32Array(count * m * n);
  for (let s = 0; s < count; s++) {
    const x = (a.data as Numbers).subarray((stackA === 1 ? 0 : s) * am * an);
    const y = (b.data as Numbers).subarray((stackB === 1 ? 0 : s) * bm * bn).subarray(0, bm * bn);
    const rows = transposeB ? transposedCopy(y, bm, bn) : y;
    addRows([m, k, n], x, transposeA ? 1 : k, transposeA ? m : 1, rows, data.subarray(s * m * n));
  }
  return { data, shape: [...outer, m, n] };
}

function fusedMatMul({ a, b, bias }: Readonly<Record<string, PlainArray>>, attributes: Attributes): PlainArray {
  const product = matMul(a, b, attributes);
  const [data, row] = [product.data as Numbers, bias.data as Numbers];
  const sigmoid = attributes.activation === 'sigmoid';
  for (let i = 0; i < data.length; i++) {
    const sum = data[i] + row[i % row.length];
    data[i] = sigmoid ? 1 / (1 + Math.exp(-sum)) : sum;
  }
  return product;
}

type Rule = (inputs: Readonly<Record<string, PlainArray>>, attributes: Attributes) => PlainArray | null;

const RULES: Readonly<Record<string, Rule>> = {
  Slice: ({ x }, { begin, size }) => {
    const strides = stridesOf(x.shape);
    return view(x, size, cornerOf(strides, begin), strides);
  },
  StridedSlice: ({ x }, { begin, end, strides: steps }) => {
    const strides = stridesOf(x.shape);
    const shape = begin.map((b, axis) => Math.ceil((end[axis] - b) / steps[axis]));
    return view(
      x,
      shape,
      cornerOf(strides, begin),
      strides.map((s, axis) => s * steps[axis]),
    );
  },
  Transpose: ({ x }, { perm }) => {
    const strides = stridesOf(x.shape);
    return view(
      x,
      perm.map((p) => x.shape[p]),
      0,
      perm.map((p) => strides[p]),
    );
  },
  // Only axes of size one are repeated.
  Tile: ({ x }, { reps }) => {
    if (reps.some((n, axis) => n > 1 && x.shape[axis] > 1)) return null;
    const strides = stridesOf(x.shape).map((s, axis) => (reps[axis] > 1 ? 0 : s));
    return view(
      x,
      x.shape.map((n, axis) => n * reps[axis]),
      0,
      strides,
    );
  },
  Reverse: ({ x }, { dims }) => {
    const strides = stridesOf(x.shape);
    const last = x.shape.map((n, axis) => (dims.includes(axis) ? n - 1 : 0));
    return view(
      x,
      x.shape,
      cornerOf(strides, last),
      strides.map((s, axis) => (dims.includes(axis) ? -s : s)),
    );
  },
  PadV2: ({ x }, { paddings, constantValue }) => {
    const shape = x.shape.map((n, axis) => n + paddings[axis][0] + paddings[axis][1]);
    const data = zeros(x.data, sizeOf(shape));
    if (constantValue !== 0) (data as Numbers).fill(constantValue);
    const strides = stridesOf(shape);
    const corner = paddings.map(([low]) => low);
    copy(x.shape, x.data, 0, stridesOf(x.shape), data, cornerOf(strides, corner), strides);
    return { data, shape };
  },
  BatchMatMul: ({ a, b }, attributes) => matMul(a, b, attributes),
  _FusedMatMul: fusedMatMul,
};

/** The kernels that are used in place of the library's own. */
export const plainKernel = (name: string): PlainKernel | undefined => RULES[name] as unknown as PlainKernel | undefined;
