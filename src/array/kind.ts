/**
 * The kinds of values that users pass, by name: `'axis'`, `'function'`, `'integers?'`, a list of words, a class. A value of
 * another kind is refused at the door, with the name of the argument, before it becomes somebody else's confusion inside.
 *
 * Ranges (an axis of that many, a size that is not negative) are the business of the function itself.
 */
import { InvalidArgument } from '../error/error.js';
import { NdArray } from './array.js';
import { describeValue, isScalarLike } from './convert.js';
import { isDType } from './dtype.js';

type Plain =
  | 'any'
  | 'array'
  | 'axes'
  | 'axis'
  | 'boolean'
  | 'dtype'
  | 'function'
  | 'integer'
  | 'integers'
  | 'list'
  | 'number'
  | 'numbers'
  | 'object'
  | 'schedule'
  | 'sizes'
  | 'string';

/** A class, whether or not its constructor is for everybody. */
interface Class {
  readonly name: string;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** What an option may be: a kind, `null` too where it ends with `?`; or the list of its values; or its class. */
export type Kind = Plain | `${Plain}?` | readonly (string | number | boolean | null)[] | Class;

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isOrdered = (value: unknown): boolean => isNumber(value) && !Number.isNaN(value);
const isInteger = (value: unknown): boolean => Number.isInteger(value);
const every = (value: unknown, holds: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(holds);

const isArrayLike = (value: unknown): boolean =>
  isScalarLike(value) || value instanceof NdArray || Array.isArray(value) || ArrayBuffer.isView(value);

/** Whether a value is of a kind, and how that kind is called in a sentence. */
const KINDS: { readonly [K in Plain]: readonly [holds: (value: unknown) => boolean, words: string] } = {
  any: [() => true, 'anything'],
  array: [isArrayLike, 'an array, a number, a typed array, or nested lists of them'],
  axes: [(value) => isNumber(value) || every(value, isNumber), 'an axis or a list of axes'],
  axis: [isNumber, 'an axis'],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
  dtype: [isDType, "the name of a dtype, such as 'float32' or 'int32'"],
  function: [(value) => typeof value === 'function', 'a function'],
  integer: [isInteger, 'an integer'],
  integers: [(value) => every(value, isInteger), 'a list of integers'],
  list: [Array.isArray, 'a list'],
  number: [isOrdered, 'a number'],
  numbers: [(value) => every(value, isOrdered), 'a list of numbers'],
  object: [(value) => typeof value === 'object' && value !== null, 'an object'],
  schedule: [(value) => isArrayLike(value) || typeof value === 'function', 'a number, an array or a schedule'],
  sizes: [(value) => isInteger(value) || every(value, isInteger), 'a size or a list of sizes'],
  string: [(value) => typeof value === 'string', 'a string'],
};

const quoted = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? `'${value}'` : `${value}`;

/** Whether a value is of a kind; if not, what was expected. */
function expectation(kind: Kind, value: unknown): string | null {
  if (typeof kind === 'string') {
    const nullable = kind.endsWith('?');
    if (nullable && value === null) return null;
    const [holds, words] = KINDS[(nullable ? kind.slice(0, -1) : kind) as Plain];
    return holds(value) ? null : `${words}${nullable ? ', or null' : ''}`;
  }
  if (Symbol.hasInstance in kind) return kind[Symbol.hasInstance](value) ? null : `an instance of ${kind.name}`;
  return kind.some((allowed) => allowed === value) ? null : `one of ${kind.map(quoted).join(', ')}`;
}

/**
 * Refuses an argument that is not of its kind.
 * @throws InvalidArgument
 */
export function checkArgument(op: string, argument: string, value: unknown, kind: Kind): void {
  const expected = expectation(kind, value);
  if (expected !== null) throw new InvalidArgument({ op, argument, expected, actual: describeValue(value) });
}
