/**
 * Arrays as text, in NumPy's way: aligned columns, as few digits as tell numbers apart (8 at most), `...` in the middle of
 * long ones.
 */
import { decode, type NdArray } from '../array/array.js';
import {
  bfloat16Bits,
  type DType,
  float16Bits,
  fromBfloat16Bits,
  fromFloat16Bits,
  isFloat,
  type TypedArray,
} from '../array/dtype.js';
import { Tracer } from '../trace/context.js';

/** Arrays with more elements are shortened, */
const THRESHOLD = 1000;
/** to so many at each end of an axis. */
const EDGE = 3;
const DIGITS = 8;
const LINE = 75;

type Element = ReturnType<typeof decode>;

/** The nearest number of a dtype. */
const rounders: { readonly [D in DType]?: (x: number) => number } = {
  float32: Math.fround,
  complex64: Math.fround,
  bfloat16: (x) => fromBfloat16Bits(bfloat16Bits(x)),
  float16: (x) => fromFloat16Bits(float16Bits(x)),
};

/** The number with the fewest digits that the dtype rounds to `x`. */
function shortest(x: number, dtype: DType): number {
  const round = rounders[dtype];
  if (round === undefined) return x;
  for (let digits = 1; digits < 12; digits++) {
    const candidate = Number(x.toPrecision(digits));
    if (round(candidate) === x) return candidate;
  }
  return x;
}

const special = (x: number): string | null => {
  if (Number.isNaN(x)) return 'nan';
  return x === Number.POSITIVE_INFINITY ? 'inf' : x === Number.NEGATIVE_INFINITY ? '-inf' : null;
};

/** The mantissa's digits after the point, and the exponent. */
function scientificParts(x: number): [mantissa: string, exponent: number] {
  const plain = x.toExponential().split('e');
  const [mantissa, exponent] = (plain[0].length > DIGITS + 3 ? x.toExponential(DIGITS) : plain.join('e')).split('e');
  return [mantissa.includes('.') ? mantissa : `${mantissa}.`, Number(exponent)];
}

/** One way to write all the floats of an array: with an exponent where they are of very unlike sizes. */
function floatFormat(values: readonly number[], dtype: DType): (x: number) => string {
  const finite = values.filter(Number.isFinite).map((x) => shortest(x, dtype));
  const sizes = finite.filter((x) => x !== 0).map(Math.abs);
  const largest = Math.max(0, ...sizes);
  const smallest = Math.min(Number.POSITIVE_INFINITY, ...sizes);
  if (largest < 1e8 && (sizes.length === 0 || (smallest >= 1e-4 && largest / smallest <= 1000))) {
    return (x) =>
      special(x) ?? `${Object.is(x, -0) ? '-' : ''}${shortest(x, dtype).toFixed(DIGITS).replace(/0+$/, '')}`;
  }
  const width = Math.max(...finite.map((x) => scientificParts(x)[0].split('.')[1].length));
  return (x) => {
    const word = special(x);
    if (word !== null) return word;
    const [mantissa, exponent] = scientificParts(shortest(x, dtype));
    const [whole, fraction] = mantissa.split('.');
    const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
    return `${whole}.${fraction.padEnd(width, '0')}e${power}`;
  };
}

/** Equal widths: floats aligned at their points, everything else at the right. */
function align(texts: readonly string[], floats: boolean): string[] {
  if (!floats) {
    const width = Math.max(0, ...texts.map((t) => t.length));
    return texts.map((t) => t.padStart(width));
  }
  const isWord = (t: string): boolean => /nan|inf/.test(t);
  const numbers = texts.filter((t) => !isWord(t));
  const left = (t: string): number => (t.includes('.') ? t.indexOf('.') : t.length);
  const after = Math.max(0, ...numbers.map((t) => t.length - left(t)));
  const words = texts.filter(isWord).map((t) => t.length - after);
  const before = Math.max(0, ...numbers.map(left), ...words);
  return texts.map((t) => {
    const width = before + after;
    return isWord(t) ? t.padStart(width) : t.padStart(t.length + before - left(t)).padEnd(width);
  });
}

/** The places of an axis that are shown; -1 for the dots. */
function shown(n: number, shortened: boolean): number[] {
  if (!shortened || n <= 2 * EDGE) return Array.from({ length: n }, (_, i) => i);
  return [0, 1, 2, -1, n - 3, n - 2, n - 1];
}

/** The elements of a concrete array as nested brackets, as `numpy.array2string` writes them. */
function elementsText(x: NdArray, data: TypedArray, indent = '', comma = ''): string {
  const { shape, dtype } = x;
  const shortened = x.size > THRESHOLD;
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((p, n) => p * n, 1));
  const visible: number[] = [];
  const visit = (axis: number, offset: number): void => {
    if (axis === shape.length) visible.push(offset);
    else for (const i of shown(shape[axis], shortened)) if (i >= 0) visit(axis + 1, offset + i * strides[axis]);
  };
  visit(0, 0);
  const elements = visible.map((i): Element => decode(dtype, data, i));
  const format = floatFormat(
    elements.flatMap((e) => (typeof e === 'object' ? [e.re, e.im] : typeof e === 'number' ? [e] : [])),
    dtype,
  );
  const text = (e: Element): string => {
    if (typeof e === 'object')
      return `${format(e.re)}${e.im < 0 || Object.is(e.im, -0) ? '-' : '+'}${format(Math.abs(e.im))}j`;
    return typeof e === 'number' && isFloat(dtype)
      ? format(e)
      : typeof e === 'boolean'
        ? e
          ? 'True'
          : 'False'
        : `${e}`;
  };
  const texts = align(elements.map(text), isFloat(dtype));
  let next = 0;
  const build = (axis: number, margin: string): string => {
    if (axis === shape.length) return texts[next++];
    const parts = shown(shape[axis], shortened).map((i) => (i < 0 ? '...' : build(axis + 1, `${margin} `)));
    if (axis === shape.length - 1) return `[${wrap(parts, `${margin} `, comma)}]`;
    return `[${parts.join(`${comma}${'\n'.repeat(shape.length - axis - 1)}${margin} `)}]`;
  };
  if (shape.length === 0) return text(elements[0]).trim();
  return build(0, indent);
}

/** Elements side by side, broken into lines. */
function wrap(parts: readonly string[], margin: string, comma: string): string {
  let line = '';
  const lines: string[] = [];
  for (const part of parts) {
    if (line !== '' && margin.length + line.length + comma.length + 1 + part.length > LINE) {
      lines.push(line);
      line = part;
    } else line = line === '' ? part : `${line}${comma} ${part}`;
  }
  return [...lines, line].join(`${comma}\n${margin}`);
}

/** `Array([[1., 2.]], dtype=float32)`, as JAX's `repr`. A traced or deleted array says what it is. */
export function arrayText(x: NdArray): string {
  if (x instanceof Tracer) return `Traced<${x.aval}>`;
  let data: TypedArray;
  try {
    data = x.dataSync();
  } catch (error) {
    return `Array(${x.aval}: ${error instanceof Error ? error.message : String(error)})`;
  }
  const head = 'Array(';
  const body =
    x.size === 0
      ? `[], shape=(${x.shape.join(', ')}${x.ndim === 1 ? ',' : ''})`
      : elementsText(x, data, ' '.repeat(head.length), ',');
  return `${head}${body}, dtype=${x.dtype}${x.weakType ? ', weak_type=True' : ''})`;
}
