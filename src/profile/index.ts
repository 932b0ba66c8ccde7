/**
 * `fluxion/profile`: where the time of a step goes, and which line of yours asks for the work.
 */
import '../wiring.js';

export { type EquationCost, equationCosts } from './cost.js';
export { costByLine, type LineCost } from './lines.js';
export { type Profile, type ProfileOptions, profile, type StepTime } from './profile.js';
export type { ChromeTrace, TraceEvent } from './trace.js';
