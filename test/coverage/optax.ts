/**
 * How much of optax there is here: `npm run coverage:optax`, with `-- --json` for programs.
 *
 * The names are those of optax 0.2.8's public modules, in `names.json` beside this file (written by `names.py`).
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as optax from 'fluxion/optax';

interface Surface {
  readonly [module: string]: readonly string[];
}

/** Names that mean something else here, with the reason. */
const DIFFERENT: { readonly [name: string]: string } = {
  ApplyEvery: 'a type: states are plain records',
  ZoomLinesearchInfo: 'a type: states are plain records',
};

type Status = 'present' | 'different' | 'missing';
interface Entry {
  readonly module: string;
  readonly name: string;
  readonly status: Status;
  readonly reason?: string;
}

/** The namespace that stands for a Python module: `optax.second_order` is `optax.secondOrder`. */
function namespaceOf(module: string): Record<string, unknown> {
  const path = module.split('.').slice(1);
  const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return path.reduce<Record<string, unknown>>(
    (namespace, name) => (namespace[camel(name)] ?? {}) as Record<string, unknown>,
    optax as unknown as Record<string, unknown>,
  );
}

/** Every public name with what has become of it. */
export function coverage(surface: Surface): Entry[] {
  return Object.entries(surface).flatMap(([module, names]) => {
    const namespace = namespaceOf(module);
    return names.map((name): Entry => {
      if (Object.hasOwn(namespace, name)) return { module, name, status: 'present' };
      const reason = DIFFERENT[name];
      return reason === undefined ? { module, name, status: 'missing' } : { module, name, status: 'different', reason };
    });
  });
}

const names = fileURLToPath(new URL('optax-names.json', import.meta.url).href.replace('/dist/test/', '/test/'));

function main(): void {
  const entries = coverage(JSON.parse(readFileSync(names, 'utf8')) as Surface);
  const count = (status: Status, module?: string): number =>
    entries.filter((e) => e.status === status && (module === undefined || e.module === module)).length;
  const covered = count('present') + count('different');
  const percent = Math.round((1000 * covered) / entries.length) / 10;
  if (process.argv.includes('--json')) {
    console.log(
      JSON.stringify({
        library: 'optax',
        version: '0.2.8',
        percent,
        present: count('present'),
        different: count('different'),
        missing: count('missing'),
        entries,
      }),
    );
    return;
  }
  const modules = [...new Set(entries.map((e) => e.module))];
  const width = Math.max(...modules.map((m) => m.length));
  console.log(`${'module'.padEnd(width)}  present  different  missing`);
  for (const module of modules) {
    const cell = (status: Status, size: number): string => String(count(status, module)).padStart(size);
    console.log(`${module.padEnd(width)}  ${cell('present', 7)}  ${cell('different', 9)}  ${cell('missing', 7)}`);
  }
  for (const e of entries.filter((x) => x.status !== 'present')) {
    console.log(`${e.status}: ${e.module}.${e.name}${e.reason ? ` (${e.reason})` : ''}`);
  }
  console.log(`${covered} of ${entries.length} names, ${percent} %`);
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) main();
