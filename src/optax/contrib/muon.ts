/**
 * Muon: momentum whose matrices are made orthogonal, so that all directions get steps of the same size. Other parameters
 * are trained by AdamW.
 *
 *     m' = beta m + (1 - beta) g        u = -learningRate sqrt(max(1, out / in)) orthogonal(mHat)
 *     orthogonal(X): X <- a X + b (X X') X + c (X X')^2 X, nsSteps times, from X / ||X||     (Newton-Schulz)
 *
 * Sources: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024; Liu et al., "Muon is Scalable
 * for LLM Training", 2025; Boissin et al., "Turbo-Muon", 2025 (`aol`); Ahn et al., "Dion", 2025; optax.
 */

import type { NdArray } from '../../array/array.js';
import type { ArrayLike } from '../../array/convert.js';
import type { DType } from '../../array/dtype.js';
import { isComplex } from '../../array/dtype.js';
import { checkOptions } from '../../array/options.js';
import { InvalidArgument, ShapeMismatch } from '../../error/error.js';
import { vmap } from '../../transform/vmap.js';
import { flatten, registerPytreeNode, unflatten } from '../../tree/tree.js';
import { adamw, correctedMean } from '../adam.js';
import { alias, filled } from '../alias.js';
import * as jnp from '../arithmetic.js';
import { chain } from '../chain.js';
import { type ScalarOrSchedule, scaleByLearningRate } from '../learning-rate.js';
import type { MaskOrFn } from '../masked.js';
import { safeIncrement, zeroCount } from '../numerics.js';
import { type PartitionStateType, partition } from '../partition.js';
import { GradientTransformation, type NoState, type StateType, stateless } from '../transformation.js';
import { cast } from '../tree/casting.js';
import { leafwise } from '../tree/leafwise.js';
import { updateMoment, zerosLike } from '../tree/math.js';
import { addDecayedWeights } from '../weight-decay.js';
import { dimensionNumbersOptions, muonOptions, scaleByMuonOptions } from './options.js';
import { spectralNorm } from './singular-vectors.js';

/** Which axes of a parameter are its inputs, and which its outputs; the others are a batch of matrices. */
class DimensionNumbers {
  constructor(
    readonly reductionAxis: number | readonly number[],
    readonly outputAxis: number | readonly number[],
  ) {}
}
registerPytreeNode(
  DimensionNumbers,
  (node) => [[], node],
  (node) => node,
);

/** Options of `MuonDimensionNumbers`. */
export interface DimensionNumbersOptions {
  /** The input axes. Default 0. */
  readonly reductionAxis?: number | readonly number[];
  /** The output axes. Default 1. */
  readonly outputAxis?: number | readonly number[];
}
export type MuonDimensionNumbers = DimensionNumbers;
/** Which axes of a parameter are its inputs, and which its outputs; the others are a batch of matrices. */
export const MuonDimensionNumbers = (options: DimensionNumbersOptions = {}): MuonDimensionNumbers =>
  new DimensionNumbers(
    checkOptions('MuonDimensionNumbers', options, dimensionNumbersOptions).reductionAxis ?? 0,
    options.outputAxis ?? 1,
  );

/** One for all parameters, a tree of them (null: not by Muon), or a function of the parameters. */
export type WeightDimNumOrFn = unknown;

const isDims = (node: unknown): node is DimensionNumbers =>
  node instanceof DimensionNumbers ||
  (typeof node === 'object' && node !== null && 'reductionAxis' in node && 'outputAxis' in node);

