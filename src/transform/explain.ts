/**
 * Why a jitted function was traced again: the nearest earlier signature, and where the new one differs from it.
 *
 * JAX's users read this from logs; here it is an answer (`jitted.explain(...args)`), a setting that prints it
 * (`config.update('explainCacheMisses', true)`), and part of the error when a trace budget is spent.
 */
import type { ShapedArray } from '../array/aval.js';
import { defineError } from '../error/error.js';
import { firstDifference, leafPaths, type TreeDef } from '../tree/tree.js';

/** What decides whether a trace can be used again. */
export interface Signature {
  /** Structure of each argument; null for static ones. */
  readonly argDefs: readonly (TreeDef | null)[];
  /** Types of all leaves. */
  readonly avals: readonly ShapedArray[];
  readonly statics: readonly unknown[];
  /** Static fields of the last argument: their names and values. */
  readonly names: readonly string[];
  readonly named: readonly unknown[];
  /** The version of the settings. */
  readonly settings: number;
  /** The named axes around it (`trace/axis.ts`). */
  readonly axes: string;
}

/** One thing in which two signatures differ. */
export interface SignatureDifference {
  /** `argument 0.encoder.w` */
  readonly path: string;
  readonly before: string;
  readonly now: string;
}

const valueText = (value: unknown): string => {
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'object' && value !== null) return `the object ${value.constructor?.name ?? ''}`.trim();
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
};

const avalText = (aval: ShapedArray): string => `${aval}${aval.weakType ? ' (weak: from a plain number)' : ''}`;

/** All differences between two signatures. */
export function signatureDifferences(before: Signature, now: Signature): SignatureDifference[] {
  const differences: SignatureDifference[] = [];
  if (before.argDefs.length !== now.argDefs.length) {
    differences.push({
      path: 'the arguments',
      before: `${before.argDefs.length} of them`,
      now: `${now.argDefs.length} of them`,
    });
    return differences;
  }
  const staticDifference = (path: string, old: unknown, value: unknown): void => {
    if (Object.is(old, value)) return;
    const another = typeof value === 'function' || typeof value === 'object';
    const text = valueText(value) + (another ? ', which is another object' : '');
    differences.push({ path: `${path} (static)`, before: valueText(old), now: text });
  };
  now.names.forEach((name, i) => {
    staticDifference(`argument ${now.argDefs.length - 1}.${name}`, before.named[i], now.named[i]);
  });
  let b = 0;
  let n = 0;
  now.argDefs.forEach((def, i) => {
    const old = before.argDefs[i];
    const path = `argument ${i}`;
    if (def === null || old === null) {
      staticDifference(path, before.statics[i], now.statics[i]);
      return;
    }
    if (def !== old) {
      const difference = firstDifference(old, def, path);
      if (difference) differences.push({ path: difference.path, before: difference.expected, now: difference.actual });
    } else {
      leafPaths(def, path).forEach((leaf, k) => {
        const x = before.avals[b + k];
        const y = now.avals[n + k];
        if (x !== y) differences.push({ path: leaf, before: avalText(x), now: avalText(y) });
      });
    }
    b += old.numLeaves;
    n += def.numLeaves;
  });
  if (before.axes !== now.axes) {
    const text = (axes: string): string => axes || 'none';
    differences.push({ path: 'the named axes around the call', before: text(before.axes), now: text(now.axes) });
  }
  if (before.settings !== now.settings) {
    differences.push({ path: 'config', before: 'the settings of that trace', now: 'changed since' });
  }
  return differences;
}

/** The answer to "why was this traced?". */
export interface Explanation {
  /** True when an earlier trace serves. */
  readonly hit: boolean;
  /** Differences to the nearest earlier trace; empty for a hit and for a first trace. */
  readonly differences: readonly SignatureDifference[];
  readonly text: string;
}

const MANY = 8;

/** Explains a signature that none of the earlier ones equals. */
export function explainMiss(name: string, earlier: readonly Signature[], now: Signature, again: number): Explanation {
  if (earlier.length === 0) {
    const repeated =
      again > 0
        ? ` A function with the same text was jitted ${again} time${again > 1 ? 's' : ''} before, as another function ` +
          'object, whose traces cannot be used: call jit once, outside of the loop or function that makes it.'
        : '';
    return { hit: false, differences: [], text: `${name} is traced for the first time.${repeated}` };
  }
  const differences = earlier
    .map((signature) => signatureDifferences(signature, now))
    .reduce((a, b) => (b.length < a.length ? b : a));
  const shown = differences.slice(0, MANY).map((d) => `  ${d.path}: ${d.before} -> ${d.now}`);
  if (differences.length > MANY) shown.push(`  and ${differences.length - MANY} more`);
  const text = `${name} is traced again (${earlier.length} before); the nearest earlier call differs in\n${shown.join('\n')}`;
  return { hit: false, differences, text };
}

/** A function was traced more often than `maxTraces` allows. */
export const TraceBudgetExceeded = defineError(
  'TraceBudgetExceeded',
  (d: { name: string; maxTraces: number; explanation: string }) =>
    `${d.name} may be traced ${d.maxTraces === 1 ? 'once' : `${d.maxTraces} times`} (maxTraces) and would be traced again. ${d.explanation}`,
);

/** Tracing the same function twice gave two programs: it depends on something that is not its argument. */
export const ImpureFunction = defineError(
  'ImpureFunction',
  (d: { name: string; first: string; second: string; location: string | null }) =>
    `${d.name} is not pure: traced twice with the same arguments it made two programs. The first difference is` +
    `${d.location ? ` at ${d.location}` : ''}: ${d.first} the first time, ${d.second} the second time. ` +
    'It reads or changes something outside of itself (a counter, Math.random, a variable that is assigned to); pass it as an argument.',
);
