/**
 * What may come of a call: a sound result, or an error that says what was wrong. All else is a defect.
 */
import { FluxionError, NdArray } from 'fluxion';
import { isDType } from '../../../src/array/dtype.js';
import { OwnMistake } from './specimens.js';

export type Outcome =
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly tag: string }
  | { readonly kind: 'defect'; readonly what: string };

const defect = (what: string): Outcome => ({ kind: 'defect', what });

/** Why an array cannot be what it says; null when it is sound. */
function unsound(x: NdArray): string | null {
  if (!x.shape.every((n) => Number.isInteger(n) && n >= 0)) return `a result of shape [${x.shape.join(', ')}]`;
  if (!isDType(x.dtype)) return `a result of dtype ${String(x.dtype)}`;
  if (x.size > 1e6) return null;
  const data = x.dataSync();
  const entries = x.dtype.startsWith('complex') ? 2 : 1;
  return data.length === x.size * entries ? null : `${data.length} numbers for the shape [${x.shape.join(', ')}]`;
}

/** The arrays in a result, as deep as lists and records go. */
export function arraysIn(value: unknown, depth = 0): NdArray[] {
  if (value instanceof NdArray) return [value];
  if (typeof value !== 'object' || value === null || depth > 4 || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap((inner) => arraysIn(inner, depth + 1));
}

const firstFrame = (error: Error): string =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /\/(src|laws)\//.test(line))
    .slice(0, 2)
    .map((line) =>
      line
        .trim()
        .replace(/^at /, '')
        .replace(/\(?(file:\/\/)?\/[^ ]*\/(src|laws)\//, '($2/'),
    )
    .join(' < ');

/** The verdict on what was thrown. */
export function verdictOnError(error: unknown): Outcome {
  if (error instanceof OwnMistake) return { kind: 'refused', tag: 'OwnMistake' };
  if (!(error instanceof FluxionError)) {
    const raw = error instanceof Error ? error : new Error(String(error));
    return defect(`${raw.name}: ${raw.message.split('\n')[0].slice(0, 120)} at ${firstFrame(raw)}`);
  }
  if (error.tag === 'InternalError') return defect(`InternalError: ${error.message} at ${firstFrame(error)}`);
  if (/\bundefined has\b|\[object Object\]/.test(error.message)) return defect(`says nothing: ${error.message}`);
  return { kind: 'refused', tag: error.tag };
}

/** The verdict on a returned value, with what a call that cannot be answered must not do. */
export function verdictOnResult(value: unknown, wrong: string | null, leaves: readonly unknown[]): Outcome {
  if (wrong !== null) return defect(`accepted although ${wrong}`);
  for (const x of arraysIn(value)) {
    if (leaves.includes(x)) continue;
    const trouble = unsound(x);
    if (trouble !== null) return defect(trouble);
  }
  return { kind: 'result', value };
}
