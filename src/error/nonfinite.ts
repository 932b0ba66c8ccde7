/**
 * A NaN or an infinity, and where it comes from: what the explanation holds, and the error that `debugNans` throws.
 */
import { defineError } from './error.js';

/** One operand of the blamed operation. */
export interface NonFiniteInput {
  /** `f32[3]` */
  readonly type: string;
  /** The element that meets the bad one of the result, where each element has its own; else null. */
  readonly value: number | null;
  /** The least and the largest number of the operand; null for an empty one. */
  readonly range: readonly [least: number, largest: number] | null;
}

/** The first step that made something infinite or NaN out of finite numbers. */
export interface NonFiniteOrigin {
  /** The primitive that was computed: `div`. */
  readonly primitive: string;
  /** The operation of the user's program that it belongs to: `log`, when `div` is part of log's derivative. */
  readonly operation: string;
  /** Whether the step is the operation itself, part of its derivative, or of its derivative's backward pass. */
  readonly pass: 'value' | 'tangent' | 'backward';
  /** The user's line: `model.ts:12:8 (loss)`. */
  readonly location: string | null;
  /** The calls and loops that it is inside of, outermost first: `scan, step 3`. */
  readonly inside: readonly string[];
  /** The first element of the result that is not finite. */
  readonly output: { readonly type: string; readonly index: readonly number[]; readonly value: number };
  readonly inputs: readonly NonFiniteInput[];
  /** What to write instead. */
  readonly repair: string;
}

const number = (x: number): string => (Number.isInteger(x) ? `${x}` : x.toPrecision(6).replace(/\.?0+(?=$|e)/, ''));

const inputText = ({ type, value, range }: NonFiniteInput): string => {
  if (value !== null) return `${number(value)} (${type})`;
  return range === null ? type : `${type} with elements from ${number(range[0])} to ${number(range[1])}`;
};

const passText = { value: '', tangent: 'the derivative of ', backward: 'the backward pass of ' } as const;

/** The origin as sentences. */
export function originText(origin: NonFiniteOrigin): string {
  const { primitive, operation, pass, output, inputs, inside } = origin;
  const what = pass === 'value' && primitive === operation ? operation : `${passText[pass]}${operation}`;
  const step = primitive === operation && pass === 'value' ? '' : ` (its step ${primitive})`;
  const where = output.index.length > 0 ? ` at element [${output.index.join(', ')}]` : '';
  return (
    `${what}${step} gives ${output.value}${where} from finite numbers` +
    `${origin.location ? ` at ${origin.location}` : ''}${inside.length > 0 ? `, inside ${inside.join(', ')}` : ''}. ` +
    `Its operands: ${inputs.map(inputText).join('; ') || 'none'}. ${origin.repair}`
  );
}

/** A computation gave NaN while `config.update('debugNans', true)`. */
export const NonFinite = defineError(
  'NonFinite',
  (d: { program: string; result: string; origin: NonFiniteOrigin | null; location: string | null }) =>
    `${d.result} of ${d.program} is NaN${d.location ? ` (called at ${d.location})` : ''}. ` +
    (d.origin
      ? originText(d.origin)
      : 'Its arguments were NaN or infinite already: look at the call that made them, with explainNan(f)(...args).'),
);
export type NonFinite = InstanceType<typeof NonFinite>;