/** A parameter as a batch of matrices `[batch, in, out]`, and back. */
export function matricesOf(x: NdArray, dims: DimensionNumbers) {
  const op = 'muon';
  if (x.ndim < 2) {
    throw new ShapeMismatch({ op, argument: 'a parameter', expected: 'it must have at least 2 axes', actual: x.shape });
  }
  const axesOf = (axes: number | readonly number[]): number[] =>
    (typeof axes === 'number' ? [axes] : axes).map((axis) => (axis < 0 ? axis + x.ndim : axis));
  const [inputs, outputs] = [axesOf(dims.reductionAxis), axesOf(dims.outputAxis)];
  if (inputs.some((axis) => outputs.includes(axis))) {
    throw new InvalidArgument({
      op,
      argument: 'weightDimensionNumbers',
      expected: 'input and output axes that are disjoint',
      actual: `${inputs.join(', ')} and ${outputs.join(', ')}`,
    });
  }
  const batch = x.shape.map((_, i) => i).filter((i) => !inputs.includes(i) && !outputs.includes(i));
  const order = [...batch, ...inputs, ...outputs];
  const back = order.map((_, i) => order.indexOf(i));
  const sizes = (axes: readonly number[]): number => axes.reduce((n, axis) => n * x.shape[axis], 1);
  const [fanIn, fanOut] = [sizes(inputs), sizes(outputs)];
  return {
    fanIn,
    fanOut,
    split: (y: NdArray): NdArray => jnp.reshape(jnp.transpose(y, { axes: order }), [sizes(batch), fanIn, fanOut]),
    join: (y: NdArray): NdArray =>
      jnp.transpose(
        jnp.reshape(
          y,
          order.map((axis) => x.shape[axis]),
        ),
        { axes: back },
      ),
  };
}

/** How a matrix is scaled before, or in, the first iteration. */
export type Preconditioning = 'frobenius' | 'spectral' | 'aol' | 'schatten';
/** Three numbers for all iterations, or three for each of the last ones. */
export type NsCoeffs = readonly [number, number, number] | readonly (readonly [number, number, number])[];

const presets: { readonly [name: string]: NsCoeffs } = {
  standard: [3.4445, -4.775, 2.0315],
  dion: [
    [4.0848, -6.8946, 2.927],
    [3.9505, -6.3029, 2.6377],
    [3.7418, -5.5913, 2.3037],
    [2.8769, -3.1427, 1.2046],
    [2.8366, -3.0525, 1.2012],
  ],
};

const adjoint = (x: NdArray): NdArray => {
  const t = jnp.swapaxes(x, -1, -2);
  return isComplex(x.dtype) ? jnp.conj(t) : t;
};

type Coefficients = readonly [NdArray, NdArray, NdArray];

/** `a x + (b g + c g g) x` with the Gram matrix `g`. */
function polynomial(x: NdArray, gram: NdArray, [a, b, c]: Coefficients): NdArray {
  const factor = jnp.add(jnp.mul(b, gram), jnp.matmul(jnp.mul(c, gram), gram));
  return jnp.add(jnp.mul(a, x), jnp.matmul(factor, x));
}

/** A wide matrix, scaled so that its singular values are at most about 1; with its Gram matrix. */
function scaled(x: NdArray, preconditioning: Preconditioning, eps: ArrayLike): { x: NdArray; gram: NdArray } {
  const alone = (y: NdArray) => ({ x: y, gram: jnp.matmul(y, adjoint(y)) });
  const frobenius = (y: NdArray): NdArray => jnp.sqrt(jnp.sum(jnp.square(jnp.abs(y))));
  switch (preconditioning) {
    case 'frobenius':
      return alone(jnp.div(x, jnp.add(frobenius(x), eps)));
    case 'spectral':
      return alone(jnp.div(x, jnp.add(spectralNorm(x), eps)));
    case 'aol': {
      const { gram } = alone(x);
      const sums = jnp.sum(jnp.abs(gram), { axis: -1 });
      const s = jnp.expandDims(jnp.rsqrt(jnp.clip(sums, { min: 1e-8 })), -1);
      return { x: jnp.mul(x, s), gram: jnp.mul(jnp.mul(gram, s), jnp.transpose(s)) };
    }
    case 'schatten': {
      const gram = jnp.matmul(x, jnp.transpose(x));
      const s = jnp.rsqrt(jnp.clip(frobenius(gram), { min: 1e-8 }));
      return { x: jnp.mul(x, s), gram: jnp.mul(gram, jnp.square(s)) };
    }
    default:
      throw new InvalidArgument({
        op: 'scaleByMuon',
        argument: 'preconditioning',
        expected: "'frobenius', 'spectral', 'aol' or 'schatten'",
        actual: `'${preconditioning}'`,
      });
  }
}

