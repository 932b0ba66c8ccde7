/**
 * Right calls, to be spoiled: those that JAX itself has answered, from the fixtures, and for functions without any,
 * arguments that the names of the parameters suggest.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NdArray } from 'fluxion';
import * as random from 'fluxion/random';
import { arrayOf, type JsonArray } from '../../helpers/fixtures.js';
import { argumentsOf } from '../../helpers/oracle.js';
import type { Chance } from './random.js';
import { argumentNamed, ownFunction } from './specimens.js';
import type { AnyFunction, PublicCallable } from './surface.js';

interface RecordedCall {
  readonly op: string;
  readonly args?: readonly unknown[];
  readonly inputs?: readonly JsonArray[];
  readonly key?: unknown;
  readonly x64?: boolean;
}

/** Where the callables of a folder of fixtures are. */
const SPACES: Readonly<Record<string, readonly string[]>> = {
  numpy: ['numpy', 'numpy.linalg'],
  lax: ['lax', 'lax.linalg'],
  primitives: ['lax'],
  nn: ['nn', 'nn.initializers'],
  ops: ['ops'],
  random: ['random'],
  scipy: ['scipy.special', 'scipy.stats', 'scipy.linalg'],
  optax: ['optax', 'optax.losses'],
  conformance: [''],
};

/** From the repository's fixtures, whether this file runs as it is or compiled into `dist`. */
const folder = fileURLToPath(new URL('../../fixtures/', import.meta.url)).replace('/dist/test/', '/test/');

function recordedCalls(): Map<string, RecordedCall[]> {
  const calls = new Map<string, RecordedCall[]>();
  for (const [space, prefixes] of Object.entries(SPACES)) {
    let files: string[] = [];
    try {
      files = readdirSync(`${folder}${space}`).filter((file) => file.endsWith('.json'));
    } catch {
      continue;
    }
    for (const file of files) {
      const { cases } = JSON.parse(readFileSync(`${folder}${space}/${file}`, 'utf8')) as { cases: RecordedCall[] };
      for (const call of cases) {
        if (typeof call.op !== 'string' || call.x64 || !Array.isArray(call.args)) continue;
        for (const prefix of prefixes) {
          const name = prefix === '' ? call.op : `${prefix}.${call.op}`;
          calls.set(name, [...(calls.get(name) ?? []), call]);
        }
      }
    }
  }
  return calls;
}

/** The names of a function's parameters, from its text; a default or a rest is cut off. */
export function parameterNames(f: AnyFunction): readonly string[] {
  const text = Function.prototype.toString.call(f);
  const isClass = text.startsWith('class');
  const start = isClass ? text.indexOf('constructor(') : text.indexOf('(');
  if (start < 0) return [];
  let depth = 0;
  let end = text.indexOf('(', start);
  const parts = [''];
  for (; end < text.length; end++) {
    const letter = text[end];
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter) && --depth === 0) break;
    if (letter === ',' && depth === 1) parts.push('');
    else if (depth > 1 || letter !== '(') parts[parts.length - 1] += letter;
  }
  return parts
    .map((part) =>
      part
        .replace(/=[^>][\s\S]*$/, '')
        .replace('...', '')
        .trim(),
    )
    .filter((part) => part !== '');
}

export interface Corpus {
  /** The arguments of a call that is right, or meant to be. */
  readonly argumentsFor: (callable: PublicCallable, chance: Chance) => unknown[];
}

export function corpus(): Corpus {
  const recorded = recordedCalls();
  const resolve = (call: RecordedCall, chance: Chance): unknown[] => {
    const inputs: NdArray[] = (call.inputs ?? []).map(arrayOf);
    const args = argumentsOf(call.args ?? [], inputs, () => ownFunction(chance));
    return call.key === undefined ? args : [random.key(0), ...args];
  };
  return {
    argumentsFor: ({ name, call }, chance) => {
      const calls = recorded.get(name);
      if (calls !== undefined && chance.real() < 0.9) return resolve(chance.pick(calls), chance);
      const names = parameterNames(call).filter((parameter) => !/^(options|\{)/.test(parameter));
      return names.map((parameter) => argumentNamed(parameter, chance));
    },
  };
}
