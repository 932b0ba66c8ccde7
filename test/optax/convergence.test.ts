/**
 * Where every optimizer goes: the loss along 200 steps of three classical problems, as optax has it.
 *
 * In float64, so that a difference is a mistake and not rounding that grew. The problems are described in
 * test/oracle/optax_convergence.py.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as jnp from '../../src/numpy/index.js';
import * as optax from '../../src/optax/index.js';
import { arrayOf, type JsonArray } from '../helpers/fixtures.js';
import { config, jit, type NdArray, valueAndGrad } from './fluxion.js';
import { call, nest, readJson, type Tree } from './trajectory.js';

config.update('engine', 'reference');
beforeAll(() => config.update('enableX64', true));
afterAll(() => config.update('enableX64', false));

type Problem = 'rosenbrock' | 'bowl' | 'iris';

interface ConvergenceFile {
  readonly steps: readonly number[];
  readonly starts: Readonly<Record<Problem, Readonly<Record<string, JsonArray>>>>;
  readonly curvatures: JsonArray;
  readonly features: JsonArray;
  readonly labels: JsonArray;
  readonly cases: readonly {
    readonly name: string;
    readonly args: readonly unknown[];
    readonly extra?: readonly string[];
    readonly losses: Readonly<Record<Problem, readonly (number | string | null)[]>>;
  }[];
}

const file = readJson('convergence') as ConvergenceFile;
const [curvatures, features, labels] = [file.curvatures, file.features, file.labels].map(arrayOf);

const problems: Readonly<Record<Problem, (params: Tree) => NdArray>> = {
  rosenbrock: ({ x }) => {
    const [x0, x1] = [(x as NdArray).get(0), (x as NdArray).get(1)];
    return x1.sub(x0.pow(2)).pow(2).mul(100).add(jnp.subtract(1, x0).pow(2));
  },
  bowl: ({ x }) => {
    const turned = jnp.subtract(x as NdArray, jnp.mean(x as NdArray).mul(2));
    return curvatures.mul(turned.pow(2)).sum().mul(0.5);
  },
  iris: ({ w, b }) => {
    const logits = jnp.matmul(features, w as NdArray).add(b as NdArray);
    return jnp.mean(optax.softmaxCrossEntropyWithIntegerLabels(logits, labels));
  },
};

/** Ten times what optax's own losses change by when its gradients are rounded otherwise; beyond that they are null. */
const RELATIVE = 1e-6;

for (const { name, args, extra = [], losses } of file.cases) {
  describe(`${name}(${args.map((a) => JSON.stringify(a)).join(', ')})`, () => {
    test.each(Object.keys(problems) as Problem[])('has the losses that it has in optax on %s', (problem) => {
      const loss = problems[problem];
      const tx = call(name, args) as optax.GradientTransformation;
      const step = jit((params: Tree, state: unknown): readonly [Tree, unknown] => {
        const [value, grad] = valueAndGrad(loss)(params) as unknown as readonly [NdArray, Tree];
        const offered: Readonly<Record<string, unknown>> = { value, grad, valueFn: loss, objFn: loss };
        const chosen = Object.fromEntries(extra.map((key) => [key, offered[key]]));
        const [updates, next] = tx.update(grad, state, params, chosen);
        return [optax.applyUpdates(params, updates) as Tree, next];
      });
      let params = nest(file.starts[problem]);
      let state: unknown = tx.init(params);
      let done = 0;
      for (const [i, steps] of file.steps.entries()) {
        if (losses[problem][i] === null) break;
        for (; done < steps; done++) [params, state] = step(params, state) as readonly [Tree, unknown];
        const [wanted, got] = [Number(losses[problem][i]), loss(params).item()];
        const close = Object.is(wanted, got) || Math.abs(got - wanted) <= RELATIVE * Math.abs(wanted);
        expect(close, `after ${steps} steps the loss is ${got}, in optax ${wanted}`).toBe(true);
      }
    });
  });
}