export interface OrthogonalizeOptions {
  /** The number of iterations. Default 5. */
  readonly nsSteps?: number;
  /** How the matrix is scaled first. Default 'frobenius'. */
  readonly preconditioning?: Preconditioning;
  /** Added to the norm. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** Which axes are inputs and outputs; those of a matrix when null. */
  readonly dimensionNumbers?: MuonDimensionNumbers | null;
}

/**
 * The nearest matrices with orthogonal rows or columns, approximately: singular values come near 1.
 * @throws ShapeMismatch, InvalidArgument
 */
export function orthogonalizeViaNewtonSchulz(
  x: NdArray,
  nsCoeffs: NdArray,
  options: OrthogonalizeOptions = {},
): NdArray {
  const { nsSteps = 5, preconditioning = 'frobenius', eps = 1e-8, dimensionNumbers = null } = options;
  const matrices = matricesOf(x, dimensionNumbers ?? MuonDimensionNumbers());
  const coefficients = jnp.astype(nsCoeffs, x.dtype);
  const isPerStep = coefficients.ndim === 2;
  const steps = isPerStep ? coefficients.shape[0] : nsSteps;
  const at = (step: number): Coefficients => {
    const row = isPerStep ? jnp.at(coefficients, step).get() : coefficients;
    return [0, 1, 2].map((k) => jnp.at(row, k).get()) as unknown as Coefficients;
  };
  const one = (matrix: NdArray): NdArray => {
    const isTall = matrix.shape[0] > matrix.shape[1];
    const first = scaled(isTall ? jnp.transpose(matrix) : matrix, preconditioning, eps);
    let y = first.x;
    for (let step = 0; step < steps; step++) {
      y = polynomial(y, step === 0 ? first.gram : jnp.matmul(y, adjoint(y)), at(step));
    }
    return isTall ? jnp.transpose(y) : y;
  };
  return matrices.join(vmap(one)(matrices.split(x)) as NdArray);
}

/** `f(leaf, dimension numbers)` where Muon trains; the dimension numbers may be one for all, or a tree. */
function withDimensions(
  f: (x: NdArray, dims: DimensionNumbers) => NdArray,
  tree: unknown,
  given: WeightDimNumOrFn,
): unknown {
  const dims = typeof given === 'function' ? (given as (tree: unknown) => unknown)(tree) : given;
  const [leaves, treedef] = flatten(tree);
  const list: unknown[] =
    dims === null || dims === undefined || isDims(dims)
      ? leaves.map(() => dims ?? null)
      : flatten(dims, { isLeaf: (node) => node === null || isDims(node) })[0];
  // A tree of dimension numbers may have nulls where Muon does not train, and the tree of updates nothing there.
  const chosen = list.length === leaves.length ? list : list.filter((d) => d !== null);
  return unflatten(
    treedef,
    leaves.map((leaf, i) => f(leaf as NdArray, (chosen[i] as DimensionNumbers | null) ?? MuonDimensionNumbers())),
  );
}

/** The number of steps, the momentum, the coefficients of the iteration. */
export interface MuonState<Params = unknown> {
  readonly count: NdArray;
  readonly mu: Params;
  readonly nsCoeffs: NdArray;
}
export interface MuonStateType extends StateType {
  readonly state: MuonState<this['params']>;
}

/** Options of `scaleByMuon`. */
export interface ScaleByMuonOptions {
  /** The coefficients of the iteration. Default `[3.4445, -4.775, 2.0315]`. */
  readonly nsCoeffs?: NsCoeffs;
  /** The number of iterations. Default 5. */
  readonly nsSteps?: number;
  /** How much of the momentum is kept in a step. Default 0.95. */
  readonly beta?: ArrayLike;
  /** Added to the norm. Default 1e-8. */
  readonly eps?: ArrayLike;
  /** The dtype of the momentum; that of the parameters when null. */
  readonly muDtype?: DType | null;
  /** Whether the momentum looks one step ahead. Default true. */
  readonly nesterov?: boolean;
  /** Whether updates are multiplied by their product with the momentum, as its dual norm says. Default false. */
  readonly adaptive?: boolean;
  /** How matrices are scaled first. Default 'frobenius'. */
  readonly preconditioning?: Preconditioning;
  /** Which axes are inputs and outputs; those of matrices when null. */
  readonly weightDimensionNumbers?: WeightDimNumOrFn;
}

