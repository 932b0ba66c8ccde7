/** What the laws throw. */
import { defineError } from 'fluxion';

/** A law does not hold. `data.failures` names those that failed; the message shows everything. */
export const LawBroken = defineError('LawBroken', (d: { report: string; failures: readonly string[] }) => d.report);
export type LawBroken = InstanceType<typeof LawBroken>;
