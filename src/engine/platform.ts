/**
 * The engines of Node, best first. In a browser `platform.browser.ts` stands in for this file.
 */
import { right } from 'fp-ts/lib/Either.js';
import { ReferenceEngine } from './reference/engine.js';
import { registerEngine } from './registry.js';
import { lowerToStablehlo } from './stablehlo/emitter.js';
import { openBackend } from './tfjs/backends.js';
import { BACKENDS, chooseEngine } from './tfjs/choice.js';
import { openXla } from './xla/open.js';

/**
 * Makes the engines known; none is opened before it is needed.
 * @param cpuDevices as how many devices the CPU poses, asked when the engine of that name is opened
 */
export function registerEngines(cpuDevices: (engine: string) => number): void {
  registerEngine('xla', () => openXla({ lower: lowerToStablehlo, devices: cpuDevices('xla') }));
  registerEngine('tfjs', () => chooseEngine('tfjs', BACKENDS, openBackend));
  for (const name of BACKENDS) {
    registerEngine(`tfjs:${name}`, () => chooseEngine(`tfjs:${name}`, [name], openBackend), { byNameOnly: true });
  }
  registerEngine('reference', () => right(new ReferenceEngine(cpuDevices('reference'))));
}
