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

/** Makes the engines known; none is opened before it is needed. */
export function registerEngines(): void {
  registerEngine('xla', () => openXla({ lower: lowerToStablehlo }));
  registerEngine('tfjs', () => chooseEngine('tfjs', BACKENDS, openBackend));
  for (const name of BACKENDS) {
    registerEngine(`tfjs:${name}`, () => chooseEngine(`tfjs:${name}`, [name], openBackend), { byNameOnly: true });
  }
  registerEngine('reference', () => right(new ReferenceEngine()));
}
