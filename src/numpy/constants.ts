/** Numbers with names. */
export const pi = Math.PI;
/** Euler's number. */
export const e = Math.E;
/** Euler's constant. */
export const eulerGamma = 0.5772156649015329;
/** Positive infinity. */
export const inf = Number.POSITIVE_INFINITY;
/** Not a number. */
export const nan = Number.NaN;
