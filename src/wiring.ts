/**
 * Brings the layers together: the only file that knows both the transformations and the engines of the platform.
 * Importing it makes operations computable; every public module does.
 */
import { config } from './config.js';
import { registerEngines } from './engine/platform.js';
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
registerEngines(cpuDevices);
