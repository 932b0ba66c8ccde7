/**
 * How processes end. The engine is native code: what goes wrong here kills the process, so each case is a child.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

  it('has a tuned allocator unless FLUXION_ALLOCATOR says otherwise', () => {
    const url = JSON.stringify(pathToFileURL(join(sources, 'engine/xla/allocator.js')).href);
    const script = `import { allocatorSetting } from ${url}; console.log(allocatorSetting());`;
    const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
    expect(child(script, { FLUXION_ALLOCATOR: '' }).stdout).toBe(glibcVersionRuntime ? 'tuned\n' : 'default\n');
    expect(child(script, { FLUXION_ALLOCATOR: 'default' }).stdout).toBe('default\n');
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
