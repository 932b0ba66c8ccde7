/**
 * Mistakes in what `fluxion laws` and `fluxion profile` are pointed at.
 */
import { defineError } from './error.js';

/** A module of the user's cannot be loaded. */
export const CannotLoadModule = defineError(
  'CannotLoadModule',
  (d: { file: string; reason: string; typescript: boolean; node: string }) =>
    d.typescript
      ? `${d.file} is TypeScript, which Node ${d.node} cannot read. Use Node 22.18 or later, start Node with a loader ` +
        `(NODE_OPTIONS='--import tsx'), or give the compiled JavaScript.`
      : `${d.file} cannot be loaded: ${d.reason}`,
);
export type CannotLoadModule = InstanceType<typeof CannotLoadModule>;

/** A module of the user's does not export what is needed. */
export const NoSuchExport = defineError(
  'NoSuchExport',
  (d: { file: string; name: string; expected: string; found: readonly string[] }) =>
    `${d.file} must export '${d.name}': ${d.expected}. It exports ${d.found.join(', ') || 'nothing'}.`,
);
export type NoSuchExport = InstanceType<typeof NoSuchExport>;
