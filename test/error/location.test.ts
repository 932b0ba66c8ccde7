import { customJvp, grad, makeJaxpr, type NdArray, vmap } from 'fluxion';
import * as jnp from 'fluxion/numpy';
import { describe, expect, test } from 'vitest';
import type { Equation } from '../../src/ir/jaxpr.js';

const equationsOf = (f: (x: NdArray) => NdArray, x: NdArray): readonly Equation[] =>
  makeJaxpr(f)(x).jaxpr.equations as readonly Equation[];
const functionsOf = (equations: readonly Equation[]): (string | null | undefined)[] => [
  ...new Set(equations.map((e) => e.location?.functionName)),
];
const x = jnp.array([0.5, 2]);

describe('the location of an equation', () => {
  test('is the line of the user, for every equation that a derivative or a batching rule makes of one operation', () => {
    function product(x: NdArray): NdArray {
      return x.mul(x).mul(x);
    }
    function cosine(x: NdArray): NdArray {
      return jnp.cos(product(x)).sum();
    }
    const equations = equationsOf(vmap(grad(cosine)), jnp.ones([3, 2]));
    expect(equations.length).toBeGreaterThan(8);
    for (const { location } of equations) expect(location?.file).toContain('location.test.ts');
    expect(functionsOf(equations)).toEqual(expect.arrayContaining(['product', 'cosine']));
  });

  test('is a line of the rule, inside of a forward rule that the user wrote', () => {
    const cube = customJvp((x: NdArray) => x.mul(x).mul(x));
    cube.defjvp(function rule([x]: readonly NdArray[], [dx]: readonly NdArray[]) {
      return [cube(x), dx.mul(x).mul(x).mul(3)];
    });
    const equations = equationsOf(
      grad((x: NdArray) => cube(x).sum()),
      x,
    );
    const ofRule = equations.filter((e) => e.location?.functionName === 'rule');
    expect(ofRule.length).toBeGreaterThan(2);
  });

  test('is found however deep in functions of the library the operation is made', () => {
    const nest = (f: (x: NdArray) => NdArray, depth: number): ((x: NdArray) => NdArray) =>
      depth === 0 ? f : (x) => vmap(nest(f, depth - 1))(x);
    const equations = equationsOf(
      nest(function innermost(x) {
        return jnp.sin(x);
      }, 6),
      jnp.ones([1, 1, 1, 1, 1, 1, 2]),
    );
    expect(functionsOf(equations)).toEqual(['innermost']);
  });
});
