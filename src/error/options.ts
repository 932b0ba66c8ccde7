/**
 * Mistakes in the options object that closes a call.
 */
import { defineError } from './error.js';

/** The number of letters to insert, delete or exchange until two words are equal (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/** The name that was probably meant: the same but for case and underscores, or off by two letters at most. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (word: string): string => word.replaceAll('_', '').toLowerCase();
  const [best] = names
    .map((known) => ({ known, far: distance(plain(name), plain(known)) }))
    .sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.min(2, best.known.length - 1) ? best.known : undefined;
}

/** An options object has a name in it that the function does not know. */
export const UnknownOption = defineError(
  'UnknownOption',
  ({ op, argument, known }: { op: string; argument: string; known: readonly string[] }) => {
    const meant = nearest(argument, known);
    const list = known.length === 0 ? 'it has no options' : `its options are ${known.join(', ')}`;
    return `${op}: there is no option '${argument}'; ${list}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
  },
  TypeError,
);
