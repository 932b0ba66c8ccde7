/** Timing a training step: forward, loss, backward, update, compiled as one program whose state is donated. */
import { jit, type NdArray, valueAndGrad } from 'fluxion';
import * as optax from 'fluxion/optax';
import { check, report, sampled } from '../measure.js';

export interface Training<P, B extends NdArray[]> {
  readonly params: P;
  readonly batch: B;
  readonly loss: (params: P, ...batch: B) => NdArray;
  readonly optimizer: optax.GradientTransformation;
  /** The loss after so many steps is compared between peers. @default 5 */
  readonly checked?: number;
  /** How many steps are one sample: above 1 for steps shorter than the clock can tell; then in us. @default 1 */
  readonly calls?: number;
}

export async function train<P, B extends NdArray[]>(training: Training<P, B>): Promise<void> {
  const { batch, loss, optimizer, checked = 5, calls = 1 } = training;
  const step = jit(
    (params: P, state: unknown, ...batch: B) => {
      const [value, grads] = valueAndGrad(loss)(params, ...batch);
      const [updates, next] = optimizer.update<unknown>(grads, state, params as never);
      return [optax.applyUpdates(params, updates), next, value] as const;
    },
    { donateArgnums: [0, 1] },
  );
  let [params, state, value] = [
    training.params,
    optimizer.init(training.params) as unknown,
    null as unknown as NdArray,
  ];
  const work = (): void => {
    [params, state, value] = step(params, state, ...batch) as unknown as [P, unknown, NdArray];
  };
  for (let k = 0; k <= checked; k++) work();
  check(value.item());
  const times = await sampled(work, { calls, settle: () => value.blockUntilReady() });
  if (calls > 1) {
    report(
      'step',
      'us',
      times.map((t) => t * 1e3),
    );
  } else report('step', 'ms', times);
}
