/**
 * Which example of a mapped axis this is. Source: jax.lax.axis_index.
 */
import type { NdArray } from '../../array/array.js';
import { shaped } from '../../array/aval.js';
import { bindOne } from '../../trace/context.js';
import { nonDifferentiable } from '../../trace/derivative.js';
import { definePrimitive } from '../../trace/primitive.js';
import { iota } from '../structure.js';
import { unbound } from './kit.js';

export const axisIndexP = definePrimitive<{ axisName: string }>(() => ({
  name: 'axis_index',
  type: () => [shaped([], 'int32')],
  derivative: nonDifferentiable('axisIndex has no array among its inputs'),
  // Another axis never asks: nothing among its inputs can have a batch axis.
  batch: (_args, _dims, _params, axis) => ({ outputs: [iota('int32', [axis.size])], dims: [0] }),
  ...unbound<{ axisName: string }>('axisIndex', ({ axisName }) => [axisName]),
}));
export const axisIndex = (axisName: string): NdArray => bindOne(axisIndexP, [], { axisName });
