/**
 * Comparing what modules export with a list of what they should.
 */

/** One entry of the surface list. */
export interface Callable {
  readonly python: string;
  readonly name: string;
  readonly kind: 'function' | 'class' | 'record' | 'enum';
  readonly tier: 1 | 2 | 3;
  readonly members?: readonly string[];
}

export interface Surface {
  readonly modules: Readonly<
    Record<
      string,
      { readonly import: string; readonly namespace: string | null; readonly callables: readonly Callable[] }
    >
  >;
}

/** Names by what became of them, for one tier. */
export interface Counts {
  readonly present: readonly string[];
  readonly missing: readonly string[];
  readonly different: readonly { readonly name: string; readonly reason: string }[];
}

export interface Coverage {
  readonly modules: Readonly<Record<string, Readonly<Record<'1' | '2' | '3', Counts>>>>;
  readonly total: Readonly<Record<'1' | '2' | '3', { present: number; missing: number; different: number }>>;
}

const TIERS = ['1', '2', '3'] as const;

/** The exports of `fluxion/a/b`, also of one that does not exist. */
async function exportsOf(specifier: string, namespace: string | null): Promise<Readonly<Record<string, unknown>>> {
  const folder = specifier.replace(/^fluxion\/?/, '');
  const path = `../../src/${folder === '' ? '' : `${folder}/`}index.js`;
  const module = await import(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return {};
    throw error;
  });
  return namespace === null ? module : (module[namespace] ?? {});
}

/** Records need no constructor: a plain object with their fields is one. */
function isPresent(callable: Callable, exports: Readonly<Record<string, unknown>>): boolean {
  if (callable.kind === 'record') return true;
  const found = exports[callable.name];
  if (callable.kind !== 'enum') return found !== undefined;
  if (typeof found !== 'object' || found === null) return false;
  return (callable.members ?? []).every((member) => member in found);
}

/** Looks for every callable of the wanted modules. */
export async function measure(
  surface: Surface,
  isWanted: (module: string) => boolean,
  deliberate: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<Coverage> {
  const modules: Record<string, Record<'1' | '2' | '3', Counts>> = {};
  const total = Object.fromEntries(TIERS.map((tier) => [tier, { present: 0, missing: 0, different: 0 }]));
  for (const [module, entry] of Object.entries(surface.modules)) {
    if (!isWanted(module)) continue;
    const exports = await exportsOf(entry.import, entry.namespace);
    const reasons = deliberate[module] ?? {};
    const counts = TIERS.map((tier): [string, Counts] => {
      const callables = entry.callables.filter((c) => `${c.tier}` === tier);
      const present = callables.filter((c) => isPresent(c, exports)).map((c) => c.name);
      const rest = callables.filter((c) => !present.includes(c.name)).map((c) => c.name);
      const reasonOf = (name: string): string | undefined => reasons[name] ?? reasons['*'];
      const different = rest.flatMap((name) => {
        const reason = reasonOf(name);
        return reason === undefined ? [] : [{ name, reason }];
      });
      const missing = rest.filter((name) => reasonOf(name) === undefined);
      total[tier].present += present.length;
      total[tier].missing += missing.length;
      total[tier].different += different.length;
      return [tier, { present, missing, different }];
    });
    modules[module] = Object.fromEntries(counts) as Record<'1' | '2' | '3', Counts>;
  }
  return { modules, total: total as Coverage['total'] };
}

/** The coverage as text: a line for each module, then what is missing, then what differs and why. */
export function table({ modules, total }: Coverage): string {
  const cell = (present: number, all: number): string => (all === 0 ? '' : `${present}/${all}`).padStart(9);
  const line = (name: string, cells: readonly string[]): string => `${name.padEnd(34)}${cells.join('')}`;
  const count = (c: Counts): string =>
    cell(c.present.length + c.different.length, c.present.length + c.different.length + c.missing.length);
  const names = Object.entries(modules);
  const lines = [
    line(
      'module',
      ['tier 1', 'tier 2', 'tier 3'].map((head) => head.padStart(9)),
    ),
  ];
  for (const [module, tiers] of names)
    lines.push(
      line(
        module,
        TIERS.map((tier) => count(tiers[tier])),
      ),
    );
  const sums = TIERS.map((tier) => total[tier]);
  lines.push(
    line(
      'all',
      sums.map((t) => cell(t.present + t.different, t.present + t.different + t.missing)),
    ),
  );
  const section = (title: string, entries: readonly string[]): void => {
    if (entries.length > 0) lines.push('', title, ...entries.map((entry) => `  ${entry}`));
  };
  for (const tier of TIERS) {
    section(
      `missing, tier ${tier}`,
      names.flatMap(([module, tiers]) =>
        tiers[tier].missing.length === 0 ? [] : [`${module}: ${tiers[tier].missing.join(', ')}`],
      ),
    );
  }
  section(
    'deliberately different',
    names.flatMap(([module, tiers]) =>
      TIERS.flatMap((tier) => tiers[tier].different.map(({ name, reason }) => `${module}.${name}: ${reason}`)),
    ),
  );
  return lines.join('\n');
}

/** The modules of a group, by the first two words of their name; the smaller ones together. */
const GROUPS: readonly (readonly [name: string, test: (module: string) => boolean])[] = [
  ['`jax`', (m) => m === 'jax'],
  ['`jax.numpy`, with `linalg` and `fft`', (m) => m.startsWith('jax.numpy')],
  ['`jax.lax`, with `linalg`', (m) => m.startsWith('jax.lax')],
  ['`jax.random`', (m) => m === 'jax.random'],
  ['`jax.nn`, with `initializers`', (m) => m.startsWith('jax.nn')],
  ['`jax.scipy`', (m) => m.startsWith('jax.scipy')],
  ['`jax.tree`, `jax.tree_util`, `jax.ops`, `jax.dtypes`, ...', () => true],
];

/** The coverage as a table for a README: one line for each group of modules, and the sums. */
export function markdown({ modules, total }: Coverage): string {
  const cell = (present: number, different: number, all: number): string => {
    if (all === 0) return '';
    return `${present} of ${all}${different === 0 ? '' : ` (+${different})`}`;
  };
  const row = (name: string, cells: readonly string[]): string => `| ${[name, ...cells].join(' | ')} |`;
  const taken = new Set<string>();
  const rows = GROUPS.map(([name, belongs]) => {
    const own = Object.entries(modules).filter(([module]) => !taken.has(module) && belongs(module));
    for (const [module] of own) taken.add(module);
    const cells = TIERS.map((tier) => {
      const count = (of: keyof Counts): number => own.reduce((n, [, tiers]) => n + tiers[tier][of].length, 0);
      const [present, different, missing] = [count('present'), count('different'), count('missing')];
      return cell(present, different, present + different + missing);
    });
    return row(name, cells);
  });
  const sums = TIERS.map((tier) => {
    const { present, missing, different } = total[tier];
    return cell(present, different, present + missing + different);
  });
  return [row('callables of', ['tier 1', 'tier 2', 'tier 3']), '|---|---|---|---|', ...rows, row('all', sums)].join(
    '\n',
  );
}

const BEGIN = '<!-- coverage:jax -->';
const END = '<!-- /coverage:jax -->';

/**
 * A text with what stands between the markers of the table replaced.
 * @throws Error when it has no such markers
 */
export function withTable(text: string, content: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the text has no line ${BEGIN} followed by a line ${END}`);
  return `${text.slice(0, from + BEGIN.length)}\n${content}\n${text.slice(to)}`;
}
