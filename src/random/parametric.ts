/** Samplers whose parameters are arrays: `gamma`, `pareto`, `t`, ... */
import type { NdArray } from '../array/array.js';
import type { ArrayLike } from '../array/convert.js';
import type { DType } from '../array/dtype.js';
import { asArray, cast } from '../lax/operand.js';
import { type Key, takeKey } from './key.js';
import { checkFloat, type ParameterOptions, parameterShape, sample } from './sampler.js';

/** How a sampler is computed of the words of a key, given its parameters in the shape of the result. */
type FromWords = (words: NdArray, shape: readonly number[], dtype: DType, ...parameters: NdArray[]) => NdArray;

/**
 * Makes samplers with array parameters, which are cast to the dtype of the result.
 * @param place brings a parameter to the shape of the result
 */
export const parametricSampler =
  (place: (parameter: NdArray, shape: readonly number[]) => NdArray) =>
  (
    op: string,
    parameters: readonly (readonly [name: string, value: ArrayLike])[],
    key: Key,
    options: ParameterOptions,
    from: FromWords,
  ): NdArray => {
    const dtype = checkFloat(options.dtype, op);
    const values = parameters.map(([name, value]) => cast(asArray(value, op, name), dtype));
    const shape = parameterShape(
      options.shape,
      op,
      values.map((x) => x.shape),
    );
    return sample(op, [shape, dtype], [takeKey(key, op), ...values], (words, ...rest) =>
      from(words, shape, dtype, ...rest.map((x) => place(x, shape))),
    );
  };
