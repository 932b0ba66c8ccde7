/**
 * Batching of convolutions: a batch axis of the input joins its batch, one of the kernels joins their outputs, and one
 * of both makes groups.
 */
import type { NdArray } from '../array/array.js';
import type { BatchDim, BatchResult } from '../ir/primitive.js';
import { type ConvolutionParams, convGeneralDilated } from './convolution.js';
import { moveAxis, reshape } from './structure.js';

/** Axis `source` becomes the outer factor of axis `target` (counted without `source`). */
function joinAxis(x: NdArray, source: number, target: number): NdArray {
  const moved = moveAxis(x, source, target);
  const shape = [...moved.shape.slice(0, target), moved.shape[target] * moved.shape[target + 1]];
  return reshape(moved, [...shape, ...moved.shape.slice(target + 2)]);
}

/** Axis `axis` cut into an outer axis of size `outer` and the rest after it. */
function cutAxis(x: NdArray, axis: number, outer: number): NdArray {
  const inner = outer === 0 ? 0 : x.shape[axis] / outer;
  return reshape(x, [...x.shape.slice(0, axis), outer, inner, ...x.shape.slice(axis + 1)]);
}

/** The batch axis put inside the groups of axis `target`: groups stay outermost. */
function joinInsideGroups(x: NdArray, source: number, target: number, groups: number): NdArray {
  const front = cutAxis(moveAxis(x, source, 0), target + 1, groups);
  // Now: batch first, groups at target + 1, the rest of the axis at target + 2.
  const inside = moveAxis(front, 0, target + 1);
  const merged = [
    ...inside.shape.slice(0, target),
    inside.shape[target] * inside.shape[target + 1] * inside.shape[target + 2],
  ];
  return reshape(inside, [...merged, ...inside.shape.slice(target + 3)]);
}

/** The convolution of batched operands, and where the result's batch axis is. */
export function batchConvolution(
  lhs: NdArray,
  rhs: NdArray,
  dl: BatchDim,
  dr: BatchDim,
  params: ConvolutionParams,
): BatchResult {
  const { lhsSpec, rhsSpec, outSpec } = params.dimensionNumbers;
  const { featureGroupCount, batchGroupCount } = params;
  if (dl !== null && dr !== null) {
    const size = lhs.shape[dl];
    const byBatch = batchGroupCount > 1;
    const output = convGeneralDilated(
      joinAxis(lhs, dl, byBatch ? lhsSpec[0] : lhsSpec[1]),
      joinAxis(rhs, dr, rhsSpec[0]),
      {
        ...params,
        featureGroupCount: byBatch ? featureGroupCount : featureGroupCount * size,
        batchGroupCount: byBatch ? batchGroupCount * size : batchGroupCount,
      },
    );
    return { outputs: [cutAxis(output, outSpec[1], size)], dims: [outSpec[1]] };
  }
  if (dl !== null) {
    const size = lhs.shape[dl];
    const input =
      batchGroupCount === 1 ? joinAxis(lhs, dl, lhsSpec[0]) : joinInsideGroups(lhs, dl, lhsSpec[0], batchGroupCount);
    return { outputs: [cutAxis(convGeneralDilated(input, rhs, params), outSpec[0], size)], dims: [outSpec[0]] };
  }
  const d = dr as number;
  const size = rhs.shape[d];
  const groups = Math.max(featureGroupCount, batchGroupCount);
  if (groups === 1) {
    const output = convGeneralDilated(lhs, joinAxis(rhs, d, rhsSpec[0]), params);
    return { outputs: [cutAxis(output, outSpec[1], size)], dims: [outSpec[1]] };
  }
  const output = convGeneralDilated(lhs, joinInsideGroups(rhs, d, rhsSpec[0], groups), params);
  // Output features are groups, batch, the rest: the batch axis comes out, the groups go back.
  const parts = cutAxis(cutAxis(output, outSpec[1], groups), outSpec[1] + 1, size);
  return { outputs: [joinAxis(moveAxis(parts, outSpec[1] + 1, 0), outSpec[1] + 1, outSpec[1] + 1)], dims: [0] };
}
