/**
 * `pmap`: `vmap` whose examples are on devices of their own, as a thin layer over `shardMap` and `jit`.
 *
 * Source: jax.pmap, which is such a layer itself.
 */
import { DeviceArray, type NdArray } from '../array/array.js';
import { currentEngine } from '../engine/registry.js';
import { InvalidArgument } from '../error/error.js';
import { NotEnoughDevices } from '../error/sharding.js';
import { reshape } from '../primitive/structure.js';
import type { Device } from '../sharding/device.js';
import { Mesh } from '../sharding/mesh.js';
import { PartitionSpec } from '../sharding/partition-spec.js';
import { flatten, unflatten } from '../tree/tree.js';
import type { Arrays } from '../tree/types.js';
import { nameOf } from './flat-function.js';
import { type Jitted, jit } from './jit.js';
import { flattenArrays } from './leaves.js';
import { shardMap } from './shard-map.js';

/** Options of `pmap`. */
export interface PmapOptions {
  /** A name by which collectives inside can speak of the mapped axis. @default 'pmap' */
  readonly axisName?: string;
  /** For each argument, 0 to map over its leading axis, null to give all devices the whole. @default 0 */
  readonly inAxes?: 0 | null | readonly (0 | null)[];
  /** 0 to stack the results, null where all devices have the same. @default 0 */
  readonly outAxes?: 0 | null;
  /** @default the engine's devices, as many as the mapped axis has entries */
  readonly devices?: readonly Device[];
  readonly donateArgnums?: number | readonly number[];
}

const withoutFirst = (x: NdArray): NdArray => reshape(x, x.shape.slice(1));
const withFirst = (x: NdArray): NdArray => reshape(x, [1, ...x.shape]);

/** Every array of a tree changed. */
function mapLeaves(tree: unknown, f: (x: NdArray) => NdArray): unknown {
  const { leaves, treedef } = flattenArrays(tree, 'pmap', 'a value');
  return unflatten(treedef, leaves.map(f));
}

/**
 * The function that maps `f` over the leading axis of its arguments, one example on each device (`jax.pmap`).
 *
 * @throws NotEnoughDevices, InvalidArgument when the mapped axes have unlike sizes
 */
export function pmap<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: PmapOptions = {},
): (...args: A) => Arrays<R> {
  const { axisName = 'pmap', inAxes = 0, outAxes = 0, devices, donateArgnums } = options;
  const op = `pmap(${nameOf(f as (...args: never[]) => unknown)})`;
  const compiled = new Map<string, Jitted<A, R>>();

  const axesFor = (count: number): readonly (0 | null)[] => {
    if (!Array.isArray(inAxes)) return new Array<0 | null>(count).fill(inAxes as 0 | null);
    if (inAxes.length === count) return inAxes;
    const expected = `one entry for each of the ${count} arguments`;
    throw new InvalidArgument({ op, argument: 'inAxes', expected, actual: JSON.stringify(inAxes) });
  };

  const compile = (size: number, axes: readonly (0 | null)[]): Jitted<A, R> => {
    const all = devices ?? currentEngine().devices();
    if (size > all.length) {
      throw new NotEnoughDevices({ op, needed: size, available: all.length, platform: currentEngine().platform });
    }
    const mesh = new Mesh(all.slice(0, size), [axisName]);
    const one = (...blocks: unknown[]): unknown => {
      const examples = blocks.map((block, i) => (axes[i] === null ? block : mapLeaves(block, withoutFirst)));
      const result = (f as unknown as (...all: unknown[]) => unknown)(...examples);
      return outAxes === null ? result : mapLeaves(result, withFirst);
    };
    const [whole, parts] = [new PartitionSpec(), new PartitionSpec(axisName)];
    const inSpecs = axes.map((axis) => (axis === null ? whole : parts));
    const outSpecs = outAxes === null ? whole : parts;
    const mapped = shardMap(one as unknown as (...args: A) => R, {
      mesh: mesh as Mesh,
      inSpecs,
      outSpecs,
      checkVma: false,
    });
    return jit(mapped as unknown as (...args: A) => R, { donateArgnums });
  };

  const mapped = (...args: A): Arrays<R> => {
    const axes = axesFor(args.length);
    const sizes = new Set(
      args.flatMap((arg, i) => (axes[i] === null ? [] : flatten(arg)[0].map((leaf) => leadingSize(leaf)))),
    );
    const [size] = sizes;
    if (sizes.size !== 1 || size === undefined) {
      const actual = sizes.size === 0 ? 'no mapped axis' : `leading axes of sizes ${[...sizes].join(', ')}`;
      throw new InvalidArgument({ op, argument: 'the arguments', expected: 'arrays with equal leading axes', actual });
    }
    const key = `${size}:${currentEngine().name}:${axes.join()}`;
    const known = compiled.get(key) ?? compile(size, axes);
    compiled.set(key, known);
    return known(...args);
  };
  Object.defineProperty(mapped, 'name', { value: op });
  return mapped;
}

const leadingSize = (leaf: unknown): number | undefined =>
  leaf instanceof DeviceArray || (typeof leaf === 'object' && leaf !== null && 'shape' in leaf)
    ? (leaf as { readonly shape: readonly number[] }).shape[0]
    : undefined;
