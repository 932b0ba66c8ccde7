/**
 * Changing the element type.
 */
import type { NdArray } from '../array/array.js';
import type { DType } from '../array/dtype.js';
import { isInexact } from '../array/dtype.js';
import { fromNumbers, readNumbers } from '../array/numeric.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';

export const convertElementTypeP = definePrimitive<{ newDtype: DType; weakType: boolean }>((self) => ({
  name: 'convert_element_type',
  type: ([x], { newDtype, weakType }) => [x.withDType(newDtype, weakType)],
  evaluate: ([x], { newDtype }) => [fromNumbers(newDtype, x.shape, readNumbers(x))],
  derivative: linear(self, ([ct], [x]) => [
    mapCotangent(ct, x.aval, (c) => (isInexact(x.aval.dtype) ? convertElementType(c, x.aval.dtype) : c)),
  ]),
  batch: ([x], [dim], { newDtype }) => ({ outputs: [convertElementType(x, newDtype)], dims: [dim] }),
  lower: (e, [x], { newDtype }) => [e.convert(x, newDtype)],
}));
export const convertElementType = (x: NdArray, newDtype: DType): NdArray =>
  x.dtype === newDtype ? x : bindOne(convertElementTypeP, [x], { newDtype, weakType: false });
