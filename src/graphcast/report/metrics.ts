/**
 * What a training run says of itself in numbers: the contents of `out/metrics.json`.
 *
 * The shape of this file is a promise to other programs; the report and the command line print from the same values.
 */

/** The error of the forecasts of one variable, at one level, one lead time ahead. */
export interface RmseRow {
  /** The variable's name in the data set, e.g. `geopotential`. */
  readonly variable: string;
  /** Pressure level in hPa; null for variables that have no level. */
  readonly level: number | null;
  /** Hours from the forecast's initial time to the time it is valid for. */
  readonly leadHours: number;
  /** Area-weighted root mean square error of the model's forecasts, in the variable's own units. */
  readonly model: number;
  /** The same for the forecast that nothing changes: the state at the initial time. */
  readonly persistence: number;
}

/** The figures of one training run. */
export interface Metrics {
  /** Optimizer steps that were applied to the parameters. */
  readonly steps: number;
  /** Wall-clock seconds spent training, compilation included. */
  readonly seconds: number;
  /** Training loss of the first and of the last step (no unit: squared error of normalized values, weighted). */
  readonly loss: { readonly first: number; readonly last: number };
  readonly rmse: readonly RmseRow[];
}

/**
 * The text of `metrics.json`.
 *
 * JSON has no NaN and no infinity: a loss that diverged is written as null, which a reader can tell from any number.
 */
export function renderMetrics(metrics: Metrics): string {
  const { steps, seconds, loss, rmse } = metrics;
  const rows = rmse.map(({ variable, level, leadHours, model, persistence }) => ({
    variable,
    level,
    leadHours,
    model,
    persistence,
  }));
  return `${JSON.stringify({ steps, seconds, loss: { first: loss.first, last: loss.last }, rmse: rows }, null, 2)}\n`;
}

/**
 * The part of persistence's error that the model removes: `1 - model / persistence`.
 *
 * 1 is a perfect forecast, 0 is no better than persistence, below 0 is worse. NaN where persistence makes no error.
 */
export const skill = ({ model, persistence }: Pick<RmseRow, 'model' | 'persistence'>): number =>
  persistence === 0 ? Number.NaN : 1 - model / persistence;
