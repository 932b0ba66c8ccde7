/**
 * `npm run differential -- --programs 2000 --seed 7`: random programs, in eight modes, against JAX.
 *
 * Python with JAX is found, or made, as for the benchmark (`FLUXION_PEER_PYTHON`). Without a seed there is a new one each
 * time, and it is printed. Exit code 1 when something disagrees.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { config } from '../../src/index.js';
import { campaign, report } from './campaign.js';
import { cases, Tally } from './draw.js';
import { JaxPeer } from './peer.js';

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    engine: { type: 'string', default: 'auto' },
    shrunk: { type: 'string', default: '5' },
    /** Writes this many programs with JAX's answers to the fixture that the test suite reads. */
    record: { type: 'string' },
  },
});
const programs = Number(values.programs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isInteger(programs) || programs < 1 || !Number.isInteger(seed)) {
  console.error('--programs and --seed take whole numbers.');
  process.exit(2);
}

config.update('keyReuse', 'allow');
const peer = new JaxPeer(root('bench/peers/jax/run.sh'), root('test/differential/peer.py'));
const started = performance.now();

if (values.record !== undefined) await record(Number(values.record));
else await compare();
peer.close();

async function compare(): Promise<void> {
  console.log(`${programs} programs, seed ${seed}`);
  const summary = await campaign(peer, {
    programs,
    seed,
    engine: values.engine,
    shrunk: Number(values.shrunk),
    onProgress: (done, wrong) => process.stderr.write(`\r${done} programs, ${wrong} disagree `),
  });
  process.stderr.write('\n');
  for (const disagreement of summary.disagreements) console.log(`\n${report(disagreement)}`);
  const seconds = ((performance.now() - started) / 1e3).toFixed(0);
  console.log(`\n${summary.programs} programs of ${(summary.steps / summary.programs).toFixed(1)} steps, ${seconds} s`);
  for (const [mode, tally] of summary.outcomes) console.log(`  ${mode.padEnd(10)} ${tally}`);
  console.log(`steps: ${summary.operations}`);
  console.log(`genes that did not fit: ${summary.discarded}`);
  process.exitCode = summary.disagreements.length > 0 ? 1 : 0;
}

/** Small programs, so that the file stays small. */
async function record(count: number): Promise<void> {
  const list = fc.sample(cases({ maxSteps: 9, discarded: new Tally() }), { seed, numRuns: count });
  const answers = await peer.ask(list);
  const lines = list.map((c, i) => JSON.stringify({ ...c, answers: answers[i] }));
  const file = root('test/fixtures/differential/programs.json');
  writeFileSync(file, `{"seed":${seed},"cases":[\n${lines.join(',\n')}\n]}\n`);
  console.log(`${file}: ${count} programs`);
}
