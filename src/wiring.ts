/**
 * Brings the layers together: the only file that knows both the transformations and the concrete engines. Importing it
 * makes operations computable; every public module does.
 */
import { right } from 'fp-ts/lib/Either.js';
import { ReferenceEngine } from './engine/reference/engine.js';
import { registerEngine } from './engine/registry.js';
import { lowerToStablehlo } from './engine/stablehlo/emitter.js';
import { openXla } from './engine/xla/open.js';
import { add } from './primitive/elementwise.js';
import { zeros } from './primitive/structure.js';
import { installAccumulation } from './trace/derivative.js';
import './transform/jaxprs.js';
import './transform/dispatch.js';

installAccumulation(zeros, add);
registerEngine('xla', () => openXla({ lower: lowerToStablehlo }));
registerEngine('reference', () => right(new ReferenceEngine()));
