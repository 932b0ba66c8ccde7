/**
 * What the options of `fluxion/tree` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { KeystrOptions, PathOptions } from './path.js';
import type { DataclassOptions } from './register.js';
import type { LeafOptions } from './tree.js';

export const dataclassOptions: Kinds<DataclassOptions> = { dataFields: 'any', metaFields: 'any' };

export const keystrOptions: Kinds<KeystrOptions> = { simple: 'boolean', separator: 'string' };

export const leafOptions: Kinds<LeafOptions> = { isLeaf: 'function' };

export const pathOptions: Kinds<PathOptions> = { isLeaf: 'function', isLeafTakesPath: 'boolean' };
