/**
 * A device: one processor of an engine, with memory of its own.
 */

/** One device of an engine. */
export interface Device {
  readonly id: number;
  /** `cpu`, `cuda`, `tpu`, `js`. */
  readonly platform: string;
  /** What the device calls itself. */
  readonly kind: string;
  /** The process that can reach its memory. @default 0 */
  readonly processIndex?: number;
}

/** The ids of devices, as programs name them. */
export const idsOf = (devices: readonly Device[]): number[] => devices.map(({ id }) => id);

/** Whether two lists hold the same devices in the same order. */
export const sameDevices = (a: readonly Device[], b: readonly Device[]): boolean =>
  a === b || (a.length === b.length && a.every(({ id, platform }, i) => id === b[i].id && platform === b[i].platform));
