/** Words with bodies: loops, branches, calls, functions with derivatives of their own. */
import { isFloat } from '../../../src/array/dtype.js';
import { config, type NdArray } from '../../../src/index.js';
import * as lax from '../../../src/lax/index.js';
import type { Ref } from '../program.js';
import type { Scope, Word } from '../scope.js';

const first = (xs: NdArray): NdArray => lax.indexInDim(xs, 0, { keepdims: false });
/** None, or one value of the program around. */
const captures = (s: Scope): Ref[] => (s.choose(2) === 1 ? [s.any()] : []);

const scan: Word = (s) => {
  const init = s.value((v) => isFloat(v.dtype) && v.ndim < 2);
  const xs = s.any(1);
  const captured = captures(s);
  const body = s.body([s.at(init), first(s.at(xs))], captured, [s.at(init)], true);
  const options = { reverse: s.choose(2) === 1, unroll: 1 + s.choose(2) };
  s.emit('scan', [init, xs], { bodies: [body], captured, options });
};

const foriLoop: Word = (s) => {
  const init = s.any();
  const counter = lax.full([], 1, { dtype: config.enableX64 ? 'int64' : 'int32' });
  const captured = captures(s);
  const body = s.body([counter, s.at(init)], captured, [s.at(init)]);
  s.emit('foriLoop', [0, 1 + s.choose(3), init], { bodies: [body], captured });
};

const whileLoop: Word = (s) => {
  const init = s.float();
  const captured = captures(s);
  const body = s.body([s.at(init)], captured, [s.at(init)]);
  const [low, high] = [0, 3].map((n) => s.emit('full', [[], n], { options: { dtype: 'int32' } }));
  const limit =
    s.choose(2) === 1 ? s.emit('clamp', [low, s.value((v) => v.dtype === 'int32' && v.ndim === 0), high]) : high;
  s.emit('whileLoop', [limit, init], { bodies: [body], captured });
};

const cond: Word = (s) => {
  const pred = s.value((v) => v.dtype === 'bool' && v.ndim === 0);
  const operands = [s.float(), s.any()];
  const captured = captures(s);
  const own = operands.map((x) => s.at(x));
  const bodies = [s.body(own, captured, own), s.body(own, captured, own)];
  s.emit('cond', [pred, ...operands], { bodies, captured });
};

const switched: Word = (s) => {
  const index = s.value((v) => v.dtype === 'int32' && v.ndim === 0);
  const operand = s.float();
  const captured = captures(s);
  const own = [s.at(operand)];
  const bodies = [0, 1, 2].map(() => s.body(own, captured, own));
  s.emit('switch', [index, operand], { bodies, captured });
};

const mapped: Word = (s) => {
  const xs = s.any(1);
  const captured = captures(s);
  const body = s.body([first(s.at(xs))], captured, [], true);
  const batchSize = s.choose(3);
  s.emit('map', [xs], { bodies: [body], captured, options: batchSize > 0 ? { batchSize } : {} });
};

const associativeScan: Word = (s) => {
  const x = s.number(1);
  const options = { axis: s.axis(x), reverse: s.choose(2) === 1 };
  s.emit('associativeScan', [s.one(['add', 'mul', 'max']), x], { options });
};

const called: Word = (s) => {
  const operands = [s.float(), s.any()];
  const captured = captures(s);
  const body = s.body(
    operands.map((x) => s.at(x)),
    captured,
    [s.at(operands[0])],
    true,
  );
  s.emit(s.one(['jit', 'checkpoint']), operands, { bodies: [body], captured });
};

const customRule: Word = (s) => {
  const operands = [s.float(), s.float()];
  const own = operands.map((x) => s.at(x));
  s.emit(s.one(['customJvp', 'customVjp']), operands, { bodies: [s.body(own, [], [own[0]])] });
};

/** A scalar that decides: whether a sum is positive. */
const decision: Word = (s) => {
  const x = s.float();
  const sum = s.emit('reduceSum', [x, s.at(x).shape.map((_, i) => i)]);
  s.emit('gt', [sum, s.emit('full', [[], s.one([0, 0.3, -0.4])], { options: { dtype: s.at(x).dtype } })]);
};

export const control: Readonly<Record<string, Word>> = {
  scan,
  loop: scan,
  foriLoop,
  whileLoop,
  cond,
  branch: cond,
  switched,
  mapped,
  associativeScan,
  called,
  customRule,
  decision,
};
