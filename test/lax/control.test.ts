import { describe, expect, test } from 'vitest';
import { BranchMismatch, CarryMismatch } from '../../src/error/control.js';
import {
  config,
  DeviceArray,
  grad,
  InvalidArgument,
  jit,
  jvp,
  makeJaxpr,
  type NdArray,
  NotDifferentiable,
  ShapeMismatch,
  valueAndGrad,
  vjp,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/control.js';
import { add, convertElementType, cos, lt, mul, sin } from '../../src/lax/elementwise.js';
import { reduceSum } from '../../src/primitive/reduce.js';
import { type Call, describeFixtures } from '../helpers/fixtures.js';
import { describeXla } from '../helpers/xla.js';

config.update('engine', 'reference');

const functions: Readonly<Record<string, (...args: never[]) => unknown>> = {
  runningSum: (carry: NdArray, x: NdArray) => [add(carry, x), mul(carry, x)],
  damped: ([p, v]: NdArray[], x: NdArray) => {
    const v1 = add(mul(v, 0.9), x);
    const p1 = add(p, sin(v1));
    return [[p1, v1], p1];
  },
  belowTen: ([value]: NdArray[]) => lt(value, 10),
  double: ([value, count]: NdArray[]) => [mul(value, 2), add(count, 1)],
  sine: (x: NdArray) => sin(x),
  cube: (x: NdArray) => mul(mul(x, x), x),
  half: (x: NdArray) => mul(x, 0.5),
  add: (x: NdArray, y: NdArray) => add(x, y),
  mul: (x: NdArray, y: NdArray) => mul(x, y),
  addIndex: (i: NdArray, x: NdArray) => add(x, mul(convertElementType(i, x.dtype), x)),
};

const isNamed = (value: unknown): value is { function: string } =>
  typeof value === 'object' && value !== null && 'function' in value;
const named = (value: unknown): unknown =>
  isNamed(value) ? functions[value.function] : Array.isArray(value) ? value.map(named) : value;
const leavesOf = (tree: unknown): NdArray[] => (Array.isArray(tree) ? tree.flatMap(leavesOf) : [tree as NdArray]);
const called =
  (f: unknown): Call =>
  (...args: never[]) =>
    leavesOf((f as (...args: unknown[]) => unknown)(...args.map(named)));

const calls: Readonly<Record<string, Call>> = {
  scan: called(lax.scan),
  whileLoop: called(lax.whileLoop),
  foriLoop: called(lax.foriLoop),
  cond: called(lax.cond),
  switch: called(lax.switch),
  map: called(lax.map),
  associativeScan: called(lax.associativeScan),
};

describe('control flow on the reference engine', () => {
  describeFixtures('primitives/control', calls, { ulps: 8, at: 'array' });
});
