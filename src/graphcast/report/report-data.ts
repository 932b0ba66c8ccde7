/**
 * Everything that the training report shows, as plain data.
 *
 * All values are physical, in the units of the data set (geopotential m2 s-2, temperature K, wind m s-1, ...), never
 * normalized. Times are ISO 8601 in UTC. Losses have no unit.
 */
import type { RmseRow } from './metrics.js';

/** One optimizer step. */
export interface TrainingPoint {
  /** Counted from 1. */
  readonly step: number;
  /** Training loss of this step's batch, before the update. */
  readonly loss: number;
  /** Global L2 norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** The learning rate that this step's update used. */
  readonly learningRate: number;
}

/** The loss on data that training never sees. */
export interface HeldOutPoint {
  /** Steps applied when it was measured; 0 is the untrained model. */
  readonly step: number;
  readonly loss: number;
}

/** Where the values of a map stand. The grid is the product of the two axes, both in degrees, in any order. */
export interface Grid {
  readonly latitudes: ArrayLike<number>;
  readonly longitudes: ArrayLike<number>;
}

/** Values on a grid: `[latitude, longitude]`, row-major. */
export type Field = ArrayLike<number>;

/** One forecast of one variable, beside what it should have been. */
export interface ForecastMap {
  readonly variable: string;
  /** Pressure level in hPa; null for variables that have no level. */
  readonly level: number | null;
  readonly leadHours: number;
  /** The last time that the forecast was given. */
  readonly initialTime: string;
  /** What was to be forecast: the state `leadHours` after the initial time. */
  readonly target: Field;
  readonly forecast: Field;
  /** The state at the initial time: the forecast that nothing changes. */
  readonly persistence: Field;
}

/** What was learned from, and how much of it there is. */
export interface DatasetFacts {
  /** E.g. `ERA5, ensemble of data assimilations`. */
  readonly name: string;
  /** Where it comes from: a package and version, a program and its parameters, a file. */
  readonly origin: string;
  /** Observed weather (a reanalysis counts), or made by a simulation. */
  readonly kind: 'observed' | 'simulated';
  /** The times in the data, in ascending order. */
  readonly times: readonly string[];
  /** Ensemble members or independent simulations at each time. */
  readonly members: number;
  /** What was held out from training, in words; null if nothing was. */
  readonly heldOut: string | null;
  readonly sha256?: string;
  readonly licence?: string;
}

/** A named value in a table. */
export interface Entry {
  readonly name: string;
  readonly value: string | number | boolean | null;
  /** Unit or explanation, shown after the value. */
  readonly note?: string;
}

/** Entries that belong together. */
export interface EntryGroup {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Name and units of a variable that is not one of GraphCast's own, or that is to be called something else. */
export interface VariableFacts {
  readonly label: string;
  /** As in CF metadata: `m2 s-2`. */
  readonly units: string;
}

/** The whole report. */
export interface ReportData {
  readonly title: string;
  /** When the run ended. */
  readonly finishedAt: string;
  /** Wall-clock seconds spent training, compilation included. */
  readonly seconds: number;
  /** Why training ended: it was complete, its time was up, or it was interrupted. */
  readonly outcome: 'finished' | 'out of time' | 'interrupted';
  readonly parameterCount: number;
  readonly training: readonly TrainingPoint[];
  /** Empty if nothing was held out. */
  readonly heldOut: readonly HeldOutPoint[];
  readonly rmse: readonly RmseRow[];
  readonly grid: Grid;
  readonly maps: readonly ForecastMap[];
  readonly dataset: DatasetFacts;
  /** Model, task, optimizer: what one would need to run it again. */
  readonly configuration: readonly EntryGroup[];
  /** Versions, engine, machine, command line, checksums. */
  readonly provenance: readonly Entry[];
  readonly variables?: Readonly<Record<string, VariableFacts>>;
}
