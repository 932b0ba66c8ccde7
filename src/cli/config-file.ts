/**
 * Options from a file: `--config run.json` holds a JSON object whose keys are names of options, as they are written on the
 * command line or in camelCase. What the command line says itself comes first. Values are read as the options read theirs.
 */
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { BadConfig } from '../error/cli.js';
import type { FluxionError } from '../error/error.js';
import { fileError } from '../error/io.js';

export interface ConfigOption {
  readonly config?: string;
}

export const withConfigOption = (command: Command): Command =>
  command.option('--config <file>', 'a JSON file with options; those given here come first');

const camelCase = (name: string): string =>
  name.replace(/^--/, '').replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());

/** The value of an option from its JSON. @throws BadConfig */
function valueOf(path: string, key: string, option: Option, value: unknown): unknown {
  const refuse = (expected: string): never => {
    throw new BadConfig({ path, reason: `'${key}' must be ${expected}, but it is ${JSON.stringify(value)}` });
  };
  if (!option.required && !option.optional) return typeof value === 'boolean' ? value : refuse('true or false');
  if (typeof value !== 'string' && typeof value !== 'number') return refuse('a text or a number');
  try {
    return option.parseArg ? option.parseArg(String(value), undefined) : String(value);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new BadConfig({ path, reason: `'${key}': ${error.message}` });
  }
}

/** What a command was given, completed by its file. Left: `FileNotFound`, `FileAccess`, `BadConfig`. */
export async function configured<Given extends ConfigOption>(
  command: Command,
  given: Given,
): Promise<E.Either<FluxionError, Given>> {
  const path = given.config;
  if (path === undefined) return E.right(given);
  try {
    const parsed = parse(path, await readFile(path, 'utf8'));
    const completed = { ...given } as Record<string, unknown>;
    for (const [key, value] of Object.entries(parsed)) {
      const name = camelCase(key);
      const option = command.options.find((o) => o.attributeName() === name && name !== 'config');
      if (!option) {
        const known = command.options.map((o) => o.attributeName()).filter((o) => o !== 'config');
        throw new BadConfig({ path, reason: `there is no option '${key}'; there are ${known.join(', ')}` });
      }
      if (command.getOptionValueSource(name) !== 'cli') completed[name] = valueOf(path, key, option, value);
    }
    return E.right(completed as Given);
  } catch (error) {
    return E.left(fileError(path, error));
  }
}

/** @throws BadConfig for what is no JSON object */
function parse(path: string, text: string): object {
  const refuse = (reason: string): never => {
    throw new BadConfig({ path, reason });
  };
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value
      : refuse('it is no JSON object');
  } catch (error) {
    return error instanceof BadConfig
      ? refuse(error.data.reason)
      : refuse(`it is no JSON (${(error as Error).message})`);
  }
}