const scaleDefaults = {
  nsCoeffs: presets.standard,
  nsSteps: 5,
  beta: 0.95,
  eps: 1e-8,
  muDtype: null,
  nesterov: true,
  adaptive: false,
  preconditioning: 'frobenius' as Preconditioning,
  weightDimensionNumbers: null,
};

/**
 * Replaces updates by their orthogonalized momentum; for matrices only.
 * @throws InvalidArgument, ShapeMismatch
 */
export function scaleByMuon(options: ScaleByMuonOptions = {}): GradientTransformation<MuonStateType> {
  checkOptions('scaleByMuon', options, scaleByMuonOptions);
  const o = filled(scaleDefaults, options);
  let coefficients = o.nsCoeffs as readonly (number | readonly number[])[];
  if (Array.isArray(coefficients[0])) {
    if (coefficients.length > o.nsSteps) {
      throw new InvalidArgument({
        op: 'scaleByMuon',
        argument: 'nsCoeffs',
        expected: `at most ${o.nsSteps} rows, one for each step`,
        actual: `${coefficients.length}`,
      });
    }
    coefficients = coefficients.slice(-o.nsSteps);
  }
  return GradientTransformation<MuonStateType>(
    (params) => ({
      count: zeroCount(),
      mu: zerosLike(params, { dtype: o.muDtype }),
      nsCoeffs: jnp.asarray(coefficients as ArrayLike),
    }),
    (updates, state) => {
      const { nsCoeffs } = state;
      const count = safeIncrement(state.count);
      const mu = updateMoment(updates, state.mu, o.beta, 1);
      const mean = correctedMean(updates, mu, o.beta, count, o.nesterov);
      const { nsSteps, preconditioning, eps } = o;
      let orthogonal = withDimensions(
        (x, dimensionNumbers) =>
          orthogonalizeViaNewtonSchulz(x, nsCoeffs, { nsSteps, preconditioning, eps, dimensionNumbers }),
        mean,
        o.weightDimensionNumbers,
      );
      if (o.adaptive) {
        orthogonal = leafwise(
          (...[m, u]: [NdArray, NdArray]) => jnp.mul(jnp.sum(jnp.mul(isComplex(m.dtype) ? jnp.conj(m) : m, u)), u),
          mean,
          orthogonal,
        );
      }
      return [orthogonal, { count, mu: cast(mu, o.muDtype), nsCoeffs }];
    },
  );
}

/** Scales matrices by `sqrt(max(1, out / in))`, or to a root mean square of about `consistentRms`. */
const scaleByShape = (dims: WeightDimNumOrFn, consistentRms: number | null): GradientTransformation<NoState> =>
  stateless((updates) =>
    withDimensions(
      (x, dimensions) => {
        const { fanIn, fanOut } = matricesOf(x, dimensions);
        const factor =
          consistentRms === null
            ? Math.sqrt(Math.max(1, fanOut / fanIn))
            : Math.sqrt(Math.max(fanIn, fanOut)) * consistentRms;
        return jnp.mul(jnp.asarray(factor), x);
      },
      updates,
      dims,
    ),
  );

