/**
 * Which engines there are, and which one runs.
 *
 * The front door registers a way to open each engine, best first; the first that opens is used, or the one that
 * `config.update('engine', name)` names.
 */
import { type Either, isRight } from 'fp-ts/lib/Either.js';
import { config } from '../config.js';
import { defineError, type FluxionError } from '../error/error.js';
import type { Engine } from './engine.js';

/** No engine of the wanted name could be opened. */
export const EngineUnavailable = defineError(
  'EngineUnavailable',
  (d: { engine: string; reasons: Readonly<Record<string, string>> }) =>
    `The engine '${d.engine}' cannot be used. ` +
    Object.entries(d.reasons)
      .map(([name, reason]) => `${name}: ${reason}`)
      .join(' ') +
    ' Run `npx fluxion doctor` for more.',
);

type Open = () => Either<FluxionError, Engine>;

interface Entry {
  readonly open: Open;
  readonly byNameOnly: boolean;
}

const openers = new Map<string, Entry>();
const opened = new Map<string, Engine>();
let current: Engine | null = null;

config.onChange(() => {
  current = null;
});

/** Adds an engine; the ones added first are preferred, save those that are used only when they are named. */
export function registerEngine(name: string, open: Open, { byNameOnly = false } = {}): void {
  openers.set(name, { open, byNameOnly });
}

/** The names of all engines that are known, best first. */
const engineNames = (): string[] => [...openers.keys()];

/** The names of the engines to try when none is named. */
const preferred = (): string[] => engineNames().filter((name) => openers.get(name)?.byNameOnly === false);

/**
 * The engine that programs run on now.
 * @throws EngineUnavailable when the configured engine cannot be opened
 */
export function currentEngine(): Engine {
  if (current !== null) return current;
  const wanted = config.read('engine');
  const candidates = wanted === 'auto' ? preferred() : [wanted];
  const reasons: Record<string, string> = {};
  for (const name of candidates) {
    const already = opened.get(name);
    if (already) {
      current = already;
      return already;
    }
    const result = openers.get(name)?.open() ?? null;
    if (result === null) reasons[name] = `there is no engine of that name; there are ${engineNames().join(', ')}.`;
    else if (isRight(result)) {
      opened.set(name, result.right);
      current = result.right;
      return result.right;
    } else reasons[name] = result.left.message;
  }
  throw new EngineUnavailable({ engine: wanted, reasons });
}
