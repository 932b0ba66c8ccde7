/** Mistakes with files of weather: what a training job cannot use, and why. */
import { defineError } from './error.js';

/** A file has no axis of a kind that weather needs. */
export const MissingAxis = defineError(
  'MissingAxis',
  (d: { path: string; axis: string; available: readonly string[] }) =>
    `${d.path} has no ${d.axis}; its dimensions are ${d.available.join(', ') || 'none'}. ` +
    'An axis is known by its standard_name or units (CF conventions), or by a usual name such as lat, lon, level, time.',
);
export type MissingAxis = InstanceType<typeof MissingAxis>;

/** A file has two axes where weather has one. */
export const AmbiguousAxis = defineError(
  'AmbiguousAxis',
  (d: { path: string; axis: string; dimensions: readonly string[] }) =>
    `${d.path} has several dimensions that are a ${d.axis}: ${d.dimensions.join(', ')}. Select one position along all but one of them.`,
);
export type AmbiguousAxis = InstanceType<typeof AmbiguousAxis>;

/** A variable of a file cannot be learnt from. */
export const UnusableVariable = defineError(
  'UnusableVariable',
  (d: { path: string; variable: string; reason: string }) => `${d.path}: ${d.variable} cannot be used: ${d.reason}.`,
);
export type UnusableVariable = InstanceType<typeof UnusableVariable>;

/** No variable of a file can be learnt from. */
export const NoUsableVariable = defineError(
  'NoUsableVariable',
  (d: { path: string; reasons: readonly string[] }) =>
    `${d.path} has no variable to learn from${d.reasons.length > 0 ? `: ${d.reasons.join('; ')}` : ', for it has none at all'}.`,
);
export type NoUsableVariable = InstanceType<typeof NoUsableVariable>;

/** The times of a file are no sequence of equal steps, or too few. */
export const UnusableTimes = defineError(
  'UnusableTimes',
  (d: { path: string; reason: string }) => `${d.path}: its times cannot be used: ${d.reason}.`,
);
export type UnusableTimes = InstanceType<typeof UnusableTimes>;

/** The statistics that a model normalizes by are not there. */
export const MissingStatistics = defineError(
  'MissingStatistics',
  (d: { folder: string; file: string }) =>
    `${d.folder} has no ${d.file}, which a model needs to normalize the weather. Training writes it beside its checkpoint; ` +
    '`fluxion graphcast stats --data FILE --out FOLDER` computes it; DeepMind publishes it beside each of its models.',
);
export type MissingStatistics = InstanceType<typeof MissingStatistics>;

/** Weather, or its statistics, and a model do not belong together. */
export const UnfitWeather = defineError(
  'UnfitWeather',
  (d: { path: string; what: string; expected: string; actual: string; repair: string }) =>
    `${d.path} does not fit the model: ${d.what} must be ${d.expected}, not ${d.actual}. ${d.repair}`,
);
export type UnfitWeather = InstanceType<typeof UnfitWeather>;
