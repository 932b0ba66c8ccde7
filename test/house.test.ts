/**
 * The house as a test: who may import whom, which files may be long.
 *
 * Every folder of `src/` stands on a floor, and imports only what is on lower floors. What goes up nevertheless is listed
 * here with its reason. `laws/` sees what a user sees: the front doors.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/** From the ground up. Folders on one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['error'],
  ['config.ts'],
  ['sharding'],
  ['array'],
  ['tree', 'io', 'distributed'],
  ['ir'],
  ['trace', 'engine'],
  ['primitive'],
  ['transform'],
  ['wiring.ts'],
  ['lax'],
  ['dtypes'],
  ['numpy'],
  ['ops', 'flattenUtil'],
  ['random'],
  ['nn'],
  ['scipy'],
  ['debug', 'experimental', 'extend', 'profile'],
  ['optax', 'haiku', 'jraph', 'xarray'],
  ['index.ts'],
  ['graphcast'],
  ['port'],
  ['cli'],
];

/** Imports that go up or sideways, with the reason. */
const EXCEPTIONS: { readonly [edge: string]: string } = {
  'src/lax/index.ts -> src/numpy/methods.ts': 'the methods of arrays come with every front door',
  'src/random/gamma.ts -> src/nn/normalization.ts':
    'the Dirichlet distribution is a softmax; the initializers of nn draw from random',
};

/** Concrete engines are known to those who open them; everybody else knows what all engines have in common. */
const ENGINE_INTERFACE = ['src/engine/engine.ts', 'src/engine/registry.ts', 'src/engine/split.ts'];
const ENGINE_OPENERS: { readonly [file: string]: string } = {
  'src/wiring.ts': 'registers the engines of the platform',
  'src/transform/nonfinite.ts': 'replays a program on the judge, value by value, to find the first NaN',
  'src/graphcast/engine-choice.ts': 'sets up the plugin for the training job where it is missing',
  'src/cli/doctor.ts': 'reports on the plugin',
  'src/cli/setup.ts': 'fetches the plugin',
  'src/cli/main.ts': 'loads setup and doctor on demand',
};

/** Longer than 350 lines, for a reason. */
const LONG = 350;
const LONG_FILES: { readonly [file: string]: string } = {
  'src/numpy/linear.ts': 'one family of products, each with the types of its result',
  'src/numpy/reduction.ts': 'one family of reductions, each with the types of its result',
  'src/numpy/shape.ts': 'one family of arrangements, each with the types of its result',
  'src/optax/contrib/muon.ts':
    'one algorithm, one file: its orthogonalization, its dimension specifications, its alias',
  'src/optax/options.ts': 'one table for each interface of options',
  'src/xarray/data-array.ts': 'one class, whose methods are thin',
  'src/xarray/dataset.ts': 'one class, whose methods are thin',
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .sort();

const STATEMENT =
  /^(?:import|export)\s+(type\s+)?([^;'"]*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

/** Whether every name in `{ ... }` is marked as a type. */
const namesOnlyTypes = (clause: string): boolean => {
  const names = clause
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return clause.trim().startsWith('{') && names.length > 0 && names.every((name) => name.startsWith('type '));
};

/** Code without its comments, where examples import too. */
const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

function importsOf(file: string): { readonly specifier: string; readonly typeOnly: boolean }[] {
  const code = withoutComments(readFileSync(join(root, file), 'utf8'));
  return [...code.matchAll(STATEMENT)].map(([, type, clause, from, bare, dynamic]) => ({
    specifier: from ?? bare ?? dynamic,
    typeOnly: type !== undefined || (clause !== undefined && namesOnlyTypes(clause)),
  }));
}

const inside = (file: string): Import[] =>
  importsOf(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, typeOnly }) => ({
      from: file,
      to: relative(root, join(root, dirname(file), specifier)).replace(/\.js$/, '.ts'),
      typeOnly,
    }));

const src = sources('src');
const imports = src.flatMap(inside);
const folderOf = (file: string): string => file.split('/')[1];
const floorOf = (folder: string): number => FLOORS.findIndex((floor) => floor.includes(folder));

/** Tarjan's strongly connected components of a graph. */
function components(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) as number, low.get(next) as number));
    }
    if (low.get(node) !== index.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) found.push(component.sort());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return found;
}

describe('the house', () => {
  test('has a floor for every folder', () => {
    expect([...new Set(src.map(folderOf))].filter((folder) => floorOf(folder) < 0)).toEqual([]);
  });

  test('is imported downwards only', () => {
    const up = imports
      .filter(({ from, to }) => folderOf(from) !== folderOf(to) && floorOf(folderOf(from)) <= floorOf(folderOf(to)))
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(up.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });

  test('has no circle of values between files of different folders', () => {
    const edges = new Map<string, string[]>(src.map((file) => [file, []]));
    for (const { from, to, typeOnly } of imports) if (!typeOnly) edges.get(from)?.push(to);
    const across = components(edges).filter((files) => new Set(files.map(folderOf)).size > 1);
    expect(across).toEqual([]);
  });

  test('knows engines by their interface', () => {
    const concrete = imports.filter(
      ({ from, to }) => folderOf(to) === 'engine' && folderOf(from) !== 'engine' && !ENGINE_INTERFACE.includes(to),
    );
    expect([...new Set(concrete.map(({ from }) => from))].filter((file) => !(file in ENGINE_OPENERS))).toEqual([]);
  });

  test('imports nothing that is not there, and has no default exports', () => {
    const files = new Set(src);
    // Only the command line goes to the laws, which stand above everything.
    const unknown = imports.filter(
      ({ from, to }) => !files.has(to) && !(folderOf(from) === 'cli' && /^laws\//.test(to)),
    );
    expect(unknown).toEqual([]);
    expect(src.filter((file) => /^export default/m.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  test('has files that can be read at one sitting', () => {
    const long = [...src, ...sources('laws')].filter(
      (file) => readFileSync(join(root, file), 'utf8').split('\n').length - 1 > LONG,
    );
    expect(long.sort()).toEqual(Object.keys(LONG_FILES).sort());
  });

  test('has files that begin with their idea', () => {
    const silent = [...src, ...sources('laws')].filter(
      (file) =>
        !readFileSync(join(root, file), 'utf8')
          .replace(/^#!.*\n/, '')
          .startsWith('/**'),
    );
    expect(silent).toEqual([]);
  });
});

describe('the laws', () => {
  test('see what a user sees', () => {
    const behind = sources('laws').flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) =>
          specifier.startsWith('.')
            ? join(dirname(file), specifier).split('/')[0] !== 'laws'
            : !/^(fluxion(\/[a-z/-]+)?|fast-check|node:.*)$/.test(specifier),
        )
        .map(({ specifier }) => `${file} -> ${specifier}`),
    );
    expect(behind).toEqual([]);
  });
});
