import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from 'fluxion';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IsExported } from '../../src/port/draft.js';
import { publicApi } from '../../src/port/exports.js';
import { port, pythonOf } from '../../src/port/index.js';
import { signatureOf } from '../../src/port/signature.js';

let api: IsExported;
beforeAll(async () => {
  api = await publicApi();
});

const IMPORTS = `import jax
import jax.numpy as jnp
import numpy as np
import optax
import haiku as hk
from functools import partial
from jax import lax, random
`;

/** The draft of a snippet behind the usual imports, without its own imports. */
const draftOf = (python: string): string =>
  port(IMPORTS + python, api)
    .typescript.replace(/^import .*\n/gm, '')
    .trim();

describe('calls', () => {
  test.each([
    ['a = jnp.sum(x, axis=0, keepdims=True)', 'const a = jnp.sum(x, { axis: 0, keepdims: true });'],
    ['a = jnp.sum(x, 0)', 'const a = jnp.sum(x, { axis: 0 });'],
    ['a = jnp.where(condition=c, x=x, y=y)', 'const a = jnp.where(c, x, y);'],
    ['a = jnp.expand_dims(x, axis=-1)', 'const a = jnp.expandDims(x, -1);'],
    [
      'k = random.normal(key, (3, 4), dtype=jnp.float32)',
      "const k = random.normal(key, { shape: [3, 4], dtype: 'float32' });",
    ],
    ['g = jax.value_and_grad(f, has_aux=True)(p, x)', 'const g = valueAndGrad(f, { hasAux: true })(p, x);'],
    ['c, ys = lax.scan(f, init, xs)', 'const [c, ys] = lax.scan(f, init, { xs });'],
    ['o = optax.adamw(1e-3, b1=0.9, weight_decay=0.1)', 'const o = optax.adamw(1e-3, { b1: 0.9, weightDecay: 0.1 });'],
    ['t = jax.tree_util.tree_map(lambda x: x, p)', 'const t = tree.map((x) => x, p);'],
    ['n = jnp.linalg.norm(x, axis=1)', 'const n = jnp.linalg.norm(x, { axis: 1 });'],
    ['y = hk.Linear(8, with_bias=False)(x)', 'const y = new hk.Linear(8, { withBias: false }).call(x);'],
    ['f = partial(g, 1)', 'const f = (...rest) => g(1, ...rest);'],
  ])('%s', (python, typescript) => {
    expect(draftOf(python)).toBe(typescript);
  });
});

describe('operators', () => {
  test('of arrays become methods, numbers on the left included', () => {
    expect(draftOf('x = jnp.ones(3)\ny = 2 * x - 1 / x\nz = -x @ x ** 2')).toBe(
      'const x = jnp.ones(3);\nconst y = x.mul(2).sub(jnp.divide(1, x));\nconst z = x.neg().matmul(x.pow(2));',
    );
  });

  test('of nobody knows what are marked with their line', () => {
    const { typescript, remarks } = port('a = b * c\n', api);
    expect(typescript).toBe('// PORT: if these are arrays: b.mul(c) (line 1)\nconst a = b * c;\n');
    expect(remarks).toEqual([{ line: 1, text: 'if these are arrays: b.mul(c)' }]);
  });

  test('of logic keep the strength that Python gives them', () => {
    expect(draftOf('r = not a or b and c is None')).toBe('const r = !a || b && c === null;');
  });

  test('know numbers whose point ends them, or their whole part', () => {
    expect(draftOf('r = 360. / 4\ns = [0., 1.e-5]')).toBe('const r = 360.0 / 4;\nconst s = [0.0, 1.0e-5];');
  });

  test('compare in chains', () => {
    expect(draftOf('r = 0 <= 1 < 2')).toBe('const r = 0 <= 1 && 1 < 2;');
  });

  test('index by ranges, new axes and places', () => {
    expect(draftOf('x = jnp.ones(3)\na = x[1:, None]\nb = x.at[0].set(1.5)')).toBe(
      'const x = jnp.ones(3);\nconst a = x.get(jnp.slice(1, null), null);\nconst b = x.at(0).set(1.5);',
    );
  });
});

describe('statements', () => {
  test('declare what changes, and what a block gives, above it', () => {
    expect(draftOf('n = 1\nn += 2\nif n > 2:\n  m = 1\nelse:\n  m = 2\n')).toBe(
      'let m;\nlet n = 1;\nn += 2;\nif (n > 2) {\n  m = 1;\n} else {\n  m = 2;\n}',
    );
  });

  test('make decorated functions constants, with the options of the decorator', () => {
    expect(draftOf('@partial(jax.jit, static_argnums=(1,))\ndef f(x, n):\n  return jnp.sum(x) * n\n')).toBe(
      'const f = jit((x: NdArray, n) => {\n  return jnp.sum(x).mul(n);\n}, { staticArgnums: [1] });',
    );
  });

  test('give classes of haiku their constructor and call', () => {
    const python = `class Net(hk.Module):
  def __init__(self, size, name=None):
    super().__init__(name=name)
    self.size = size
  def __call__(self, x):
    return jnp.tanh(hk.Linear(self.size)(x))
`;
    expect(draftOf(python)).toBe(`class Net extends hk.Module {
  constructor(size, name = null) {
    super({ name });
    this.size = size;
  }

  call(x) {
    return jnp.tanh(new hk.Linear(this.size).call(x));
  }
}`);
  });

  test('put the arguments of own functions in their order', () => {
    expect(draftOf('def f(a, b, c=1):\n  return a\ny = f(1, c=3, b=2)')).toContain('const y = f(1, 2, 3);');
  });

  test('loop over ranges, and write text as templates', () => {
    expect(draftOf('for i in range(3):\n  print(f"step {i}: {2.5:.3f}")')).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the template that is expected
      'for (let i = 0; i < 3; i++) {\n  console.log(`step ${i}: ${2.5.toFixed(3)}`);\n}',
    );
  });

  test('that cannot be read are said so, and hide nothing else', () => {
    const { typescript, remarks } = port('x = = 1\ny = 2\n', api);
    expect(typescript).toContain('const y = 2;');
    expect(remarks.some(({ line, text }) => line === 1 && text.startsWith('not'))).toBe(true);
  });
});

