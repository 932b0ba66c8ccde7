/**
 * Programs on several devices: where a program runs, given where its arguments are and what was asked for.
 *
 * An array that was put somewhere stays there, and the program goes to it; arrays on the default device go where they are
 * needed. Everything that was put, every mesh that the program speaks of, and every sharding that was asked for must
 * agree on one list of devices.
 */
import { DeviceArray } from '../array/array.js';
import { ShardedBuffer } from '../array/sharded-buffer.js';
import type { CompileOptions, Engine, PlacedExecutable, Placement } from '../engine/engine.js';
import { ForeignDevice, IncompatibleDevices, NotOnManyDevices, ShardingMismatch } from '../error/sharding.js';
import type { Jaxpr } from '../ir/jaxpr.js';
import { type Device, idsOf, sameDevices } from '../sharding/device.js';
import type { Sharding } from '../sharding/sharding.js';
import type { Program } from './dispatch.js';
import { ShapeDtypeStruct } from './make-jaxpr.js';

/** Shardings that were asked for: one for each input and output of the whole jaxpr, null where nothing was said. */
export interface WantedShardings {
  readonly inputs: readonly (Sharding | null)[];
  readonly outputs: readonly (Sharding | null)[];
}

/** Where values are that were put somewhere, or stand for such; null for all others. */
export const placesOf = (values: readonly unknown[]): (Sharding | null)[] =>
  values.map((x) => {
    if (x instanceof DeviceArray) return x.placed?.sharding ?? null;
    return x instanceof ShapeDtypeStruct ? (x.options.sharding ?? null) : null;
  });

/** Where a program runs; null for the default device alone. @throws IncompatibleDevices, ShardingMismatch */
export function placementOf(
  { jaxpr, usedIn, forwarded, inputNames }: Program,
  places: readonly (Sharding | null)[],
  wanted: WantedShardings | null,
  name: string,
): Placement | null {
  const inputName = (i: number): string => inputNames?.[i] ?? `argument ${i}`;
  let devices: readonly Device[] | null = null;
  let first = '';
  const meet = (what: string, others: readonly Device[]): void => {
    if (devices === null) {
      devices = others;
      first = what;
    } else if (!sameDevices(devices, others)) {
      const lists = { firstDevices: idsOf(devices), secondDevices: idsOf(others) };
      throw new IncompatibleDevices({ op: name, first, second: what, ...lists });
    }
  };
  const inputs: (Sharding | null)[] = [];
  places.forEach((place, i) => {
    if (!usedIn[i]) return;
    const asked = wanted?.inputs[i] ?? null;
    if (place !== null) meet(inputName(i), place.devices);
    if (asked !== null) meet(`inShardings for ${inputName(i)}`, asked.devices);
    if (place !== null && asked !== null && !place.isEquivalentTo(asked, jaxpr.invars[inputs.length].aval.ndim)) {
      throw new ShardingMismatch({ op: name, argument: inputName(i), expected: `${asked}`, actual: `${place}` });
    }
    inputs.push(asked ?? place);
  });
  for (const mesh of jaxpr.meshes) meet(`${mesh} inside of the function`, mesh.devices);
  const outputs = (wanted?.outputs ?? forwarded.map(() => null)).filter((_, k) => forwarded[k] === null);
  outputs.forEach((sharding) => {
    if (sharding !== null) meet('outShardings', sharding.devices);
  });
  return devices === null ? null : { devices, inputs, outputs };
}

/** @throws ForeignDevice for a device that the engine has not */
export function checkDevices(op: string, wanted: readonly Device[], engine: Engine): void {
  const known = engine.devices();
  const foreign = wanted.find(({ id, platform }) => known[id]?.platform !== platform);
  if (foreign === undefined) return;
  const device = `${foreign.platform}:${foreign.id}`;
  throw new ForeignDevice({ op, device, engine: engine.name, known: known.map((d) => `${d.platform}:${d.id}`) });
}

interface Compiled {
  readonly engine: Engine;
  readonly placement: Placement;
  readonly donate: string;
  readonly executable: PlacedExecutable;
}

const compiled = new WeakMap<Jaxpr, Compiled[]>();

const sameShardings = (a: readonly (Sharding | null)[], b: readonly (Sharding | null)[]): boolean =>
  a.every((x, i) => x === b[i] || (x !== null && b[i] !== null && x.key === b[i].key));

/** Compiles a program for a placement; remembered. @throws NotOnManyDevices, CompileError */
export function placedExecutable(
  { jaxpr }: Program,
  engine: Engine,
  options: CompileOptions,
  placement: Placement,
): PlacedExecutable {
  const known = compiled.get(jaxpr) ?? [];
  compiled.set(jaxpr, known);
  const donate = options.donate?.join() ?? '';
  const found = known.find(
    (c) =>
      c.engine === engine &&
      c.donate === donate &&
      sameDevices(c.placement.devices, placement.devices) &&
      sameShardings(c.placement.inputs, placement.inputs) &&
      sameShardings(c.placement.outputs, placement.outputs),
  );
  if (found) return found.executable;
  const refuse = (reason: string): never => {
    throw new NotOnManyDevices({ op: options.name, devices: placement.devices.length, reason });
  };
  checkDevices(options.name, placement.devices, engine);
  if (!engine.compilePlaced) return refuse(`the engine '${engine.name}' has one device`);
  if (jaxpr.needsHost && !engine.runsHost) return refuse('it calls a function on the host');
  const executable = engine.compilePlaced(jaxpr, options, placement);
  known.unshift({ engine, placement, donate, executable });
  return executable;
}

/** Copies on a placement's devices of arrays that nobody put there, so that captured arrays travel once. */
const copies = new WeakMap<DeviceArray, ShardedBuffer>();

/** The blocks of an array as a program wants them, brought there if need be. */
export function blocksFor(array: DeviceArray, sharding: Sharding, engine: Engine): ShardedBuffer {
  const { placed, ndim, dtype, shape } = array;
  if (placed?.sharding.isEquivalentTo(sharding, ndim)) return placed;
  const copy = copies.get(array);
  if (copy && !copy.deleted && copy.sharding.isEquivalentTo(sharding, ndim)) return copy;
  const made = ShardedBuffer.put(engine, array.readHost(), dtype, shape, sharding);
  copies.set(array, made);
  return made;
}
