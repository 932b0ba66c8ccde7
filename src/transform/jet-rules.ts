/**
 * The primitives whose power series have a recurrence of their own; all others follow from their derivative
 * (`transform/jet.ts`).
 */
import type { NdArray } from '../array/array.js';
import type { AnyPrimitive } from '../ir/jaxpr.js';
import * as e from '../primitive/elementwise.js';
import {
  exponential,
  logarithm,
  logistic,
  minus,
  multiply,
  plus,
  quotient,
  type Series,
  sineAndCosine,
  squareRoot,
  tangentOf,
  wholePower,
} from './series.js';

/** The series of the result from those of the operands. */
export type SeriesRule = (operands: readonly Series[], params: never) => Series;

const unary =
  (rule: (x: Series) => Series): SeriesRule =>
  ([x]) =>
    rule(x);
const binary =
  (rule: (x: Series, y: Series) => Series): SeriesRule =>
  ([x, y]) =>
    rule(x, y);

/** The series of 1 + x, of which only the first coefficient differs. */
const plusOne = (x: Series): Series => [e.add(x[0], e.like(x[0], 1)), ...x.slice(1)] as unknown as Series;
/** A series with another first coefficient. */
const from = (first: NdArray, y: Series): Series => [first, ...y.slice(1)] as unknown as Series;

const circular = (x: Series) => sineAndCosine(x, e.sin(x[0]), e.cos(x[0]), -1);
const hyperbolic = (x: Series) => sineAndCosine(x, e.sinh(x[0]), e.cosh(x[0]), 1);

export const seriesRules: ReadonlyMap<AnyPrimitive, SeriesRule> = new Map<AnyPrimitive, SeriesRule>([
  [e.addP, binary(plus)],
  [e.subP, binary(minus)],
  [e.mulP, binary(multiply)],
  [e.divP, binary(quotient)],
  [e.squareP, unary((x) => multiply(x, x))],
  [e.integerPowP, ([x], { y }: { y: number }) => wholePower(x, y)],
  [e.expP, unary((x) => exponential(x, e.exp(x[0])))],
  [e.expm1P, unary((x) => from(e.expm1(x[0]), exponential(x, e.exp(x[0]))))],
  [e.logP, unary((x) => logarithm(x, e.log(x[0])))],
  [e.log1pP, unary((x) => logarithm(plusOne(x), e.log1p(x[0])))],
  [e.logisticP, unary((x) => logistic(x, e.logistic(x[0])))],
  [e.sqrtP, unary((x) => squareRoot(x, e.sqrt(x[0])))],
  [e.sinP, unary((x) => circular(x).sine)],
  [e.cosP, unary((x) => circular(x).cosine)],
  [e.sinhP, unary((x) => hyperbolic(x).sine)],
  [e.coshP, unary((x) => hyperbolic(x).cosine)],
  [e.tanP, unary((x) => tangentOf(x, e.tan(x[0]), 1))],
  [e.tanhP, unary((x) => tangentOf(x, e.tanh(x[0]), -1))],
]);