describe('a program cut anywhere', () => {
  test('is still read', () => {
    const whole = `${IMPORTS}class A(hk.Module):\n  def f(self, x):\n    for i in range(3):\n      with a as b:\n        x += 1\n    return x\n`;
    for (let length = 1; length < whole.length; length++) expect(() => port(whole.slice(0, length), api)).not.toThrow();
  });
});

describe('the coverage', () => {
  test('tells calls that are mapped, those by the rule, and those without a counterpart, by line', () => {
    const { calls, coverage } = port(
      'import jax.numpy as jnp\nimport numpy as np\na = jnp.sin(1)\nb = np.cos(a)\nc = jnp.nothing(b)\n',
      api,
    );
    expect(coverage).toEqual({ mapped: 1, rule: 1, unknown: 1 });
    expect(calls).toEqual([
      { line: 3, python: 'jax.numpy.sin', typescript: 'fluxion/numpy: sin', status: 'mapped' },
      { line: 4, python: 'numpy.cos', typescript: 'fluxion/numpy: cos', status: 'rule' },
      { line: 5, python: 'jax.numpy.nothing', typescript: null, status: 'unknown' },
    ]);
  });

  test('knows signatures of the originals', () => {
    expect(signatureOf('jax.numpy', 'clip')?.required).toEqual(['arr']);
    expect(signatureOf('optax', 'adam')?.required).toEqual(['learning_rate']);
    expect(signatureOf('jax.numpy', 'nothing')).toBeUndefined();
  });
});

describe('the cells of the GraphCast notebook', () => {
  const python = `
from graphcast import autoregressive, casting, data_utils, graphcast, normalization, rollout
import dataclasses
import haiku as hk
import jax
import numpy as np

config = graphcast.ModelConfig(resolution=0, mesh_size=4)
inputs, targets, forcings = data_utils.extract_inputs_targets_forcings(
    batch, target_lead_times=slice("6h", "12h"), **dataclasses.asdict(task))

@hk.transform_with_state
def run_forward(inputs, targets_template, forcings):
  predictor = graphcast.GraphCast(config, task)
  predictor = autoregressive.Predictor(predictor, gradient_checkpointing=True)
  return predictor(inputs, targets_template=targets_template, forcings=forcings)

predictions = rollout.chunked_prediction(
    run_jitted, rng=jax.random.PRNGKey(0), inputs=inputs,
    targets_template=targets * np.nan, forcings=forcings)
`;
  const draft = () => port(python, api);

  test('become calls in the order of their parameters', () => {
    const lines = draft()
      .typescript.split('\n')
      .map((line) => line.trim());
    expect(lines).toContain('const config = { resolution: 0, meshSize: 4 };');
    expect(lines).toContain(
      "const [inputs, targets, forcings] = dataUtils.extractInputsTargetsForcings(batch, { targetLeadTimes: { start: '6h', stop: '12h' }, ...task });",
    );
    expect(lines).toContain('return predictor.call(inputs, targetsTemplate, forcings);');
    expect(lines).toContain(
      'const predictions = rollout.chunkedPrediction(runJitted, random.PRNGKey(0), inputs, targets.mul(Number.NaN), forcings);',
    );
  });

  test('leave nothing without a counterpart', () => {
    expect(draft().coverage.unknown).toBe(0);
    expect(draft().typescript).toContain(
      "import { autoregressive, dataUtils, graphcast, rollout } from 'fluxion/graphcast';",
    );
  });
});

describe('a file', () => {
  test('that is a notebook gives its code, without magics', () => {
    const notebook = {
      cells: [
        { cell_type: 'markdown', source: ['# T'] },
        { cell_type: 'code', source: ['%pip x\n', 'a = 1'] },
      ],
    };
    expect(pythonOf('a.ipynb', JSON.stringify(notebook))).toEqual(E.right('# %pip x\na = 1\n'));
  });

  test.each(['{', '[]', '{"cells": [{}]}', 'null'])('that is no notebook is said so: %s', (text) => {
    const read = pythonOf('a.ipynb', text);
    expect(E.isLeft(read) && read.left.tag).toBe('UnreadableNotebook');
  });
});

describe('a draft', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-port-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('of a regression runs, and has the gradient of the mathematics', async () => {
    config.update('engine', 'reference');
    const python = `${IMPORTS}
def loss(w, x, y):
  error = jnp.dot(x, w) - y
  return jnp.mean(error ** 2)

x = jnp.array([[1., 2.], [3., 4.]])
y = jnp.array([1., 2.])
g = jax.jit(jax.grad(loss))(jnp.zeros(2), x, y)
print(g.tolist())
`;
    const { typescript, coverage } = port(python, api);
    expect(coverage.unknown).toBe(0);
    const path = join(folder, 'draft.ts');
    writeFileSync(path, `${typescript.replace(/console\.log\((.*)\);/, 'export const result = $1;')}`);
    const { result } = await import(/* @vite-ignore */ path);
    // 2/n X^T (X w - y) with w = 0.
    expect(result).toEqual([-7, -10]);
  });
});