/** Options of `muon`. */
export interface MuonOptions extends Omit<ScaleByMuonOptions, 'weightDimensionNumbers' | 'nsCoeffs'> {
  /** The coefficients of the iteration, or 'standard' or 'dion'. */
  readonly nsCoeffs?: NsCoeffs | 'standard' | 'dion';
  /** How strongly matrices decay; multiplied by the learning rate. Default 0. */
  readonly weightDecay?: number | NdArray;
  /** Which matrices decay; all when null. */
  readonly weightDecayMask?: MaskOrFn | null;
  /** AdamW's `b1` for the other parameters. Default 0.9. */
  readonly adamB1?: ArrayLike;
  /** AdamW's `b2`. Default 0.999. */
  readonly adamB2?: ArrayLike;
  /** AdamW's `epsRoot`. Default 0. */
  readonly adamEpsRoot?: ArrayLike;
  /** AdamW's weight decay. Default 0. */
  readonly adamWeightDecay?: number | NdArray;
  /** AdamW's learning rate; the same when null. */
  readonly adamLearningRate?: ScalarOrSchedule | null;
  /** Which parameters Muon trains, and along which axes: a tree with null for the others; matrices when null. */
  readonly muonWeightDimensionNumbers?: WeightDimNumOrFn;
  /** The root mean square that updates are scaled to, as AdamW's (0.2); by shape only when null. */
  readonly consistentRms?: number | null;
}

const defaults = {
  ...scaleDefaults,
  weightDecay: 0,
  weightDecayMask: null,
  adamB1: 0.9,
  adamB2: 0.999,
  adamEpsRoot: 0,
  adamWeightDecay: 0,
  adamLearningRate: null,
  muonWeightDimensionNumbers: null,
  consistentRms: null,
};

/**
 * Muon for matrices, AdamW for everything else. `update` needs the parameters.
 *
 * State: `{ innerStates: { muon, adam } }`.
 * @throws InvalidArgument for an unknown name of coefficients
 * @example
 * const tx = optax.contrib.muon(0.1);
 * const w = jnp.array([[1, 2], [0, 1]]);
 * tx.update(jnp.array([[4, -1], [2, 0.5]]), tx.init(w), w)[0] // => [[-0.0590944, 0.0457014], [-0.0419183, -0.0723351]]
 */
export const muon = alias(
  ['learningRate'],
  defaults,
  (learningRate: ScalarOrSchedule, options: MuonOptions = {}): GradientTransformation<PartitionStateType> => {
    checkOptions('muon', options, muonOptions);
    const o = filled(defaults, options as Omit<MuonOptions, 'nsCoeffs'>);
    const given = options.nsCoeffs ?? presets.standard;
    const nsCoeffs = typeof given === 'string' ? presets[given] : given;
    if (nsCoeffs === undefined) {
      throw new InvalidArgument({
        op: 'muon',
        argument: 'nsCoeffs',
        expected: "'standard' or 'dion'",
        actual: `'${given}'`,
      });
    }
    const numbers = o.muonWeightDimensionNumbers as WeightDimNumOrFn | null;
    const dimsFor = (tree: unknown): unknown => (typeof numbers === 'function' ? numbers(tree) : numbers);
    const isDimsLeaf = (node: unknown): boolean => node === null || isDims(node);
    const labels = (params: unknown): unknown => {
      const dims = dimsFor(params);
      if (dims === null || isDims(dims)) return leafwise((x: NdArray) => (x.ndim === 2 ? 'muon' : 'adam'), params);
      const [list, treedef] = flatten(dims, { isLeaf: isDimsLeaf });
      return unflatten(
        treedef,
        list.map((d) => (d === null ? 'adam' : 'muon')),
      );
    };
    const { nsSteps, beta, eps, muDtype, nesterov, adaptive, preconditioning } = o;
    return partition(
      {
        muon: chain(
          scaleByMuon({
            ...{ nsCoeffs, nsSteps, beta, eps, muDtype, nesterov, adaptive, preconditioning },
            weightDimensionNumbers: dimsFor,
          }),
          scaleByShape(dimsFor, o.consistentRms),
          addDecayedWeights({ weightDecay: o.weightDecay, mask: o.weightDecayMask }),
          scaleByLearningRate(learningRate),
        ),
        adam: adamw(o.adamLearningRate ?? learningRate, {
          b1: o.adamB1,
          b2: o.adamB2,
          eps,
          epsRoot: o.adamEpsRoot,
          weightDecay: o.adamWeightDecay,
          muDtype,
          nesterov,
        }),
      },
      labels,
    );
  },
);
