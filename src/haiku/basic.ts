/** Layers without much of their own: sequences, dropout, embeddings, biases. Source: haiku/_src/basic.py, embed.py, bias.py. */

import type { NdArray } from '../array/array.js';
import { type ArrayLike, scalar } from '../array/convert.js';
import { isInteger } from '../array/dtype.js';
import { checkOptions } from '../array/options.js';
import { canonicalAxis } from '../array/shape.js';
import { DTypeMismatch, InvalidArgument, ShapeMismatch } from '../error/error.js';
import * as lax from '../lax/elementwise.js';
import { asArray, asIndices, cast } from '../lax/operand.js';
import { add, divide, multiply } from '../numpy/arithmetic.js';
import { takeRows } from '../numpy/joining.js';
import { dot } from '../numpy/linear.js';
import { broadcastTo } from '../numpy/shape.js';
import * as primitive from '../primitive/index.js';
import { bernoulli } from '../random/discrete.js';
import type { Key } from '../random/key.js';
import { type Initializer, TruncatedNormal, zeros } from './initializers.js';
import { Module, type ModuleOptions } from './module.js';
import { dropoutOptions } from './options.js';
import { getParameter } from './parameter.js';

/** A module, or a plain function: what networks are made of. */
export type Layer = { call(x: NdArray, ...rest: never[]): NdArray } | ((x: NdArray, ...rest: never[]) => NdArray);

/** What a layer makes of `x`; further arguments are for modules that take them. */
export function applyLayer(layer: Layer, x: NdArray, ...rest: unknown[]): NdArray {
  const f = (typeof layer === 'function' ? layer : layer.call.bind(layer)) as (
    x: NdArray,
    ...rest: unknown[]
  ) => NdArray;
  return f(x, ...rest);
}

/** Layers one after another; the first is given all arguments (`hk.Sequential`). */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  constructor(layers: Iterable<Layer>, options: ModuleOptions = {}) {
    super(options);
    this.layers = [...layers];
  }

  call(inputs: NdArray, ...rest: unknown[]): NdArray {
    return this.layers.reduce((x, layer, i) => applyLayer(layer, x, ...(i === 0 ? rest : [])), inputs);
  }
}

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Axes along which all elements share one fate. Default none. */
  readonly broadcastDims?: readonly number[];
}

/**
 * `x` with elements set to 0 with probability `rate`, the others divided by `1 - rate` (`hk.dropout`).
 * @throws InvalidArgument when a plain number `rate` is outside of [0, 1)
 */
export function dropout(rng: Key, rate: number | NdArray, x: NdArray, options: DropoutOptions = {}): NdArray {
  checkOptions('dropout', options, dropoutOptions);
  if (typeof rate === 'number') {
    if (!(rate >= 0 && rate < 1)) {
      throw new InvalidArgument({ op: 'haiku.dropout', argument: 'rate', expected: 'in [0, 1)', actual: `${rate}` });
    }
    if (rate === 0) return x;
  }
  const shared = (options.broadcastDims ?? []).map((d) => canonicalAxis(d, x.ndim, 'haiku.dropout', 'broadcastDims'));
  const shape = x.shape.map((n, i) => (shared.includes(i) ? 1 : n));
  const keepRate = typeof rate === 'number' ? scalar(1 - rate, 'float32', true) : lax.sub(1, rate);
  const keep = broadcastTo(bernoulli(rng, { p: keepRate, shape }), x.shape);
  return divide(multiply(keep, x), keepRate);
}

/** Options of `Embed`. */
export interface EmbedOptions extends ModuleOptions {
  /** The number of different ids. */
  readonly vocabSize?: number | null;
  /** The size of a vector. */
  readonly embedDim?: number | null;
  /** The vectors to begin with: [ids, size]. */
  readonly embeddingMatrix?: ArrayLike | null;
  /** Default truncated normal. */
  readonly wInit?: Initializer | null;
  /** `ONE_HOT` multiplies with a matrix of zeros and ones instead of looking up. Default `ARRAY_INDEX`. */
  readonly lookupStyle?: 'ARRAY_INDEX' | 'ONE_HOT';
}

/**
 * A vector for each id (`hk.Embed`). `embeddings`: [ids, size].
 * @throws InvalidArgument when neither sizes nor a matrix are given
 * @throws ShapeMismatch when the matrix has other sizes than those given
 */
export class Embed extends Module {
  readonly vocabSize: number;
  readonly embedDim: number;
  readonly #init: Initializer;
  readonly #style: 'ARRAY_INDEX' | 'ONE_HOT';

  constructor(options: EmbedOptions) {
    super(options);
    const { vocabSize, embedDim, embeddingMatrix, wInit, lookupStyle = 'ARRAY_INDEX' } = options;
    this.#style = lookupStyle;
    if (embeddingMatrix !== null && embeddingMatrix !== undefined) {
      const matrix = asArray(embeddingMatrix, 'haiku.Embed', 'embeddingMatrix');
      [this.vocabSize, this.embedDim] = matrix.shape;
      if ((vocabSize ?? this.vocabSize) !== this.vocabSize || (embedDim ?? this.embedDim) !== this.embedDim) {
        const expected = `vocabSize and embedDim are ${vocabSize} and ${embedDim}`;
        throw new ShapeMismatch({ op: 'haiku.Embed', argument: 'embeddingMatrix', expected, actual: matrix.shape });
      }
      this.#init = () => matrix;
    } else {
      if (!vocabSize || !embedDim) {
        const expected = 'vocabSize and embedDim, or embeddingMatrix';
        throw new InvalidArgument({ op: 'haiku.Embed', argument: 'options', expected, actual: 'without them' });
      }
      [this.vocabSize, this.embedDim] = [vocabSize, embedDim];
      this.#init = wInit ?? TruncatedNormal();
    }
  }

  get embeddings(): NdArray {
    return getParameter('embeddings', [this.vocabSize, this.embedDim], { init: this.#init });
  }

  /**
   * ids: integers, [...]; returns [..., size].
   * @throws DTypeMismatch when the ids are not integers
   */
  call(ids: ArrayLike): NdArray {
    const indices = asIndices(ids, 'haiku.Embed', 'ids');
    if (!isInteger(indices.dtype)) {
      throw new DTypeMismatch({
        op: 'haiku.Embed',
        argument: 'ids',
        expected: 'ids are integers',
        actual: indices.dtype,
      });
    }
    const matrix = this.embeddings;
    if (this.#style === 'ARRAY_INDEX') return takeRows(matrix, indices, 0);
    const shape = [...indices.shape, this.vocabSize];
    const columns = primitive.iota(indices.dtype, shape, indices.ndim);
    const places = primitive.broadcastInDim(
      indices,
      shape,
      indices.shape.map((_, i) => i),
    );
    return dot(cast(primitive.eq(columns, places), matrix.dtype), matrix, { precision: 'highest' });
  }
}

/** Options of `Bias`. */
export interface BiasOptions extends ModuleOptions {
  /** Default zeros. */
  readonly bInit?: Initializer | null;
}

/** Adds a parameter `b` of the shape of one example: all axes but the first (`hk.Bias`). */
export class Bias extends Module {
  readonly #init: Initializer;

  constructor(options: BiasOptions = {}) {
    super(options);
    this.#init = options.bInit ?? zeros;
  }

  call(inputs: NdArray): NdArray {
    return add(inputs, getParameter('b', inputs.shape.slice(1), { dtype: inputs.dtype, init: this.#init }));
  }
}
