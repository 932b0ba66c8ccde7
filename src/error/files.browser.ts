/**
 * Source files in a browser, in place of `files.ts`: a bundle mixes the user's lines with ours, so that no frame of a
 * stack is known to be the user's.
 */
import type { Place } from './files.js';

/** True: nothing tells whose a line is. */
export const isOwnFile = (_file: string): boolean => true;

/** The place as it is. */
export const originalPlace = (place: Place): Place => place;
