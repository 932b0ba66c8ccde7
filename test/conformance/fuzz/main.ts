/**
 * `npm run fuzz -- [--calls 100000] [--seed 1] [--verbose]`: random bad calls through every public function.
 *
 * Each call must return a sound result or throw one of fluxion's own errors. The calls are made by child processes, so
 * that one that crashes, hangs or eats all memory is seen and attributed; the next process goes on behind it. Ends with a
 * table of defects; exit code 1 when there is one.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Defect, Tally } from './session.js';
import { publicCallables } from './surface.js';

const CHUNK = 2000;
/** How long the marker may stand still: a call's patience, and time to start. */
const SILENCE_MS = 60_000;

interface Marker {
  readonly position: number;
  readonly callable: string;
  readonly args: string;
}

const readMarker = (path: string): Marker | null => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Marker;
  } catch {
    return null;
  }
};

/** Runs a stretch in a process of its own; what it died of, if it did. */
function stretch(seed: number, from: number, to: number, marker: string): Promise<Tally | { died: string }> {
  const worker = fileURLToPath(new URL('./worker.js', import.meta.url));
  const child = spawn(process.execPath, ['--max-old-space-size=2048', worker, `${seed}`, `${from}`, `${to}`, marker], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  let hung = false;
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    complaint = (complaint + data).slice(-2000);
  });
  let [last, since] = [-1, Date.now()];
  const watch = setInterval(() => {
    const at = readMarker(marker)?.position ?? -1;
    if (at !== last) [last, since] = [at, Date.now()];
    else if (Date.now() - since > SILENCE_MS) {
      hung = true;
      child.kill('SIGKILL');
    }
  }, 500);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(watch);
      if (code === 0) resolve(JSON.parse(output) as Tally);
      else {
        const reason = complaint.split('\n').find((line) => /Error|FATAL|Check failed/.test(line)) ?? '';
        resolve({ died: hung ? 'hangs' : `the process died (${signal ?? code}) ${reason}`.trim() });
      }
    });
  });
}

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const [calls, seed] = [Number(values.calls), Number(values.seed)];
const folder = mkdtempSync(join(tmpdir(), 'fluxion-fuzz-'));
const marker = join(folder, 'marker.json');
const defects: Defect[] = [];
const refused: Record<string, number> = {};
let results = 0;
let position = 0;
while (position < calls) {
  const end = Math.min(calls, position + CHUNK);
  const outcome = await stretch(seed, position, end, marker);
  if ('died' in outcome) {
    const at = readMarker(marker);
    defects.push({
      position: at?.position ?? position,
      callable: at?.callable ?? '?',
      args: at?.args ?? '',
      what: outcome.died,
    });
    // What came before the dead call is run again, without it.
    const died = at?.position ?? end;
    if (died > position) {
      const again = await stretch(seed, position, died, marker);
      if (!('died' in again)) add(again);
    }
    position = died + 1;
  } else {
    add(outcome);
    position = end;
  }
  process.stderr.write(`\r${position} of ${calls} calls, ${defects.length} defects`);
}
process.stderr.write('\n');
rmSync(folder, { recursive: true });

function add(tally: Tally): void {
  results += tally.results;
  defects.push(...tally.defects);
  for (const [tag, count] of Object.entries(tally.refused)) refused[tag] = (refused[tag] ?? 0) + count;
}

console.log(`${calls} calls of ${publicCallables().length} public functions, seed ${seed}`);
console.log(`${String(results).padStart(8)}  sound results`);
for (const [tag, count] of Object.entries(refused).sort((a, b) => b[1] - a[1])) {
  console.log(`${String(count).padStart(8)}  ${tag}`);
}
console.log(`${String(defects.length).padStart(8)}  defects`);
const grouped = new Map<string, Defect[]>();
for (const found of defects) grouped.set(found.what, [...(grouped.get(found.what) ?? []), found]);
for (const [what, list] of [...grouped].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`\n${list.length} x ${what}`);
  for (const { position: at, callable, args } of values.verbose ? list : list.slice(0, 3)) {
    console.log(`    call ${at}: ${callable}(${args.slice(0, 300)})`);
  }
}
process.exitCode = defects.length > 0 ? 1 : 0;
