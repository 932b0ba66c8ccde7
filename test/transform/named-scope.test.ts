import { describe, expect, test } from 'vitest';
import {
  config,
  DeviceArray,
  explainNan,
  grad,
  InvalidArgument,
  jit,
  makeJaxpr,
  type NdArray,
  namedCall,
  namedScope,
} from '../../src/index.js';
import { describeXla } from '../helpers/xla.js';
import { add, log, mul, sin, sqrt, sum } from './numpy.js';

config.update('engine', 'reference');

const vector = (...values: number[]): NdArray =>
  DeviceArray.fromHost({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });
const scopes = (f: (x: NdArray) => unknown): (string | undefined)[] =>
  makeJaxpr(f)(vector(1, 2)).jaxpr.equations.map((e) => e.location?.scope);

describe('namedScope', () => {
  test('names nest, and end', () => {
    const f = (x: NdArray): NdArray => {
      const y = namedScope('encoder', () =>
        add(
          namedScope('layer1', () => sin(x)),
          1,
        ),
      );
      return mul(y, 2);
    };
    expect(scopes(f)).toEqual(['encoder/layer1', 'encoder', undefined]);
  });

  test('the backward pass keeps the names of the forward pass', () => {
    const loss = (x: NdArray): NdArray => sum(namedScope('head', () => sin(x)));
    expect(new Set(scopes(grad(loss)))).toEqual(new Set(['head', undefined]));
  });

  test('a program that is used in a scope stands in it with its own names', () => {
    const inner = jit((x: NdArray) => namedScope('inner', () => sin(x)), { inline: true });
    expect(scopes((x) => namedScope('outer', () => inner(x)))).toEqual(['outer/inner']);
  });

  test('is told by explainNan', () => {
    const f = (x: NdArray): NdArray => sum(namedScope('decoder', () => sqrt(x)));
    expect(explainNan(f)(vector(0)).origin?.location).toMatch(/ \(f\), in decoder$|in decoder$/);
  });

  test('needs a name', () => {
    expect(() => namedScope('', () => 1)).toThrow(InvalidArgument);
  });
});

describe('namedCall', () => {
  test('names operations after the function, or as told', () => {
    const block = namedCall(function block(x: NdArray) {
      return log(x);
    });
    expect(scopes(block)).toEqual(['block']);
    expect(scopes(namedCall((x: NdArray) => log(x), { name: 'tower' }))).toEqual(['tower']);
  });
});

describeXla('namedScope on xla', () => {
  test('gives operations of the module a name, and changes no number', () => {
    config.update('engine', 'xla');
    const f = jit((x: NdArray) => namedScope('encoder', () => mul(sin(x), x)));
    expect(f.lower(vector(1, 2)).asText()).toContain('loc("encoder/sin")');
    expect(f(vector(0, 0)).jsSync()).toEqual([0, 0]);
  });
});
