/** Everything that programs are made of. A word that is listed twice comes twice as often. */
import type { Word } from '../scope.js';
import { contraction } from './contraction.js';
import { control } from './control.js';
import { elementwise } from './elementwise.js';
import { indexing } from './indexing.js';
import { reduction } from './reduction.js';
import { structure } from './structure.js';

export const vocabulary: readonly Word[] = [elementwise, reduction, structure, indexing, contraction, control].flatMap(
  (words) => Object.values(words),
);
