/**
 * What the options of `fluxion/transform` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../array/options.js';
import type { CheckpointOptions } from './checkpoint.js';
import type { CustomDerivativeOptions } from './custom-call.js';
import type { SymbolicZeros } from './custom-jvp.js';
import type { JitOptions } from './jit.js';
import type { MakeJaxprOptions } from './make-jaxpr.js';
import type { VmapOptions } from './vmap.js';

export const checkpointOptions: Kinds<CheckpointOptions> = { preventCse: 'boolean', policy: 'function?' };

export const customDerivativeOptions: Kinds<CustomDerivativeOptions> = {
  nondiffArgnums: 'integers',
  nondiffArgnames: 'list',
};

export const symbolicZerosOption: Kinds<SymbolicZeros> = { symbolicZeros: 'boolean' };

export const jitOptions: Kinds<JitOptions> = {
  staticArgnums: 'any',
  staticArgnames: 'any',
  donateArgnums: 'any',
  donateArgnames: 'any',
  keepUnused: 'boolean',
  inline: 'boolean',
  inShardings: 'any',
  outShardings: 'any',
  maxTraces: 'number',
};

export const makeJaxprOptions: Kinds<MakeJaxprOptions> = { staticArgnums: 'any', axisEnv: 'any' };

export const vmapOptions: Kinds<VmapOptions> = {
  inAxes: 'any',
  outAxes: 'any',
  axisSize: 'number',
  axisName: 'string',
  spmdAxisName: 'any',
};
