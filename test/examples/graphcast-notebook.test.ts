import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { config } from 'fluxion';
import * as tree from 'fluxion/tree';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectDatasets } from '../helpers/datasets.js';
import { describeXla } from '../helpers/xla.js';
import { cellsOf, notebookOf } from './notebook.js';

const textOf = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const script = textOf('examples/graphcast-notebook.ts');

describe('the notebook', () => {
  test('is the script, cell by cell', () => {
    const notebook: { readonly cells: readonly { readonly cell_type: string; readonly source: readonly string[] }[] } =
      JSON.parse(textOf('examples/graphcast-notebook.ipynb'));
    const written = notebook.cells.map(({ cell_type, source }) => ({ kind: cell_type, source: source.join('') }));
    expect(written).toEqual(cellsOf(script));
    expect(textOf('examples/graphcast-notebook.ipynb')).toBe(notebookOf(cellsOf(script)));
  });

  test('has cells whose marks and comments are gone', () => {
    const cells = cellsOf(
      '/** Above. */\n// %% [markdown]\n// # Title\n//\n// Text.\n\n// %% Sum\nf(1);\n// %% [script]\nx;',
    );
    expect(cells).toEqual([
      { kind: 'markdown', source: '# Title\n\nText.' },
      { kind: 'code', source: '// Sum\nf(1);' },
    ]);
  });
});

describe('the porting guide', () => {
  test('shows TypeScript that the script has, in its order', () => {
    const flat = (code: string): string => code.replace(/\s+/g, ' ').trim();
    const whole = flat(script);
    const fragments = [...textOf('docs/porting.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => flat(code));
    expect(fragments.length).toBeGreaterThan(10);
    const places = fragments.map((fragment) => ({ fragment, at: whole.indexOf(fragment) }));
    expect(places.filter(({ at }) => at < 0).map(({ fragment }) => fragment)).toEqual([]);
    expect(places.map(({ at }) => at)).toEqual(places.map(({ at }) => at).sort((a, b) => a - b));
  });
});

describeXla('the notebook as a script', () => {
  let run: typeof import('../../examples/graphcast-notebook.js');
  const engine = config.read('engine');
  beforeAll(async () => {
    config.update('engine', 'xla');
    vi.spyOn(console, 'log').mockImplementation(() => {});
    run = await import('../../examples/graphcast-notebook.js');
  });
  afterAll(() => {
    vi.restoreAllMocks();
    config.update('engine', engine);
  });

  test('predicts what the targets are about', () => {
    expect(run.rolledOut.sizes).toEqual(run.evalTargets.sizes);
    expect(run.rolledOut.keys().sort()).toEqual(run.evalTargets.keys().sort());
    for (const [, array] of run.rolledOut.entries()) {
      expect((array.data.dataSync() as Float32Array).every(Number.isFinite)).toBe(true);
    }
  });

  test('predicts the same with the loop on the host and in the program, up to bfloat16', () => {
    expectDatasets(run.predictions, run.rolledOut, () => 2 ** -8);
  });

  test('has a gradient for every parameter, beside the same loss', () => {
    expect(run.gradients.loss.item()).toBeCloseTo(run.loss.item(), 5);
    expect(tree.structure(run.gradients.grads)).toEqual(tree.structure(run.params));
    for (const leaf of tree.leaves(run.gradients.grads)) {
      expect((leaf.dataSync() as Float32Array).every(Number.isFinite)).toBe(true);
    }
  });

  test('ends with parameters that fit better', () => {
    expect(run.losses[0]).toBeCloseTo(run.loss.item(), 5);
    expect(run.trainedLoss.item()).toBeLessThan(0.9 * run.loss.item());
  });
});
