/** fluxion's side of the ten cases, in a process of its own: `worker.js <case> [options of measure.ts]`. */
import { caseName, report } from './measure.js';
import { peakMemory } from './memory.js';

type Measure = () => Promise<void> | void;

/** Each case imports what it needs and no more: how long that takes is one of the figures. */
const cases: { readonly [name: string]: () => Promise<Measure> } = {
  mlp: async () => (await import('./cases/mlp.js')).mlp,
  tiny: async () => (await import('./cases/tiny.js')).tiny,
  conv: async () => (await import('./cases/conv.js')).conv,
  gnn: async () => (await import('./cases/gnn.js')).gnn,
  adam500: async () => (await import('./cases/adam500.js')).adam500,
  start: async () => (await import('./cases/tiny.js')).start,
  residual: async () => (await import('./cases/residual.js')).residual,
  eager: async () => (await import('./cases/calls.js')).eager,
  third: async () => (await import('./cases/calls.js')).third,
  perexample: async () => (await import('./cases/mlp.js')).perexample,
};

const measure = await cases[caseName]();
await measure();
report('peak memory', 'MB', [peakMemory()]);
