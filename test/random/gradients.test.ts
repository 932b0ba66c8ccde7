import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { jvp, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as random from '../../src/random/index.js';
import { arrayOf, expectArray, type JsonArray } from '../helpers/fixtures.js';

interface Case {
  readonly op: string;
  readonly inputs: readonly JsonArray[];
  readonly outputs: readonly JsonArray[];
}

const path = new URL('../fixtures/random/gradients.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
const samplers = random as unknown as Record<string, (key: NdArray, ...parameters: NdArray[]) => NdArray>;

describe('samples move with their parameters as those of JAX', () => {
  it.each(cases.map((c) => [c.op, c] as const))('%s', (op, c) => {
    const parameters = c.inputs.map(arrayOf);
    const [, tangent] = jvp(
      (...p: NdArray[]) => samplers[op](random.PRNGKey(0), ...p),
      parameters,
      parameters.map((p) => jnp.onesLike(p)),
    ) as unknown as [NdArray, NdArray];
    // Sums of some tens of terms that nearly cancel, beside a logarithm of about their size.
    expectArray(tangent, c.outputs[0], { ulps: 64, at: 'array', atLeast: 1 }, op);
  });
});
