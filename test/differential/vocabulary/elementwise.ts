/** Words that work element by element: arithmetic, functions of one real number, comparisons, bits, choices. */
import { isFloat, isInteger } from '../../../src/array/dtype.js';
import { Misfit, type Word } from '../scope.js';
import { elementsOf } from '../wire.js';

type Holds = (v: number) => boolean;
const everywhere: Holds = () => true;

const smooth: readonly (readonly [op: string, where: Holds])[] = [
  ['sin', everywhere],
  ['cos', everywhere],
  ['tan', (v) => Math.abs(v) < 1.3],
  ['tanh', everywhere],
  ['exp', (v) => v < 3],
  ['exp2', (v) => v < 3],
  ['expm1', (v) => v < 3],
  ['log', (v) => v > 0.1],
  ['log1p', (v) => v > -0.8],
  ['sqrt', (v) => v > 0.1],
  ['rsqrt', (v) => v > 0.1],
  ['cbrt', (v) => Math.abs(v) > 0.1],
  ['square', everywhere],
  ['reciprocal', (v) => Math.abs(v) > 0.1],
  ['asin', (v) => Math.abs(v) < 0.9],
  ['acos', (v) => Math.abs(v) < 0.9],
  ['atan', everywhere],
  ['sinh', (v) => Math.abs(v) < 3],
  ['cosh', (v) => Math.abs(v) < 3],
  ['asinh', everywhere],
  ['acosh', (v) => v > 1.1],
  ['atanh', (v) => Math.abs(v) < 0.9],
  ['logistic', everywhere],
  ['erf', everywhere],
  ['erfc', everywhere],
  ['erfInv', (v) => Math.abs(v) < 0.9],
  ['lgamma', (v) => v > 0.2],
  ['digamma', (v) => v > 0.2],
  ['besselI0e', everywhere],
  ['besselI1e', everywhere],
];

const unary: Word = (s) => {
  const [op, where] = s.one(smooth);
  s.emit(op, [s.floatWhere(where)]);
};

const stepwise: Word = (s) => {
  s.emit(s.one(['neg', 'abs', 'sign', 'floor', 'ceil', 'round']), [s.float()]);
};

/** Of whole numbers too. */
const signed: Word = (s) => {
  s.emit(s.one(['neg', 'abs', 'sign', 'square']), [s.number()]);
};

const power: Word = (s) => {
  const exponent = s.one([2, 3, -1, -2, 4]);
  s.emit('integerPow', [s.floatWhere((v) => Math.abs(v) > 0.2), exponent]);
};

/** Two numbers of one type; the second is repeated where it has fewer axes. */
const binary: Word = (s) => {
  const op = s.one(['add', 'sub', 'mul', 'max', 'min', 'add', 'mul']);
  const x = s.number();
  s.emit(op, [x, s.like(x)]);
};

const repeated: Word = (s) => {
  const op = s.one(['mul', 'add', 'sub', 'max', 'div']);
  const x = s.float(1);
  const { shape, dtype } = s.at(x);
  const y = s.value((v) => {
    if (v.dtype !== dtype || v.ndim >= shape.length) return false;
    const fits = v.shape.every((n, i) => n === shape[shape.length - v.ndim + i]);
    return fits && (op !== 'div' || elementsOf(v).every((e) => Math.abs(e) > 0.1));
  });
  const dims = s.at(y).shape.map((_, i) => shape.length - s.at(y).ndim + i);
  s.emit(op, [x, s.emit('broadcastInDim', [y, shape, dims])]);
};

const careful: Word = (s) => {
  const op = s.one(['div', 'atan2', 'pow', 'rem']);
  const divisor = s.floatWhere((v) => Math.abs(v) > 0.1);
  const other = s.like(divisor);
  if (op === 'pow') {
    const base = s.floatWhere((v) => v > 0.1);
    s.emit(op, [base, s.like(base)]);
  } else s.emit(op, [other, divisor]);
};

const scaled: Word = (s) => {
  const x = s.float();
  const factor = s.emit('full', [s.at(x).shape, s.one([0.5, -0.25, 1.5, 0.1])], { options: { dtype: s.at(x).dtype } });
  s.emit(s.one(['mul', 'add']), [x, factor]);
};

