/**
 * How processes end. The engine is native code: what goes wrong here kills the process, so each case is a child.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiledSources, describeXla, pluginPath } from '../../helpers/xla.js';

let sources = '';

const prelude = (): string => `
  import { PjrtClient } from ${JSON.stringify(pathToFileURL(join(sources, 'engine/xla/client.js')).href)};
  import { XlaEngine } from ${JSON.stringify(pathToFileURL(join(sources, 'engine/xla/engine.js')).href)};
  const client = PjrtClient.open(process.env.FLUXION_PJRT_PLUGIN).right;
  const engine = new XlaEngine(client, { lower: () => '' });
  const n = 512, type = 'tensor<512x512xf32>', spec = { dtype: 'float32', shape: [n, n] };
  const text = 'module @m { func.func public @main(%a: ' + type + ') -> ' + type + ' {\\n' +
    Array.from({ length: 9 }, (_, i) =>
      '%' + i + ' = stablehlo.dot ' + (i ? '%' + (i - 1) : '%a') + ', %a : (' + type + ', ' + type + ') -> ' + type
    ).join('\\n') + '\\nreturn %8 : ' + type + ' } }';
  const power = engine.compileText(text, { name: 'power', inputs: [spec], outputs: [spec] });
  const x = engine.put(new Float32Array(n * n).fill(1 / n), 'float32', [n, n]);
`;

function child(script: string, env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['--input-type=module', '-e', prelude() + script], {
    encoding: 'utf8',
    env: { ...process.env, FLUXION_PJRT_PLUGIN: pluginPath(), ...env },
  });
}

describeXla('a process that used the engine', () => {
  beforeAll(() => {
    sources = compiledSources();
  });
  afterAll(() => rmSync(sources, { recursive: true, force: true }));

  it.each([
    ['by itself after a blocking read', 'console.log((power.execute([x])[0].readSync()[5] * n).toFixed(3))'],
    ['by itself after an asynchronous read', 'console.log(((await power.execute([x])[0].read())[5] * n).toFixed(3))'],
    ['by itself with work still running', 'power.execute([x]); console.log("1.000")'],
    ['by process.exit with work still running', 'power.execute([x]); console.log("1.000"); process.exit(0)'],
    ['by process.exit with a read pending', 'power.execute([x])[0].read(); console.log("1.000"); process.exit(0)'],
    [
      'by itself with more reads pending than threads may wait',
      'const all = Array.from({ length: 9 }, () => power.execute([x])[0].read());' +
        'console.log(((await Promise.all(all))[8][5] * n).toFixed(3))',
    ],
    [
      'by itself after thousands of dropped results',
      'for (let i = 0; i < 3000; i++) { engine.put(new Float32Array(9000), "float32", [9000]);' +
        ' if (i % 50 === 0) await new Promise(setImmediate); } console.log("1.000")',
    ],
  ])('ends %s, cleanly and without noise', (_, script) => {
    const { status, signal, stdout, stderr } = child(script);
    expect({ status, signal, stdout, stderr }).toEqual({ status: 0, signal: null, stdout: '1.000\n', stderr: '' });
  });

  describe('the allocator', () => {
    const url = (): string => JSON.stringify(pathToFileURL(join(sources, 'engine/xla/allocator.js')).href);
    const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
    const setting = (): string => `import { allocatorSetting } from ${url()}; console.log(allocatorSetting());`;
    const ifGlibc = (text: string): string => (glibcVersionRuntime ? text : 'default\n');

    it.each([
      [
        'on all threads when the process began with one arena',
        { FLUXION_ALLOCATOR: '', MALLOC_ARENA_MAX: '1' },
        'tuned\n',
      ],
      ['on the threads of the first arena else', { FLUXION_ALLOCATOR: '', MALLOC_ARENA_MAX: '' }, 'tuned in part\n'],
    ])('is tuned %s', (_, env, expected) => {
      expect(child(setting(), env).stdout).toBe(ifGlibc(expected));
    });

    it('is left alone when FLUXION_ALLOCATOR says so', () => {
      expect(child(setting(), { FLUXION_ALLOCATOR: 'default' }).stdout).toBe('default\n');
    });

    it.runIf(glibcVersionRuntime)('gets its one arena by starting the program again in the same process, once', () => {
      const folder = mkdtempSync(join(tmpdir(), 'fluxion-test-'));
      try {
        const file = join(folder, 'program.mjs');
        writeFileSync(
          file,
          `import { restartWithOneArena } from ${url()};
          process.stdout.write(process.pid + ' ');
          restartWithOneArena();
          console.log(process.env.MALLOC_ARENA_MAX, ...process.argv.slice(2));`,
        );
        const run = (env: NodeJS.ProcessEnv) =>
          spawnSync(process.execPath, [file, 'a b', 'ü'], { encoding: 'utf8', env });
        const { MALLOC_ARENA_MAX: _, FLUXION_ALLOCATOR: __, ...rest } = process.env;
        const restarted = run(rest);
        expect(restarted.stderr).toBe('');
        expect(restarted.stdout).toMatch(/^(\d+) \1 1 a b ü\n$/);
        expect(run({ ...rest, MALLOC_ARENA_MAX: '2' }).stdout).toMatch(/^\d+ 2 a b ü\n$/);
        expect(run({ ...rest, FLUXION_ALLOCATOR: 'default' }).stdout).toMatch(/^\d+ undefined a b ü\n$/);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

  it('can use it in worker threads at the same time', () => {
    const worker = `
      import { parentPort } from 'node:worker_threads';
      ${prelude()}
      parentPort.postMessage((await power.execute([x])[0].read())[7] * n);
    `;
    const script = `
      import { Worker } from 'node:worker_threads';
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)}));
      const run = () => new Promise((resolve, reject) => {
        const worker = new Worker(url);
        worker.on('message', resolve);
        worker.on('error', reject);
      });
      const values = await Promise.all([run(), run(), power.execute([x])[0].read().then((y) => y[7] * n)]);
      console.log(values.map((v) => v.toFixed(3)).join(' '));
    `;
    const { status, stdout, stderr } = child(script);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '1.000 1.000 1.000\n', stderr: '' });
  });
});
