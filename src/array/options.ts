/**
 * The options object that closes a call, checked: names that the function does not know and values of the wrong kind are
 * refused, instead of being ignored as JavaScript would.
 *
 * What a function takes is a table beside its interface, from the option's name to its kind; the compiler holds the two
 * together.
 */
import { InvalidArgument } from '../error/error.js';
import { UnknownOption } from '../error/options.js';
import { NdArray } from './array.js';
import { describeValue, isScalarLike } from './convert.js';
import { checkArgument, type Kind } from './kind.js';

/** One kind for each option of an interface. */
export type Kinds<Options> = { readonly [Name in keyof Required<Options>]: Kind };

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
    if (options[name] !== undefined) checkArgument(op, name, options[name], kinds[name]);
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
