/**
 * Taylor mode: a function along a curve, with all derivatives up to some order at once.
 *
 *     jet(f, [x], [[x', x'', ...]]) = [f(x), [(f o x)', (f o x)'', ...]]
 *
 * Values travel as truncated power series. A linear primitive maps each coefficient, a bilinear one convolves, the
 * elementary functions have recurrences (`series.ts`), which cost the square of the order where nested forward mode costs
 * a power of two. Everything else follows from its own derivative rule: the series of y' = Df(x) x' is one order shorter,
 * and its coefficients divided by 1, 2, ... are those of y.
 * Source: jax.experimental.jet; Bettencourt, Johnson & Duvenaud, "Taylor-Mode Automatic Differentiation for
 * Higher-Order Derivatives in JAX", 2019.
 */

import type { NdArray } from '../array/array.js';
import type { ShapedArray } from '../array/aval.js';
import { checkArgument } from '../array/kind.js';
import { sameShape } from '../array/shape.js';
import { InvalidArgument, ShapeMismatch } from '../error/error.js';
import type { Primitive, Tangent } from '../ir/primitive.js';
import { isZero, Zero } from '../ir/zero.js';
import { convertElementType } from '../primitive/convert.js';
import { like, mul } from '../primitive/elementwise.js';
import { rebroadcast } from '../primitive/pointwise.js';
import { bind, currentTrace, Trace, withNewTrace, withTrace } from '../trace/context.js';
import { instantiate } from '../trace/derivative.js';
import { AbstractTracer } from '../trace/tracer.js';
import { flatten } from '../tree/tree.js';
import type { MapLeaves } from '../tree/types.js';
import { FlatFunction, nameOf } from './flat-function.js';
import { evaluateJaxpr } from './interpret.js';
import { seriesRules } from './jet-rules.js';
import { hasTangent } from './jvp.js';
import { arraysOf, toInexact } from './leaves.js';
import { convolve, type Series } from './series.js';

/** A value along the curve. */
class JetTracer extends AbstractTracer {
  constructor(
    readonly trace: JetTrace,
    readonly series: Series,
  ) {
    super();
  }

  get aval(): ShapedArray {
    return this.series[0].aval;
  }
}

class JetTrace extends Trace {
  constructor(
    readonly parent: Trace,
    readonly order: number,
    readonly description: string,
  ) {
    super();
  }

  wrap(series: Series): NdArray {
    return series.slice(1).every(isZero) ? series[0] : new JetTracer(this, series);
  }

  unwrap(value: NdArray): Series {
    if (value instanceof JetTracer && value.trace === this) return value.series;
    const zeros = Array.from({ length: this.order }, (): Tangent => new Zero(value.aval.strong));
    return [value, ...zeros];
  }

  override bind<P extends object>(primitive: Primitive<P>, args: readonly NdArray[], params: P): NdArray[] {
    const series = args.map((x) => this.unwrap(x));
    const primals = series.map((x) => x[0]);
    const { derivative } = primitive;
    if (args.every((x, i) => x === primals[i]) || derivative.kind === 'none') {
      return withTrace(this.parent, () => bind(primitive, primals, params));
    }
    if (primitive.called) return evaluateJaxpr(primitive.called(params), args);
    const outputs = withTrace(this.parent, () => this.#propagate(primitive, series, params));
    return outputs.map((y) => this.wrap(y));
  }

  #propagate<P extends object>(primitive: Primitive<P>, operands: readonly Series[], params: P): Series[] {
    const rule = seriesRules.get(primitive);
    if (rule) return [spread(rule(operands, params as never))];
    const structure = primitive.derivative.kind === 'smooth' ? primitive.derivative.structure : undefined;
    if (structure?.kind === 'bilinear') {
      return [convolve(operands[0], operands[1], (x, y) => bind(primitive, [x, y], params)[0])];
    }
    if (structure?.kind === 'linear') {
      const positions = structure.positions ?? operands.map((_, i) => i);
      if (operands.every((x, i) => positions.includes(i) || x.slice(1).every(isZero))) {
        return mapCoefficients(primitive, operands, positions, params);
      }
    }
    return fromDerivative(primitive, operands, params, this.description);
  }
}

/** Every coefficient in the shape of the first: where a scalar stood for an array, some are still scalars. */
const spread = ([first, ...rest]: Series): Series => [
  first,
  ...rest.map((c) => (isZero(c) ? new Zero(first.aval.strong) : rebroadcast(c, first.shape))),
];

function mapCoefficients<P extends object>(
  primitive: Primitive<P>,
  operands: readonly Series[],
  positions: readonly number[],
  params: P,
): Series[] {
  const firsts = bind(
    primitive,
    operands.map((x) => x[0]),
    params,
  );
  const columns: [NdArray, ...Tangent[]][] = firsts.map((y) => [y]);
  for (let k = 1; k < operands[0].length; k++) {
    const moves = positions.some((i) => !isZero(operands[i][k]));
    const args = operands.map((x, i) => (positions.includes(i) ? x[k] : x[0]));
    const outputs = moves ? bind(primitive, args.map(instantiate), params) : null;
    columns.forEach((column, i) => {
      column.push(outputs ? outputs[i] : new Zero(firsts[i].aval.strong));
    });
  }
  return columns;
}

