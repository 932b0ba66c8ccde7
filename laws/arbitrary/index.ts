/** Everything that the laws draw from. */
export { type ArrayOptions, arrayOf, arraysOfShape, type Special } from './array.js';
export { type DTypeOptions, dtypes } from './dtype.js';
export { keys, keysOfShape } from './key.js';
export { optimizers, optimizerText, schedules } from './optimizer.js';
export { broadcastableShapes, type ShapeOptions, shapes } from './shape.js';
export { arrayLike, type TreeOptions, treeLike, trees } from './tree.js';
