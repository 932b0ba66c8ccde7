/**
 * The engines of a browser, in place of `platform.ts`: TensorFlow.js on the backends that the page has made ready, and
 * the interpreter.
 *
 *     import * as tf from '@tensorflow/tfjs-core';
 *     import '@tensorflow/tfjs-backend-wasm';
 *     await tf.setBackend('wasm');                    // from now on the engine `tfjs` runs on WebAssembly
 *
 * Backends of a browser are opened by promises, and an engine must open at once: so a page waits for the one it wants
 * before it computes. The plain one is always ready.
 */
import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { left, right } from 'fp-ts/lib/Either.js';
import { ReferenceEngine } from './reference/engine.js';
import { registerEngine } from './registry.js';
import { chooseEngine, type OpenBackend } from './tfjs/choice.js';
import type { TensorFlow } from './tfjs/tensorflow.js';

/** The backends, best first. */
const BACKENDS = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;

const library = core as unknown as TensorFlow;

const openBackend: OpenBackend = (name) => {
  if (name === 'cpu') void library.setBackend(name);
  // Asking for a backend would start to open it; the dispatcher's own list has those that are open.
  const { registry } = library.engine() as unknown as { readonly registry: Readonly<Record<string, object>> };
  if (registry[name] === undefined)
    return left(`it is not ready; await tf.setBackend('${name}') before the first array.`);
  return right({
    library,
    backend: name,
    platform: name === 'cpu' ? 'js' : name,
    description: `TensorFlow.js, ${name}`,
  });
};

/**
 * Makes the engines known.
 * @param cpuDevices as how many devices the CPU poses, asked when the engine of that name is opened
 */
export function registerEngines(cpuDevices: (engine: string) => number): void {
  registerEngine('tfjs', () => chooseEngine('tfjs', BACKENDS, openBackend));
  for (const name of BACKENDS) {
    registerEngine(`tfjs:${name}`, () => chooseEngine(`tfjs:${name}`, [name], openBackend), { byNameOnly: true });
  }
  registerEngine('reference', () => right(new ReferenceEngine(cpuDevices('reference'))));
}