/** y[k] = (Df(x) x')[k-1] / k */
function fromDerivative<P extends object>(
  primitive: Primitive<P>,
  operands: readonly Series[],
  params: P,
  description: string,
): Series[] {
  const { derivative } = primitive;
  if (derivative.kind === 'none') throw new TypeError('unreachable: bind does not ask for such a derivative');
  const order = operands[0].length - 1;
  const shorter = new JetTrace(currentTrace(), order - 1, description);
  const velocity = ([, ...rest]: Series): Series | null => {
    if (rest.every(isZero)) return null;
    const [first, ...more] = rest.map((c, j) => (isZero(c) ? c : mul(c, like(c, j + 1))));
    return [instantiate(first), ...more];
  };
  return withNewTrace(shorter, () => {
    const truncated = operands.map((x) => shorter.wrap(x.slice(0, order) as unknown as Series));
    const directions = operands.map((x): Tangent => {
      const v = velocity(x);
      return v ? shorter.wrap(v) : new Zero(x[0].aval.strong);
    });
    const result = derivative.jvp(truncated, directions, params);
    return result.primals.map((y, i): Series => {
      const [value] = shorter.unwrap(y);
      const tangent = result.tangents[i];
      const slopes = isZero(tangent)
        ? Array.from({ length: order }, () => new Zero(value.aval.strong))
        : withTrace(shorter.parent, () =>
            shorter.unwrap(tangent).map((c, k) => (isZero(c) ? c : mul(c, like(c, 1 / (k + 1))))),
          );
      return [value, ...slopes];
    });
  });
}

const factorial = (k: number): number => (k <= 1 ? 1 : k * factorial(k - 1));

/** One array's derivatives along the curve: the first, the second, ... */
export type Terms = readonly (NdArray | number)[];

/**
 * The value of `f` and its derivatives along a curve (`jax.experimental.jet.jet`).
 *
 * @param primals the arguments of `f`, each one an array: the curve at t = 0
 * @param series for each of them the derivatives of the curve at t = 0, from the first to the highest order wanted
 * @returns `[value, terms]`: the tree of `f`'s result, and the same tree with a list of derivatives at each leaf
 * @throws InvalidArgument when the lists have unlike lengths, or a primal is a tree
 * @throws ShapeMismatch when a derivative does not have the shape of its primal
 * @example jet((x: NdArray) => jnp.sin(x), [0], [[1, 0, 0]]) // => [0, [1, 0, -1]]
 */
export function jet<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  primals: readonly [...A] | readonly (NdArray | number)[],
  series: readonly Terms[],
): [value: MapLeaves<R, NdArray>, terms: MapLeaves<R, readonly NdArray[]>] {
  checkArgument('jet', 'f', f, 'function');
  checkArgument('jet', 'primals', primals, 'list');
  checkArgument('jet', 'series', series, 'list');
  const name = nameOf(f as (...args: never[]) => unknown);
  const orders = new Set(series.map((terms) => terms.length));
  const [order = 0] = orders;
  if (orders.size !== 1 || series.length !== primals.length || order === 0) {
    throw new InvalidArgument({
      op: 'jet',
      argument: 'series',
      expected: `${primals.length} lists of one length, at least 1: the derivatives of each primal`,
      actual: `${series.length} of lengths ${series.map((terms) => terms.length).join(', ')}`,
    });
  }
  const flat = primals.map((x) => flatten(x));
  const values = flat.map(([leaves, def], i) => {
    if (def.kind === 'leaf') return toInexact(arraysOf(leaves, 'jet', () => [`primals[${i}]`])[0]);
    throw new InvalidArgument({
      op: 'jet',
      argument: `primals[${i}]`,
      expected: 'an array',
      actual: `the tree ${def}`,
    });
  });
  const coefficients = values.map((x, i): Series => [x, ...series[i].map((term, k) => coefficient(x, term, i, k))]);
  const description = `jet(${name})`;
  const flatF = new FlatFunction(
    f as unknown as (...args: never[]) => unknown,
    flat.map((x) => x[1]),
    'jet',
  );
  const trace = new JetTrace(currentTrace(), order, description);
  const results = withNewTrace(trace, () =>
    flatF.call(coefficients.map((x) => trace.wrap(x))).map((y) => trace.unwrap(y)),
  );
  const terms = results.map(([, ...rest]) =>
    Object.freeze(
      rest.map((c, k) => {
        const y = instantiate(c);
        return k === 0 ? y : mul(y, like(y, factorial(k + 1)));
      }),
    ),
  );
  return [
    flatF.outputs(results.map((y) => y[0])) as MapLeaves<R, NdArray>,
    flatF.outputs(terms) as MapLeaves<R, readonly NdArray[]>,
  ];
}

/** The power series' coefficient from a derivative: divided by the factorial. */
function coefficient(x: NdArray, term: NdArray | number, i: number, k: number): Tangent {
  const path = `series[${i}][${k}]`;
  const value = arraysOf([term], 'jet', () => [path])[0];
  if (!sameShape(value.shape, x.shape)) {
    throw new ShapeMismatch({
      op: 'jet',
      argument: path,
      expected: `its primal has shape [${x.shape.join(', ')}]`,
      actual: value.shape,
    });
  }
  if (!hasTangent(x.aval)) return new Zero(x.aval);
  const y = convertElementType(value, x.dtype);
  return k === 0 ? y : mul(y, like(y, 1 / factorial(k + 1)));
}
