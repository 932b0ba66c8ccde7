/**
 * Shardy's notation for shardings: how a lowered program says where arrays are.
 *
 *     #sdy.sharding<@mesh, [{"x"}, {}, {?}]>       axis 0 over x, axis 1 whole, axis 2 as the compiler likes
 *
 * Source: the Shardy dialect; https://openxla.org/shardy/sdy_dialect
 */
import type { Mesh } from '../sharding/mesh.js';
import type { PartitionSpec } from '../sharding/partition-spec.js';
import type { Attribute } from './lowering.js';

/** The mesh axes along which code is written for one device at a time: inside of `shardMap`. */
export interface Manual {
  readonly mesh: Mesh;
  readonly axes: readonly string[];
}

const quoted = (axes: readonly string[]): string[] => axes.map((axis) => JSON.stringify(axis));

/**
 * `<@mesh, [{"x"}, {}]>` for an array of `ndim` axes.
 *
 * @param open true where the compiler may cut further along axes of the mesh that are not mentioned
 */
export function shardingText(symbol: string, spec: PartitionSpec, ndim: number, open = false): string {
  const dimensions = Array.from({ length: ndim }, (_, i) => {
    const entries = quoted(spec.axesOf(i));
    if (open || spec.isOpen(i)) entries.push('?');
    return `{${entries.join(', ')}}`;
  });
  return `<${symbol}, [${dimensions.join(', ')}]>`;
}

/** Attributes of operations of the `sdy` dialect. */
export const sdy = {
  sharding: (text: string): Attribute => `#sdy.sharding${text}`,
  perValue: (texts: readonly string[]): Attribute => `#sdy.sharding_per_value<[${texts.join(', ')}]>`,
  manualAxes: (axes: readonly string[]): Attribute => `#sdy<manual_axes{${quoted(axes).join(', ')}}>`,
  /** `#sdy.mesh<["x"=2, "y"=4]>` */
  mesh: (mesh: Mesh): Attribute =>
    `#sdy.mesh<[${mesh.axisNames.map((name, i) => `${JSON.stringify(name)}=${mesh.axisSizes[i]}`).join(', ')}]>`,
} as const;