const comparison: Word = (s) => {
  const x = s.number();
  s.emit(s.one(['gt', 'lt', 'ge', 'le', 'eq', 'ne']), [x, s.like(x)]);
};

const logical: Word = (s) => {
  const x = s.value((v) => v.dtype === 'bool' || isInteger(v.dtype));
  const op = s.one(['bitwiseAnd', 'bitwiseOr', 'bitwiseXor', 'bitwiseNot']);
  s.emit(op, op === 'bitwiseNot' ? [x] : [x, s.like(x)]);
};

const bits: Word = (s) => {
  const x = s.integer();
  const op = s.one(['populationCount', 'clz', 'shiftLeft', 'shiftRightLogical', 'shiftRightArithmetic']);
  if (op === 'populationCount' || op === 'clz') return void s.emit(op, [x]);
  const by = s.emit('full', [s.at(x).shape, s.choose(4)], { options: { dtype: s.at(x).dtype } });
  s.emit(op, [x, by]);
};

const wholeDivision: Word = (s) => {
  const y = s.value((v) => isInteger(v.dtype) && elementsOf(v).every((e) => e !== 0));
  s.emit(s.one(['div', 'rem']), [s.like(y), y]);
};

const choice: Word = (s) => {
  const x = s.any();
  const { shape } = s.at(x);
  const pred = s.value((v) => v.dtype === 'bool' && (v.ndim === 0 || `${v.shape}` === `${shape}`));
  s.emit('select', [pred, x, s.like(x)]);
};

const choiceOfMany: Word = (s) => {
  const x = s.float();
  const { shape } = s.at(x);
  const which = s.value((v) => v.dtype === 'int32' && (v.ndim === 0 || `${v.shape}` === `${shape}`));
  const low = s.emit('full', [[], 0], { options: { dtype: 'int32' } });
  const high = s.emit('full', [[], 2], { options: { dtype: 'int32' } });
  s.emit('selectN', [s.emit('clamp', [low, which, high]), x, s.like(x), s.like(x)]);
};

const clamped: Word = (s) => {
  const x = s.float();
  const { dtype } = s.at(x);
  const low = s.emit('full', [[], s.one([-0.5, -1, 0])], { options: { dtype } });
  const high = s.emit('full', [[], s.one([1, 0.5, 2])], { options: { dtype } });
  s.emit('clamp', [low, x, high]);
};

const converted: Word = (s) => {
  const x = s.any();
  const { dtype } = s.at(x);
  if (dtype.startsWith('complex')) throw new Misfit('a complex number as a real one');
  const wide = s.dtype === 'float64';
  const targets = [
    s.dtype,
    'int32',
    'float32',
    'bool',
    wide ? 'float64' : 'bfloat16',
    'int8',
    'uint8',
    'float16',
  ] as const;
  const target = s.one(targets.filter((t) => t !== dtype));
  // A float below zero has no unsigned counterpart: what becomes of it is the machine's.
  const unsigned = target === 'uint8' && isFloat(dtype);
  s.emit('convertElementType', [unsigned ? s.emit('abs', [x]) : x, target]);
};

const coarser: Word = (s) => {
  s.emit('reducePrecision', [s.float(), 8, 7]);
};

const finite: Word = (s) => {
  s.emit('isFinite', [s.float()]);
};

/** There and back: complex numbers from parts, and their parts. */
const complexNumbers: Word = (s) => {
  const x = s.value((v) => v.dtype === 'float32' || v.dtype === 'float64');
  s.emit('complex', [x, s.like(x)]);
};

const complexParts: Word = (s) => {
  s.emit(s.one(['real', 'imag', 'abs', 'conj', 'sin', 'exp', 'tanh', 'square']), [s.complex()]);
};

const complexArithmetic: Word = (s) => {
  const z = s.complex();
  s.emit(s.one(['mul', 'add', 'sub']), [z, s.like(z)]);
};

export const elementwise: Readonly<Record<string, Word>> = {
  unary,
  smooth: unary,
  function: unary,
  stepwise,
  signed,
  power,
  binary,
  arithmetic: binary,
  repeated,
  careful,
  scaled,
  comparison,
  logical,
  bits,
  wholeDivision,
  choice,
  choiceOfMany,
  clamped,
  converted,
  coarser,
  finite,
  complexNumbers,
  complexParts,
  complexArithmetic,
};
