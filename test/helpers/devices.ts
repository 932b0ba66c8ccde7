/**
 * Tests on eight devices: on XLA, where the CPU poses as them, and on the judge, which only pretends.
 *
 * To be imported before anything is computed: the number of devices is fixed by the first computation.
 */

import type { NdArray } from '../../src/index.js';
import { config, makeMesh } from '../../src/index.js';
import { type Mesh, P, type PartitionSpec } from '../../src/sharding/index.js';

config.update('numCpuDevices', 8);

/** The mesh of the fixtures. */
export const mesh2x4 = (): Mesh<'x' | 'y'> => makeMesh([2, 4], ['x', 'y']);

/** A spec as it stands in a fixture: the mesh axes of each axis. */
export type SpecJson = readonly (string | readonly string[] | null)[];
export const specOf = (json: SpecJson): PartitionSpec<'x' | 'y'> => P(...json) as PartitionSpec<'x' | 'y'>;

/** The greatest absolute difference of two arrays. */
export function difference(x: NdArray, y: NdArray): number {
  const [a, b] = [x.dataSync(), y.dataSync()];
  let greatest = x.shape.join() === y.shape.join() ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) greatest = Math.max(greatest, Math.abs(Number(a[i]) - Number(b[i])));
  return greatest;
}

const KINDS = ['all-reduce', 'all-gather', 'reduce-scatter', 'all-to-all', 'collective-permute'] as const;

/** How often each collective stands in an optimized program. */
export const collectivesOf = (text: string): Record<(typeof KINDS)[number], number> =>
  Object.fromEntries(
    KINDS.map((kind) => [kind, text.match(new RegExp(`\\s${kind}(?:-start)?\\(`, 'g'))?.length ?? 0]),
  ) as Record<(typeof KINDS)[number], number>;
