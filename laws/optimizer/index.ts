/**
 * Laws of optimizers: what every gradient transformation keeps, whatever its algorithm.
 */
import * as fc from 'fast-check';
import { NdArray } from 'fluxion/extend';
import { map } from 'fluxion/tree';
import { arrayOf } from '../arbitrary/array.js';
import { links, optimizerText } from '../arbitrary/optimizer.js';
import { treeLike } from '../arbitrary/tree.js';
import { onJudge } from '../judge.js';
import type { Law } from '../law.js';
import { treeText } from '../print.js';
import { numbersOf, quantities } from '../quantity.js';
import { motionLaws } from './motion.js';
import { compare, type Optimizer, type OptimizerFacts, type Run } from './run.js';
import { structureLaws } from './structure.js';

export type { OptimizerFacts } from './run.js';

/** A run, and the optimizer that is run. */
interface OptimizerDraw {
  readonly make: () => Optimizer;
  readonly run: Run;
}

const example = {
  linear: { w: arrayOf('float64', [2, 3], [0.5, -1, 0.25, 1, -0.75, 2]), b: arrayOf('float64', [3], [0.1, -0.2, 0.3]) },
  scale: arrayOf('float64', [], [1.5]),
};

const wide = (tree: unknown): unknown =>
  map(
    (x: unknown) => (x instanceof NdArray ? arrayOf('float64', x.shape, numbersOf(x)) : (x as number)),
    tree as never,
  );

/**
 * The laws of an optimizer, or of all that an arbitrary draws.
 *
 * @param make the optimizer, a function that makes it anew for each run, or an arbitrary such as `optimizers()`
 * @example await checkLaws(optimizerLaws(optax.adam(1e-2), { stationary: true, elementwise: true }))
 */
export function optimizerLaws(
  make: Optimizer | (() => Optimizer) | fc.Arbitrary<Optimizer>,
  facts: OptimizerFacts = {},
): Law<OptimizerDraw>[] {
  const params = wide(facts.params ?? example);
  const makers: fc.Arbitrary<() => Optimizer> =
    make instanceof fc.Arbitrary
      ? make.map((T) => () => T)
      : fc.constant(typeof make === 'function' ? (make as () => Optimizer) : () => make);
  const arbitrary: fc.Arbitrary<OptimizerDraw> = fc.record({
    make: makers,
    run: fc.record({
      params: treeLike(params),
      gradients: fc.array(treeLike(params), { minLength: 2, maxLength: 4 }),
      seed: fc.nat(),
      around: fc.tuple(links, links),
      extra: fc.constant(facts.extra),
    }),
  });
  return [...structureLaws, ...motionLaws].map(({ name, statement, reference, sides }) => ({
    name,
    statement,
    reference,
    runs: name.startsWith('descent') ? 3 : 6,
    property: {
      arbitrary,
      sides: (draw) => onJudge(() => sides(draw.make(), draw.run, facts)),
      print: ({ make: drawn, run: { params: at, gradients, around } }) =>
        [
          ...(make instanceof fc.Arbitrary ? [`T: ${optimizerText(drawn())}`] : []),
          `A, B: ${around.map(optimizerText).join(', ')}`,
          ...treeText(at, 'params'),
          ...gradients.flatMap((g, k) => treeText(g, `gradient${k + 1}`)),
        ].join('\n'),
    },
  }));
}

/** Laws of transformations that limit: doing it twice is doing it once, and what is inside is left alone. */
export const clipLaws = (
  make: () => Optimizer,
  facts: Pick<OptimizerFacts, 'params'> = {},
): Law<Pick<Run, 'gradients'>>[] => {
  const params = wide(facts.params ?? example);
  return [
    {
      name: 'clipping is idempotent',
      statement: 'clip(clip(g)) = clip(g)',
      reference: 'a projection onto a convex set',
      property: {
        arbitrary: fc.record({ gradients: fc.tuple(treeLike(params)) }),
        print: ({ gradients }) => treeText(gradients[0], 'gradient').join('\n'),
        sides: ({ gradients: [gradient] }) =>
          onJudge(() => {
            const clipped = (g: unknown): unknown => make().update(g, make().init(params) as never, params as never)[0];
            const once = clipped(gradient);
            const twice = clipped(once);
            return compare(quantities('clipped', once), quantities('clipped', twice));
          }),
      },
    },
  ];
};
