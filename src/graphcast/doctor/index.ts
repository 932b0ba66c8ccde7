/** What is wrong with a file of weather, and its repair. */
export { type Examination, type ExamineOptions, examine, fixesOf } from './examine.js';
export type { Finding, Fix, Severity } from './finding.js';
export { applyFixes, type Fixed } from './fix.js';
