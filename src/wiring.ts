/**
 * Brings the layers together: the only file that knows both the transformations and the concrete engines. Importing it
 * makes operations computable; every public module does.
 */
import { right } from 'fp-ts/lib/Either.js';
import { config } from './config.js';
import { ReferenceEngine } from './engine/reference/engine.js';
import { registerEngine } from './engine/registry.js';
import { lowerToStablehlo } from './engine/stablehlo/emitter.js';
import { openXla } from './engine/xla/open.js';
import { add } from './primitive/elementwise.js';
import { zeros } from './primitive/structure.js';
import { installAccumulation } from './trace/derivative.js';
import './transform/jaxprs.js';
import './transform/dispatch.js';

/** How many devices a CPU poses as, which cannot change once an engine has been opened. */
function cpuDevices(engine: string): number {
  config.fix('numCpuDevices', `the engine '${engine}' has been opened`);
  return config.read('numCpuDevices');
}

installAccumulation(zeros, add);
registerEngine('xla', () => openXla({ lower: lowerToStablehlo, devices: cpuDevices('xla') }));
registerEngine('reference', () => right(new ReferenceEngine(cpuDevices('reference'))));
