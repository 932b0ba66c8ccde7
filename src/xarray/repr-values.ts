/**
 * Values in a line of limited width: the first and the last of them, with dots between.
 *
 * Numbers have four digits, times are as short as they can be. Source: xarray's `core/formatting.py`.
 */
import { DeviceArray, decode, type NdArray } from '../array/array.js';
import { type DType, isFloat, layoutOf } from '../array/dtype.js';
import { range } from '../array/shape.js';
import { NOT_A_TIME } from '../io/cf-time.js';
import type { Coordinate } from './coordinate.js';

/** Values as the lines of a summary want them: some by position, as texts of one style. */
export interface Listed {
  readonly dtype: string;
  readonly bytes: number;
  readonly size: number;
  /** Texts of the values at these positions; null where the values are not at hand. */
  readonly texts: ((positions: readonly number[]) => string[]) | null;
}

const NANOSECONDS_OF_DAY = 86_400_000_000_000n;

/** Four significant digits, at least one after the point: Python's `f'{x:.4}'`. */
export function floatText(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  const [mantissa, power] = x.toExponential(3).split('e');
  const exponent = Number(power);
  // With a point to keep, Python turns to exponents one digit earlier than the precision says.
  if (exponent < -4 || exponent >= 3) {
    const digits = mantissa.replace(/\.?0+$/, '');
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const plain = Number(`${mantissa}e${power}`).toFixed(Math.max(0, 3 - exponent));
  const trimmed = plain.includes('.') ? plain.replace(/0+$/, '') : plain;
  return trimmed.endsWith('.') ? `${trimmed}0` : trimmed.includes('.') ? trimmed : `${trimmed}.0`;
}

/** A part of a second, as long as it needs: nothing, micro- or nanoseconds. */
function fractionText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '';
  const digits = String(nanoseconds).padStart(9, '0');
  return `.${digits.endsWith('000') ? digits.slice(0, 6) : digits}`;
}

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

/** `2017-01-01`, or `2017-01-01T06:00:00`. */
export function dateText(nanoseconds: bigint): string {
  if (nanoseconds === NOT_A_TIME) return 'NaT';
  const seconds = floorDivide(nanoseconds, 1_000_000_000n);
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = fractionText(nanoseconds - seconds * 1_000_000_000n);
  return text.endsWith('T00:00:00') && fraction === '' ? text.slice(0, 10) : text + fraction;
}

/** `-1 days +18:00:00`: whole days, rounded down, and the time on top of them. */
function durationParts(nanoseconds: bigint): { readonly days: bigint; readonly time: string } {
  const days = floorDivide(nanoseconds, NANOSECONDS_OF_DAY);
  const rest = nanoseconds - days * NANOSECONDS_OF_DAY;
  const seconds = rest / 1_000_000_000n;
  const two = (n: bigint): string => String(n).padStart(2, '0');
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return { days, time: `${days < 0n ? '+' : ''}${clock}${fractionText(rest % 1_000_000_000n)}` };
}

/** Durations in one style: only times where none has a day, only days where none has a time. */
function durationTexts(values: readonly bigint[]): string[] {
  const known = values.filter((v) => v !== NOT_A_TIME);
  const withoutDays = known.every((v) => v >= 0n && v < NANOSECONDS_OF_DAY);
  const withoutTimes = known.every((v) => v % NANOSECONDS_OF_DAY === 0n);
  return values.map((v) => {
    if (v === NOT_A_TIME) return 'NaT';
    const { days, time } = durationParts(v);
    if (withoutDays) return time;
    return withoutTimes ? `${days} days` : `${days} days ${time}`;
  });
}

const numberText = (dtype: DType, value: ReturnType<typeof decode>): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') return `(${floatText(value.re)}${value.im < 0 ? '' : '+'}${floatText(value.im)}j)`;
  return typeof value === 'number' && isFloat(dtype) ? floatText(value) : String(value);
};

/** Labels, ready to be listed. */
export function listedCoordinate(c: Coordinate): Listed {
  const { values, kind, size } = c;
  if (kind === 'str') {
    const texts = values as readonly string[];
    const width = texts.reduce((n, t) => Math.max(n, [...t].length), 1);
    const quoted = (t: string): string =>
      t.includes("'") && !t.includes('"') ? `"${t}"` : `'${t.replace(/'/g, "\\'")}'`;
    return {
      dtype: `<U${width}`,
      bytes: 4 * width * size,
      size,
      texts: (positions) => positions.map((p) => quoted(texts[p])),
    };
  }
  if (kind !== 'number') {
    const times = values as BigInt64Array;
    return {
      dtype: kind,
      bytes: 8 * size,
      size,
      texts: (positions) => {
        const some = positions.map((p) => times[p]);
        return kind === 'datetime64[ns]' ? some.map(dateText) : durationTexts(some);
      },
    };
  }
  const data = values as Float64Array;
  const dtype = data.constructor.name.replace(/^Big/, '').replace('Array', '').toLowerCase() as DType;
  return {
    dtype,
    bytes: data.byteLength,
    size,
    texts: (positions) => positions.map((p) => numberText(dtype, data[p])),
  };
}

/** Larger arrays are not fetched from the engine for the sake of a line. */
const LARGEST_FETCHED = 1_000_000;

/** An array's values, ready to be listed; a traced or a large one has none at hand. */
export function listedArray(x: NdArray): Listed {
  const { dtype, size } = x;
  const { bytes } = layoutOf(dtype);
  const atHand = x instanceof DeviceArray && size <= LARGEST_FETCHED;
  return {
    dtype,
    bytes: bytes * size,
    size,
    texts: atHand
      ? (positions) => {
          const data = x.dataSync();
          return positions.map((p) => numberText(dtype, decode(dtype, data, p)));
        }
      : null,
  };
}

/** As many values as fit a width, from both ends. */
export function valuesLine({ size, texts }: Listed, width: number): string {
  if (texts === null) return '...';
  if (size === 0) return '';
  const most = Math.min(size, Math.max(Math.ceil(width / 2), 2));
  const front = texts(range(Math.floor((most + 1) / 2)));
  const back = texts(range(Math.floor(most / 2)).map((i) => size - Math.floor(most / 2) + i));
  const interleaved = front.flatMap((text, i) => (i < back.length ? [text, back[back.length - 1 - i]] : [text]));
  let length = -1;
  const lengths = interleaved.map((text) => (length += text.length + 1));
  let count = size;
  let padding = count <= 1 ? '' : ' ';
  if (size > 2 && (most < size || lengths.some((n) => n > width))) {
    padding = ' ... ';
    const tooLong = lengths.findIndex((n) => n + padding.length - 1 > width);
    count = Math.min(size, Math.max(tooLong, 2));
  }
  const numFront = Math.floor((count + 1) / 2);
  const numBack = count - numFront;
  // As in Python, a slice from -0 is all of a list, which then is empty.
  const line = [front.slice(0, numFront).join(' '), padding, numBack === 0 ? '' : back.slice(-numBack).join(' ')].join(
    '',
  );
  return line.length > width ? `${line.slice(0, Math.max(width - 3, 0))}...` : line;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `96B`, `12MB`: whole numbers of the unit that is next below. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  // Python rounds halves to even.
  const floor = Math.floor(amount);
  const rounded = amount - floor === 0.5 ? floor + (floor % 2) : Math.round(amount);
  return `${rounded}${UNITS[unit]}`;
}
