/** Numbers with names. */
export const pi = Math.PI;
export const e = Math.E;
/** Euler's constant. */
export const eulerGamma = 0.5772156649015329;
export const inf = Number.POSITIVE_INFINITY;
export const nan = Number.NaN;
