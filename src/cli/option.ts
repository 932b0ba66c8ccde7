/**
 * Reading the values of options: text in, a number or a typed error out.
 */
import { InvalidArgumentError } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { BadOption } from '../error/cli.js';

/** Reads an option's text. */
export type OptionReader<Value> = (text: string) => E.Either<BadOption, Value>;

const number =
  (expected: string, holds: (value: number) => boolean): OptionReader<number> =>
  (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) && holds(value) ? E.right(value) : E.left(new BadOption({ expected, actual: text }));
  };

/** A whole number in a range, both ends included. */
export const integer = (low: number, high: number = Number.MAX_SAFE_INTEGER): OptionReader<number> =>
  number(
    high === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${low}` : `a whole number from ${low} to ${high}`,
    (value) => Number.isInteger(value) && value >= low && value <= high,
  );

/** A number above zero. */
export const positive: OptionReader<number> = number('a number above zero', (value) => value > 0);

/** Zero, or a number above it. */
export const notNegative: OptionReader<number> = number('a number of at least zero', (value) => value >= 0);

/** Numbers separated by commas. */
export const numberList: OptionReader<readonly number[]> = (text) => {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return values.every(Number.isFinite)
    ? E.right(values)
    : E.left(new BadOption({ expected: 'numbers separated by commas', actual: text }));
};

/** The reader as commander takes it: an error of ours becomes one of its usage errors. */
export const asArgument =
  <Value>(read: OptionReader<Value>) =>
  (text: string): Value => {
    const value = read(text);
    if (E.isLeft(value)) throw new InvalidArgumentError(value.left.message);
    return value.right;
  };
