/**
 * How an array is cut: for each of its axes, the axes of the mesh that it is spread over.
 *
 *     P('data', null, ['model', 'stage'])     axis 0 over data, axis 1 whole, axis 2 over model and stage
 *
 * Axes that are not mentioned are whole; mesh axes that are not mentioned hold copies.
 * Source: jax.sharding.PartitionSpec.
 */

/** The compiler may choose how to spread this axis (`PartitionSpec.UNCONSTRAINED`). */
export const UNCONSTRAINED: unique symbol = Symbol('UNCONSTRAINED');

/** What an axis is spread over: nothing, one mesh axis, several (the first varies slowest), or as the compiler likes. */
export type Partition<Axis extends string = string> = null | Axis | readonly Axis[] | typeof UNCONSTRAINED;

/** The mesh axes for each axis of an array. Immutable. */
export class PartitionSpec<Axis extends string = string> {
  static readonly UNCONSTRAINED: typeof UNCONSTRAINED = UNCONSTRAINED;
  readonly partitions: readonly Partition<Axis>[];

  constructor(...partitions: readonly Partition<Axis>[]) {
    this.partitions = Object.freeze(partitions.map((p) => (Array.isArray(p) ? Object.freeze([...p]) : p)));
  }

  /** The mesh axes of one axis of the array. */
  axesOf(dimension: number): readonly Axis[] {
    const partition = this.partitions[dimension] ?? null;
    if (partition === null || partition === UNCONSTRAINED) return [];
    return typeof partition === 'string' ? [partition] : partition;
  }

  /** True for an axis left to the compiler. */
  isOpen(dimension: number): boolean {
    return this.partitions[dimension] === UNCONSTRAINED;
  }

  /** True when some axis is left to the compiler. */
  get hasOpen(): boolean {
    return this.partitions.includes(UNCONSTRAINED);
  }

  /** All mesh axes that are mentioned. */
  get axes(): readonly Axis[] {
    return this.partitions.flatMap((_, i) => this.axesOf(i));
  }

  /** The spec with an entry more, in front of entry `dimension`. */
  inserted(dimension: number, partition: Partition<Axis>): PartitionSpec<Axis> {
    const padded = Array.from(
      { length: Math.max(dimension, this.partitions.length) },
      (_, i) => this.partitions[i] ?? null,
    );
    return new PartitionSpec<Axis>(...padded.slice(0, dimension), partition, ...padded.slice(dimension));
  }

  /** For keys made of parameters: `UNCONSTRAINED` has no JSON of its own. */
  toJSON(): string {
    return this.toString();
  }

  /** Entries as Python writes them: `P('data', None, ('model', 'stage'))` with our names. */
  toString(): string {
    const text = (p: Partition<Axis>): string =>
      p === UNCONSTRAINED ? 'UNCONSTRAINED' : p === null ? 'null' : JSON.stringify(p).replaceAll('"', "'");
    return `P(${this.partitions.map(text).join(', ')})`;
  }
}

/** A partition spec, as JAX's users write it: `P('data', null)`. */
export const P: {
  <const Axis extends string = never>(...partitions: readonly Partition<Axis>[]): PartitionSpec<Axis>;
  readonly UNCONSTRAINED: typeof UNCONSTRAINED;
} = Object.assign(
  <const Axis extends string>(...partitions: readonly Partition<Axis>[]) => new PartitionSpec<Axis>(...partitions),
  { UNCONSTRAINED } as const,
);
