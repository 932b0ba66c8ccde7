/**
 * Brings the layers together: the only file that knows both the transformations and the concrete engines. Importing it
 * makes operations computable; every public module does.
 */
import { right } from 'fp-ts/lib/Either.js';
import { ReferenceEngine } from './engine/reference/engine.js';
import { registerEngine } from './engine/registry.js';
import { lowerToStablehlo } from './engine/stablehlo/emitter.js';
import { openBackend } from './engine/tfjs/backends.js';
import { BACKENDS, chooseEngine } from './engine/tfjs/choice.js';
import { openXla } from './engine/xla/open.js';
import { add } from './primitive/elementwise.js';
import { zeros } from './primitive/structure.js';
import { installAccumulation } from './trace/derivative.js';
import './transform/jaxprs.js';
import './transform/dispatch.js';

installAccumulation(zeros, add);
registerEngine('xla', () => openXla({ lower: lowerToStablehlo }));
registerEngine('tfjs', () => chooseEngine('tfjs', BACKENDS, openBackend));
for (const name of BACKENDS) {
  registerEngine(`tfjs:${name}`, () => chooseEngine(`tfjs:${name}`, [name], openBackend), { byNameOnly: true });
}
registerEngine('reference', () => right(new ReferenceEngine()));
