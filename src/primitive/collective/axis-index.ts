/**
 * Which example of a mapped axis this is. Source: jax.lax.axis_index.
 */
import type { NdArray } from '../../array/array.js';
import { shaped } from '../../array/aval.js';
import type { Emitter, Value } from '../../ir/lowering.js';
import { sdy, shardingText } from '../../ir/shardy.js';
import { PartitionSpec } from '../../sharding/partition-spec.js';
import { bindOne } from '../../trace/context.js';
import { nonDifferentiable } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { iota } from '../structure.js';
import { collectiveRules } from './kit.js';

export const axisIndexP = definePrimitive<{ axisName: string }>(() => ({
  name: 'axis_index',
  type: () => [shaped([], 'int32')],
  derivative: nonDifferentiable('axisIndex has no array among its inputs'),
  // Another axis never asks: nothing among its inputs can have a batch axis.
  batch: (_args, _dims, _params, axis) => ({ outputs: [iota('int32', [axis.size])], dims: [0] }),
  ...collectiveRules<{ axisName: string }>(
    'axisIndex',
    ({ axisName }) => [axisName],
    (e, _x, { axisName }) => coordinate(e, axisName),
  ),
}));

/** The position of the device along an axis of the mesh. Devices are numbered row by row. */
function coordinate(e: Emitter, axisName: string): Value {
  const { mesh, axes } = e.manual as NonNullable<Emitter['manual']>;
  const unsigned = shaped([], 'uint32');
  const number = (): Value => {
    const id = e.many('partition_id', [], [unsigned])[0];
    const row = e.op('divide', [id, e.constant(mesh.strideOf(axisName), unsigned)], unsigned);
    return e.convert(e.op('remainder', [row, e.constant(mesh.shape[axisName], unsigned)], unsigned), 'int32');
  };
  const free = mesh.axisNames.filter((name) => !axes.includes(name));
  if (free.length === 0) return number();
  // Only code that is written for one device along all axes may ask which device it is.
  const region = e.manualRegion({ mesh, axes: mesh.axisNames }, [], () => [number()]);
  const attributes = {
    in_shardings: sdy.perValue([]),
    out_shardings: sdy.perValue([shardingText(e.meshSymbol(mesh), new PartitionSpec(), 0)]),
    manual_axes: sdy.manualAxes(free),
  };
  return e.op('sdy.manual_computation', [], shaped([], 'int32'), attributes, [region]);
}
export const axisIndex = (axisName: string): NdArray => bindOne(axisIndexP, [], { axisName });
