/**
 * What the options of `fluxion/scipy/linalg` may be: for each interface its table, which `checkOptions` reads.
 */
import type { Kinds } from '../../array/options.js';
import type { ExpmOptions } from './expm.js';
import type { LowerOption, SolveOptions, SolveTriangularOptions } from './index.js';

export const expmOptions: Kinds<ExpmOptions> = { upperTriangular: 'boolean', maxSquarings: 'number' };

export const lowerOption: Kinds<LowerOption> = { lower: 'boolean' };

export const solveOptions: Kinds<SolveOptions> = { assumeA: ['gen', 'sym', 'her', 'pos'], lower: 'boolean' };

export const solveTriangularOptions: Kinds<SolveTriangularOptions> = {
  trans: [0, 2, 'C', 1, 'N', 'T'],
  unitDiagonal: 'boolean',
  lower: 'boolean',
};
