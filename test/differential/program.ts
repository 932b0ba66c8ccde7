/**
 * Programs as data: what fluxion and JAX both can run.
 *
 * A program is a list of steps over numbered values: its inputs first, then whatever each step returns. A step calls one
 * operation of `lax` with JSON for arguments, in which "$3" stands for the fourth value:
 *
 *     { op: 'dotGeneral', args: ['$0', '$2', [[[1], [0]], [[], []]]] }
 *
 * Steps with bodies (loops, branches, calls) hold programs of their own. These get values of the program around them as
 * last arguments, so that bodies close over what is not their argument.
 */
import type { DType, NdArray } from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import { type Function_, forms } from './forms.js';

/** A value of the program, as it stands in arguments: "$3". */
export type Ref = `$${number}`;

export interface Step {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly options?: { readonly [name: string]: unknown };
  readonly bodies?: readonly Program[];
  /** Values that bodies get after their own arguments. */
  readonly captured?: readonly Ref[];
  /** How many values it makes. Default 1. */
  readonly results?: number;
}

export interface Program {
  /** How many inputs it takes. */
  readonly arity: number;
  readonly steps: readonly Step[];
  readonly outputs: readonly Ref[];
}

/** What happens to the result of each step, for the estimation of rounding errors. */
export type Jitter = (result: NdArray) => NdArray;

export const indexOf = (ref: Ref): number => Number(ref.slice(1));
const isRef = (value: unknown): value is Ref => typeof value === 'string' && /^\$\d+$/.test(value);

/** Arguments with every reference replaced. */
export function substitute(value: unknown, replace: (ref: Ref) => unknown): unknown {
  if (isRef(value)) return replace(value);
  if (Array.isArray(value)) return value.map((inner) => substitute(inner, replace));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substitute(inner, replace)]));
}

/** The values that a step uses. */
export function usedBy({ args, captured = [] }: Step): Ref[] {
  const used: Ref[] = [...captured];
  substitute(args, (ref) => used.push(ref));
  return used;
}

const operations: Readonly<Record<string, unknown>> = { ...lax, ...lax.linalg };

/** Runs one step: what it returns, as a list. */
export function runStep(step: Step, values: readonly NdArray[], jitter: Jitter = (y) => y): readonly NdArray[] {
  const lookup = (ref: Ref): NdArray => values[indexOf(ref)];
  const args = substitute(step.args, lookup) as unknown[];
  const captured = (step.captured ?? []).map(lookup);
  const bodies = (step.bodies ?? []).map(
    (body): Function_ =>
      (...own) =>
        run(body, [...own, ...captured], jitter),
  );
  const form = forms[step.op];
  const result =
    form === undefined
      ? (operations[step.op] as (...all: unknown[]) => NdArray | NdArray[])(
          ...args,
          ...(step.options ? [step.options] : []),
        )
      : form(bodies, args, step.options ?? {});
  return (Array.isArray(result) ? result : [result]).map((y: NdArray) => jitter(y));
}

/** Runs a program. */
export function run(program: Program, inputs: readonly NdArray[], jitter?: Jitter): NdArray[] {
  const values: NdArray[] = [...inputs];
  for (const step of program.steps) values.push(...runStep(step, values, jitter));
  return program.outputs.map((ref) => values[indexOf(ref)]);
}

/** Multiplies what is inexact by numbers next to one, drawn anew for every step. */
export const jittered =
  (next: () => number, epsilon: (dtype: DType) => number): Jitter =>
  (y) => {
    const unit = epsilon(y.dtype);
    return unit === 0 ? y : lax.mul(y, lax.fullLike(y, 1 + unit * (next() < 0.5 ? -1 : 1)));
  };

/** As text, one line for a step. */
export function printed(program: Program, indent = ''): string {
  let next = program.arity;
  const names = Array.from({ length: program.arity }, (_, i) => `$${i}`).join(', ');
  const lines = program.steps.map((step) => {
    const options = step.options ? [JSON.stringify(step.options)] : [];
    const args = [...step.args.map((arg) => JSON.stringify(arg)), ...options].join(', ').replace(/"(\$\d+)"/g, '$1');
    const closing = step.captured?.length ? ` closing over ${step.captured.join(', ')}` : '';
    const bodies = (step.bodies ?? []).map((body) => `\n${printed(body, `${indent}    `)}`).join('');
    const made = Array.from({ length: step.results ?? 1 }, () => `$${next++}`).join(', ');
    return `${indent}  ${made} = ${step.op}(${args})${closing}${bodies}`;
  });
  return [`${indent}(${names}) =>`, ...lines, `${indent}  return ${program.outputs.join(', ')}`].join('\n');
}
