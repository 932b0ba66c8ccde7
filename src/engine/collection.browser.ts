/**
 * Collecting in a browser, in place of `collection.ts`: it does so when it wants to.
 */

/** Nothing. */
export function collectGarbage(): void {}

/** Nothing. */
export function forgetKeptReferences(): void {}
