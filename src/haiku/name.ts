/**
 * Names of modules: paths like `mlp/~/linear_0`, made as haiku makes them, so that published checkpoints read by name.
 *
 * A module made by another one is named after it: `parent/child` when made in its `call`, `parent/~/child` in its
 * constructor, `parent/~method/child` in another method. Source: haiku/_src/module.py.
 */
import { InvalidArgument, NameError } from '../error/error.js';
import type { Frame, Level } from './frame.js';

/** `DeepTypedGraphNet` to `deep_typed_graph_net`, `MLP` to `mlp`. */
export const snakeCase = (name: string): string =>
  name.replace(/((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))/g, '_$1').toLowerCase();

/**
 * The Python name of a method: `networksBuilder` to `networks_builder`; a leading underscore stays.
 */
export const methodName = (name: string): string => name.replace(/(?<=[a-z0-9])([A-Z])/g, '_$1').toLowerCase();

const identifier = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** @throws InvalidArgument when a name is not what Python calls an identifier */
export function checkName(name: string): void {
  if (identifier.test(name)) return;
  throw new InvalidArgument({
    op: 'haiku.Module',
    argument: 'name',
    expected: 'made of letters, digits and underscores, and not begin with a digit',
    actual: `'${name}'`,
  });
}

/** `linear_12` to `linear` and 12. */
function nameAndNumber(name: string): [string, number | null] {
  const match = /^(.*)_(0|[1-9]\d*)$/s.exec(name);
  return match === null ? [name, null] : [match[1], Number(match[2])];
}

/** Remembers a name as used among the modules made on a level. */
function reserve(level: Level, name: string): void {
  if (level.usedNames.has(name)) {
    throw new NameError({ op: 'haiku.Module', name, reason: 'is the name of two modules; give one of them another' });
  }
  level.usedNames.add(name);
  const [stem, number] = nameAndNumber(name);
  level.counters.set(stem, Math.max(level.counters.get(stem) ?? 0, (number ?? 0) + 1));
}

/**
 * The full name of a module that is made now.
 * @throws NameError when a name that ends in a number is taken already
 */
export function uniqueName(frame: Frame, name: string): string {
  const { level } = frame;
  const prefix =
    level.module === null
      ? ''
      : `${level.module.moduleName}/${level.method === 'call' ? '' : level.method === '~' ? '~/' : `~${level.method}/`}`;
  const [stem, number] = nameAndNumber(prefix + name);
  const n = number ?? level.counters.get(stem) ?? 0;
  const full = number !== null || n > 0 ? `${stem}_${n}` : stem;
  reserve(level, full);
  return full;
}
