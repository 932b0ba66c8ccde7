/**
 * The backends of TensorFlow.js in Node, best first, and how each is opened.
 *
 * The native ones are packages that the user may have installed; they are looked for where the program runs and where
 * fluxion is. The other two come with fluxion. All of them open at once, also WebAssembly, whose module is small enough to
 * be compiled while one waits: so an engine can be chosen in the middle of a synchronous program.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { type BackendName, reasonOf } from './choice.js';
import type { OpenedBackend, TensorFlow } from './tensorflow.js';

const ours = createRequire(import.meta.url);
const theirs = createRequire(join(process.cwd(), 'package.json'));

/** A package of the user's, or one beside fluxion. Its messages on the terminal are dropped. */
function load(name: string): TensorFlow {
  for (const require of [theirs, ours]) {
    let path: string;
    try {
      path = require.resolve(name);
    } catch {
      continue;
    }
    return require(path) as TensorFlow;
  }
  throw new Error('it is not installed');
}

const versionOf = (name: string): string => {
  const { version } = ours(`${name}/package.json`) as { readonly version: string };
  return `${name} ${version}`;
};

/** TensorFlow's own library through a native addon. */
function openNative(name: '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node'): OpenedBackend {
  const library = load(name);
  if (library.findBackend('tensorflow') === null) throw new Error('its native addon did not load');
  void library.setBackend('tensorflow');
  const platform = name === '@tensorflow/tfjs-node-gpu' ? 'cuda' : 'cpu';
  return { library, backend: 'tensorflow', platform, description: name };
}

/** The emscripten module's functions under the names that the backend calls them by. */
interface WasmModule {
  cwrap(name: string, result: string | null, args: readonly string[]): (...args: number[]) => number;
  tfjs?: Readonly<Record<string, (...args: number[]) => number>>;
}
type WasmFactory = (module: object) => Promise<unknown>;

/** The part of WebAssembly's interface that is used; TypeScript has it among the browser's types only. */
interface Assembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** XNNPACK compiled to WebAssembly, with SIMD; in Node on one thread. */
function openWasm(): OpenedBackend {
  const name = '@tensorflow/tfjs-backend-wasm';
  const library = ours('@tensorflow/tfjs-core') as TensorFlow;
  const { BackendWasm } = ours(name) as { readonly BackendWasm: new (module: WasmModule) => object };
  const factory = ours(`${name}/wasm-out/tfjs-backend-wasm.js`) as WasmFactory;
  const bytes = readFileSync(ours.resolve(`${name}/wasm-out/tfjs-backend-wasm-simd.wasm`));
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Assembly };
  const module = {
    instantiateWasm: (imports: object, receive: (instance: object) => void) => {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
      receive(instance);
      return instance.exports;
    },
  };
  withoutListeners(() => void factory(module));
  // With the instance made at once, the module is complete when its factory returns.
  const wasm = module as unknown as WasmModule;
  wasm.tfjs = {
    init: wasm.cwrap('init', null, []),
    initWithThreadsCount: wasm.cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: wasm.cwrap('get_threads_count', 'number', []),
    registerTensor: wasm.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: wasm.cwrap('dispose_data', null, ['number']),
    dispose: wasm.cwrap('dispose', null, []),
  };
  library.removeBackend('wasm');
  library.registerBackend('wasm', () => new BackendWasm(wasm), 2);
  void library.setBackend('wasm');
  return { library, backend: 'wasm', platform: 'wasm', description: `${versionOf(name)}, SIMD` };
}

/** Emscripten listens to what ends the process and throws it again; the process is not its to watch. */
function withoutListeners(body: () => void): void {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.listeners(event as 'uncaughtException'));
  body();
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i].includes(listener)) process.removeListener(event, listener);
    }
  });
}

/** Plain JavaScript. */
function openCpu(): OpenedBackend {
  const library = ours('@tensorflow/tfjs-core') as TensorFlow;
  ours('@tensorflow/tfjs-backend-cpu');
  void library.setBackend('cpu');
  // Its first use would advertise the native addon on the terminal; `fluxion doctor` is where we speak of that.
  (library.findBackend('cpu') as { firstUse: boolean }).firstUse = false;
  return {
    library,
    backend: 'cpu',
    platform: 'js',
    description: `${versionOf('@tensorflow/tfjs-backend-cpu')}, plain JavaScript`,
  };
}

const OPENERS: Readonly<Record<BackendName, () => OpenedBackend>> = {
  'node-gpu': () => openNative('@tensorflow/tfjs-node-gpu'),
  node: () => openNative('@tensorflow/tfjs-node'),
  wasm: openWasm,
  cpu: openCpu,
};

/** Opens one backend; left with the reason where that is not possible. */
export function openBackend(name: BackendName): E.Either<string, OpenedBackend> {
  return E.tryCatch(OPENERS[name], reasonOf);
}
