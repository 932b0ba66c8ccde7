/**
 * Brings the layers together: the only file that knows both the transformations and the engines of the platform.
 * Importing it makes operations computable; every public module does.
 */
import { registerEngines } from './engine/platform.js';
import { add } from './primitive/elementwise.js';
import { zeros } from './primitive/structure.js';
import { installAccumulation } from './trace/derivative.js';
import './transform/jaxprs.js';
import './transform/dispatch.js';

installAccumulation(zeros, add);
registerEngines();
