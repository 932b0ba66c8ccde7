/**
 * The options object that closes a call, checked: names that the function does not know and values of the wrong kind are
 * refused, instead of being ignored as JavaScript would.
 *
 * What a function takes is a table beside its interface, from the option's name to its kind; the compiler holds the two
 * together. Ranges (an axis of that many, a size that is not negative) are the business of the function itself.
 */
import { InvalidArgument } from '../error/error.js';
import { UnknownOption } from '../error/options.js';
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
  | 'number'
  | 'numbers'
  | 'sizes'
  | 'string';

/** What an option may be: a kind, `null` too where it ends with `?`; or the list of its values. */
export type Kind = Plain | `${Plain}?` | readonly (string | number | boolean | null)[];

/** One kind for each option of an interface. */
export type Kinds<Options> = { readonly [Name in keyof Required<Options>]: Kind };

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isOrdered = (value: unknown): boolean => isNumber(value) && !Number.isNaN(value);
const isInteger = (value: unknown): boolean => Number.isInteger(value);
const every = (value: unknown, holds: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(holds);

/** Whether a value is of a kind, and how that kind is called in a sentence. */
const KINDS: { readonly [K in Plain]: readonly [holds: (value: unknown) => boolean, words: string] } = {
  any: [() => true, 'anything'],
  array: [
    (value) => isScalarLike(value) || value instanceof NdArray || Array.isArray(value) || ArrayBuffer.isView(value),
    'an array, a number, a typed array, or nested lists of them',
  ],
  axes: [(value) => isNumber(value) || every(value, isNumber), 'an axis or a list of axes'],
  axis: [isNumber, 'an axis'],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
  dtype: [isDType, "the name of a dtype, such as 'float32' or 'int32'"],
  function: [(value) => typeof value === 'function', 'a function'],
  integer: [isInteger, 'an integer'],
  integers: [(value) => every(value, isInteger), 'a list of integers'],
  number: [isOrdered, 'a number'],
  numbers: [(value) => every(value, isOrdered), 'a list of numbers'],
  sizes: [
    (value) => isInteger(value) || every(value, (n) => isInteger(n) && (n as number) >= 0),
    'a size or a list of sizes',
  ],
  string: [(value) => typeof value === 'string', 'a string'],
};

const quoted = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? `'${value}'` : `${value}`;

/** Whether a value is of a kind; if not, what was expected. */
function expectation(kind: Kind, value: unknown): string | null {
  if (typeof kind !== 'string') {
    return kind.some((allowed) => allowed === value) ? null : `one of ${kind.map(quoted).join(', ')}`;
  }
  const nullable = kind.endsWith('?');
  if (nullable && value === null) return null;
  const [holds, words] = KINDS[(nullable ? kind.slice(0, -1) : kind) as Plain];
  return holds(value) ? null : `${words}${nullable ? ', or null' : ''}`;
}

/**
 * The options as they are, once every one of them is known and of its kind.
 * @throws UnknownOption for a name that is not in the table
 * @throws InvalidArgument for a value of another kind, or something that is not an options object at all
 */
export function checkOptions<Options extends object>(op: string, options: Options, kinds: Kinds<Options>): Options {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || options instanceof NdArray) {
    throw new InvalidArgument({
      op,
      argument: 'the last argument',
      expected: 'an object of options',
      actual: describeValue(options),
      hint: 'What has a default goes into one object: { axis: 0 }.',
    });
  }
  for (const name of Object.keys(options) as (string & keyof Options)[]) {
    if (!Object.hasOwn(kinds, name)) {
      throw new UnknownOption({ op, argument: name, known: Object.keys(kinds) });
    }
    const value = options[name];
    if (value === undefined) continue;
    const expected = expectation(kinds[name], value);
    if (expected !== null) throw new InvalidArgument({ op, argument: name, expected, actual: describeValue(value) });
  }
  return options;
}

const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Variadic arguments, and the options that may follow them: a plain object that is not a complex number. */
export function withoutOptions<Argument, Options extends object>(
  args: readonly (Argument | Options)[],
): [operands: readonly Argument[], options: Options] {
  const last = args.at(-1);
  return isPlainObject(last) && !isScalarLike(last)
    ? [args.slice(0, -1) as Argument[], last as Options]
    : [args as readonly Argument[], {} as Options];
}
