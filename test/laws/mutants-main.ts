/**
 * `npm run mutants -- [--seeds 20] [--every 1] [--write]`: how many wrong rules the laws catch, and whether right code
 * raises an alarm. `--write` puts the table into docs/laws.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { examineLaws, failureText } from 'fluxion/laws';
import { everything } from './everything.js';
import { customMutants } from './mutants/custom.js';
import { generatedMutants } from './mutants/generated.js';
import { handmadeMutants, tieMutants } from './mutants/handmade.js';
import { optimizerMutants } from './mutants/optimizers.js';
import { judgeCustom, judgeMutant, judgeOptimizer, judgeTie, type Verdict } from './mutation.js';

const RUNS = 200;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    every: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});

/** `tanh: tangent with the wrong sign` is of the kind `tangent with the wrong sign`. */
const kindOf = (name: string): string => name.slice(name.indexOf(': ') + 2);

const chosen = generatedMutants.filter((_, i) => i % Number(values.every) === 0);
const kinds = [...new Set(chosen.map(({ name }) => kindOf(name)))];
const groups: readonly (readonly [kind: string, judge: () => Verdict[]])[] = [
  ...kinds.map(
    (kind) =>
      [kind, () => chosen.filter(({ name }) => kindOf(name) === kind).map((m) => judgeMutant(m, RUNS))] as const,
  ),
  ['mistakes of other kinds in rules of primitives', () => handmadeMutants.map((m) => judgeMutant(m, RUNS))],
  ['wrong subgradients at ties', () => tieMutants.map((m) => judgeTie(m, RUNS))],
  ['mistakes in custom derivatives', () => customMutants.map((m) => judgeCustom(m, RUNS))],
  ['mistakes in optimizers', () => optimizerMutants.map((m) => judgeOptimizer(m, RUNS))],
];

const row = (kind: string, verdicts: readonly Verdict[]): string => {
  const caught = verdicts.filter((v) => v.caughtBy !== null);
  const blamable = caught.filter((v) => v.right !== null);
  const blamed = blamable.length === 0 ? '' : `${blamable.filter((v) => v.right).length} of ${blamable.length}`;
  const most = Math.max(0, ...caught.map((v) => v.runs));
  return `| ${kind} | ${verdicts.length} | ${caught.length} | ${most} | ${blamed} |`;
};

const all: Verdict[] = [];
const rows = groups.map(([kind, judge]) => {
  const verdicts = judge();
  all.push(...verdicts);
  for (const v of verdicts) {
    if (v.caughtBy === null) console.log(`  survived: ${v.mutant}`);
    else if (v.right === false) console.log(`  misblamed: ${v.mutant}: ${v.blamed}`);
  }
  const line = row(kind, verdicts);
  console.log(line);
  return line;
});

let alarms = 0;
let laws = 0;
for (let i = 0; i < Number(values.seeds); i++) {
  const seed = 1000 + 7919 * i;
  const report = await examineLaws(everything(), { seed, runs: 2, time: 250, progress: false });
  laws = report.results.length;
  alarms += report.broken.length;
  for (const broken of report.broken) console.log(`seed ${seed}: ${failureText(broken)}`);
  console.log(`seed ${seed}: ${report.broken.length} alarms in ${laws} laws, ${report.seconds.toFixed(0)} s`);
}

const table = [
  '| Mistake | Mutants | Caught | Runs and shrinks, at most | Blamed rightly |',
  '|---|---|---|---|---|',
  ...rows,
  row('**all**', all),
  '',
  `Right code: ${alarms} alarms in ${values.seeds} runs of ${laws} laws with different seeds.`,
].join('\n');
console.log(`\n${table}`);

if (values.write) {
  const path = fileURLToPath(new URL('../../../docs/laws.md', import.meta.url));
  const page = readFileSync(path, 'utf8');
  const between = /(<!-- npm run mutants -->\n)[\s\S]*?(\n<!-- end -->)/;
  if (!between.test(page)) throw new Error(`${path} has no place for the table.`);
  writeFileSync(
    path,
    page.replace(between, (_, begin: string, end: string) => `${begin}${table}${end}`),
  );
}
process.exitCode = alarms > 0 || all.some((v) => v.caughtBy === null) ? 1 : 0;
