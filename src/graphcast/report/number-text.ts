/**
 * Numbers as people read them: significant digits, a true minus sign, grouped thousands, units with raised exponents.
 */

const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** Digits and minus signs, raised: `-2` becomes `⁻²`. */
export const superscript = (text: string): string => text.replace(/[-0-9]/g, (character) => superscripts[character]!);

/** Units of CF metadata as they are printed: `m2 s-2` becomes `m² s⁻²`, with spaces that do not break. */
export const unitText = (units: string): string =>
  units
    .replace(/([A-Za-z])(-?\d+)/g, (_, letter: string, exponent: string) => letter + superscript(exponent))
    .replace(/ /g, '\u00a0');

const decimals = (value: number, digits: number): number =>
  Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));

/**
 * A number with so many significant digits (3 unless told).
 *
 * From 0.0001 to 10 million it is written out, with thousands grouped and integers in full; outside as `1.2×10⁻⁵`.
 */
export function numberText(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e') as [string, string];
    const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    const power = `10${superscript(String(Number(exponent)))}`;
    return (trimmed === '1' ? power : trimmed === '-1' ? `-${power}` : `${trimmed}×${power}`).replace('-', '−');
  }
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals(value, digits) }).replace('-', '−');
}

/** The same for columns of a table: zeros at the end stay, `2.30` under `2.29`. */
export function fixedText(value: number, digits = 3): string {
  const text = numberText(value, digits);
  if (!/^−?[\d.]+$/.test(text) || value === 0) return text;
  return value.toFixed(decimals(value, digits)).replace('-', '−');
}

/** A number that says its direction: `+3.1`, `−2`, `0`. */
export const signedText = (value: number, digits = 3): string => (value > 0 ? '+' : '') + numberText(value, digits);

/** A ratio in percent, with its sign: `+41 %`. */
export const percentText = (ratio: number): string =>
  Number.isFinite(ratio) ? `${signedText(Math.round(ratio * 100))}\u00a0%` : '–';

/** Seconds as a person says them: `850 ms`, `42.1 s`, `3 min 5 s`, `2 h 14 min`. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${numberText(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time as `2017-01-01 12:00 UTC`. */
export const timeText = (iso: string): string => {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
};
