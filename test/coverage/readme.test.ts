import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { deliberate } from './deliberate.js';
import { markdown, measure, type Surface, withTable } from './surface.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const surfacePath = at('../../../shared/golden/jax-surface.json');

test.skipIf(!existsSync(surfacePath))(
  `the README's table is what coverage:jax computes${existsSync(surfacePath) ? '' : ' (skipped: no list of the surface)'}`,
  async () => {
    const surface = JSON.parse(readFileSync(surfacePath, 'utf8')) as Surface;
    const coverage = await measure(surface, (module) => module.startsWith('jax'), deliberate);
    const readme = readFileSync(at('../../README.md'), 'utf8');
    // `npm run coverage:jax -- --write-readme` writes it anew.
    expect(readme).toBe(withTable(readme, markdown(coverage)));
  },
);

test('a text without the markers is refused', () => {
  expect(() => withTable('# fluxion', '| a |')).toThrow(/coverage:jax/);
});
