/**
 * A small model learns a curve before your eyes, and then its gradient is held against the laws.
 */

import { devices } from 'fluxion';
import { examineLaws, gradLaws } from 'fluxion/laws';
import { tf } from './engine';
import {
  curve,
  loss,
  type Params,
  places,
  predict,
  type State,
  startingPoint,
  startingState,
  trainStep,
} from './model';
import { plot } from './plot';

const STEPS = 400;
const STEPS_A_FRAME = 8;

function element<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element '${id}'.`);
  return found as E;
}

const nextFrame = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 0));

const [device] = devices();
element('engine').textContent = `The engine is ${device.kind}.`;

/** Trains, drawing as it goes. */
async function train(): Promise<Params> {
  let params = startingPoint();
  let state: State = startingState(params);
  const losses: number[] = [];
  const target = { values: Array.from(curve.dataSync(), Number), color: '--theirs', label: 'the curve' };
  const start = performance.now();
  while (losses.length < STEPS) {
    for (let k = 0; k < STEPS_A_FRAME; k++) {
      const result = trainStep(params, state);
      params = result.params as Params;
      state = result.state as State;
      losses.push(result.value.item());
      result.value.dispose();
    }
    using prediction = predict(params);
    plot(element('loss'), [{ values: losses, color: '--ours', label: 'loss' }], true);
    const fitted = { values: Array.from(prediction.dataSync(), Number), color: '--ours', label: 'the model' };
    plot(element('fit'), [target, fitted]);
    const perStep = (performance.now() - start) / losses.length;
    element('progress').textContent =
      `step ${losses.length} of ${STEPS}, ${perStep.toFixed(2)} ms each, loss ${losses[losses.length - 1].toExponential(2)}, ` +
      `${tf.memory().numTensors} tensors`;
    await nextFrame();
  }
  return params;
}

/** Checks the laws one by one and says what came of each. */
async function examine(params: Params): Promise<void> {
  const few = Array.from({ length: 4 }, (_, i) => 24 * i);
  const rows = (x: typeof places) => few.map((i) => Number(x.dataSync()[i])).map((v) => [v]);
  const laws = gradLaws(loss, { params, x: rows(places), y: rows(curve) }, { order: 1 });
  for (const law of laws) {
    const item = document.createElement('li');
    item.textContent = `${law.name}: ${law.statement}`;
    element('laws').append(item);
    await nextFrame();
    const report = await examineLaws([law], { runs: 5, seed: 1 });
    item.className = report.results[0].status === 'broken' ? 'fails' : 'holds';
    item.dataset.status = report.results[0].status;
  }
}

const trained = await train();
await examine(trained);
document.body.dataset.done = 'true';
