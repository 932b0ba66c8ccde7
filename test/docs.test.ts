/**
 * Every public export says what it is: it has a docblock of its own, where it is declared.
 *
 * The exports of a subpath are followed through its `index.ts` to their declarations. What has no docblock yet is counted
 * by subpath; the counts may only fall.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Public declarations without a docblock, by subpath; every other subpath has none. */
const UNDOCUMENTED: Readonly<Record<string, number>> = {
  extend: 17,
  'graphcast/data-utils': 5,
  'graphcast/model-utils': 2,
  'graphcast/sources/shallow-water': 3,
  io: 6,
  optax: 42,
  'optax/contrib': 21,
  'optax/tree': 1,
};

const subpaths = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)index\.ts$/.test(file))
  .map((file) => (dirname(file) === '.' ? '' : dirname(file)))
  // Not reachable from outside, or the business of those who write primitives.
  .filter((folder) => !/^(primitive|lax\/linalg|experimental\/)/.test(folder))
  .sort();

interface Declaration {
  readonly file: string;
  readonly name: string;
}

const DECLARED =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type|enum) (?:\{([^}]*)\}|([A-Za-z_$][\w$]*))/gm;
const PASSED_ON = /^export (?:type )?\{([^}]*)\}(?: from '([^']+)')?;/gm;
const ALL = /^export \* from '([^']+)';/gm;

const withoutComments = (code: string): string =>
  code.replace(/\/\*[\s\S]*?\*\//g, (text) => text.replace(/[^\n]/g, ' '));
const read = (file: string): string => readFileSync(join(src, file), 'utf8');
const target = (file: string, specifier: string): string =>
  relative(src, join(src, dirname(file), specifier)).replace(/\.js$/, '.ts');

/** The declarations behind the exports of a file. */
function exportsOf(file: string, seen: ReadonlySet<string> = new Set()): Declaration[] {
  if (seen.has(file) || !existsSync(join(src, file))) return [];
  const below = new Set([...seen, file]);
  const code = withoutComments(read(file));
  const own = [...code.matchAll(DECLARED)].flatMap(([, , name]) => (name === undefined ? [] : [{ file, name }]));
  const all = [...code.matchAll(ALL)].flatMap(([, from]) => exportsOf(target(file, from), below));
  const named = [...code.matchAll(PASSED_ON)].flatMap(([, list, from]) => {
    const names = list
      .split(',')
      .map(
        (entry) =>
          entry
            .trim()
            .replace(/^type /, '')
            .split(' as ')[0],
      )
      .filter((entry) => entry !== '');
    if (from === undefined) return names.map((name) => ({ file, name }));
    const there = exportsOf(target(file, from), below);
    return there.filter(({ name }) => names.includes(name));
  });
  return [...own, ...all, ...named];
}

/** Whether one of the declarations of a name (a function has one for each overload) stands under a docblock. */
function isDocumented({ file, name }: Declaration): boolean {
  const lines = read(file)
    .split('\n')
    .filter((line) => !line.startsWith('// biome-ignore'));
  const declares = new RegExp(
    `^(?:export )?(?:declare )?(?:async )?(?:abstract )?(?:function\\*?|const|let|class|interface|type|enum) ${name.replaceAll('$', '\\$')}\\b`,
  );
  const places = lines.flatMap((line, i) => (declares.test(line) ? [i] : []));
  return places.length === 0 || places.some((i) => lines[i - 1]?.trimEnd().endsWith('*/'));
}

describe('public exports have docblocks', () => {
  for (const subpath of subpaths) {
    test(`fluxion${subpath === '' ? '' : `/${subpath}`}`, () => {
      const silent = exportsOf(join(subpath, 'index.ts'))
        .filter((declaration) => !isDocumented(declaration))
        .map(({ file, name }) => `${file}: ${name}`);
      const unique = [...new Set(silent)].sort();
      if (unique.length > (UNDOCUMENTED[subpath] ?? 0)) expect(unique).toEqual([]);
      expect(unique.length).toBe(UNDOCUMENTED[subpath] ?? 0);
    });
  }
});
