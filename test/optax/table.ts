/**
 * Every optimizer, as a row that all tests walk: how it is made, what it needs, and where it is meant to go.
 */
import * as optax from '../../src/optax/index.js';

export interface Row {
  readonly name: string;
  readonly make: () => optax.GradientTransformation;
  /** The extra arguments that `update` needs. */
  readonly needs?: readonly ('value' | 'grad' | 'valueFn' | 'objFn')[];
  /** Steps and loss to which the parabola and Rosenbrock's valley are brought; null where that is not its job. */
  readonly parabola?: number | null;
  /** Whether it accepts a bfloat16 leaf. Default true. */
  readonly bfloat16?: boolean;
}

const { contrib } = optax;

/** One row for each optimizer, with a learning rate that suits a parabola. */
export const table: readonly Row[] = [
  { name: 'adabelief', make: () => optax.adabelief(0.1) },
  { name: 'adadelta', make: () => optax.adadelta({ learningRate: 1, rho: 0.5, eps: 1e-3 }) },
  { name: 'adafactor', make: () => optax.adafactor({ learningRate: 0.05 }) },
  { name: 'adagrad', make: () => optax.adagrad(1) },
  { name: 'adam', make: () => optax.adam(0.1) },
  { name: 'adamax', make: () => optax.adamax(0.1) },
  { name: 'adamaxw', make: () => optax.adamaxw(0.1) },
  { name: 'adamw', make: () => optax.adamw(0.1) },
  { name: 'adan', make: () => optax.adan(0.1) },
  { name: 'amsgrad', make: () => optax.amsgrad(0.1) },
  { name: 'fromage', make: () => optax.fromage(0.05) },
  { name: 'lamb', make: () => optax.lamb(0.05) },
  { name: 'lars', make: () => optax.lars(0.5, { trustCoefficient: 0.02 }) },
  { name: 'lbfgs', make: () => optax.lbfgs(), needs: ['value', 'grad', 'valueFn'], bfloat16: false },
  { name: 'lion', make: () => optax.lion(0.02) },
  { name: 'nadam', make: () => optax.nadam(0.1) },
  { name: 'nadamw', make: () => optax.nadamw(0.1) },
  { name: 'noisySgd', make: () => optax.noisySgd(0.1, { eta: 1e-4 }) },
  { name: 'novograd', make: () => optax.novograd(0.05) },
  { name: 'optimisticGradientDescent', make: () => optax.optimisticGradientDescent(0.1) },
  { name: 'optimisticAdam', make: () => optax.optimisticAdam(0.05) },
  { name: 'optimisticAdamV2', make: () => optax.optimisticAdamV2(0.05) },
  { name: 'polyakSgd', make: () => optax.polyakSgd(), needs: ['value'] },
  { name: 'radam', make: () => optax.radam(0.1) },
  { name: 'rmsprop', make: () => optax.rmsprop(0.02) },
  { name: 'rprop', make: () => optax.rprop(0.05) },
  { name: 'sgd', make: () => optax.sgd(0.1) },
  { name: 'sgd with momentum', make: () => optax.sgd(0.05, { momentum: 0.8, nesterov: true }) },
  { name: 'signSgd', make: () => optax.signSgd(optax.exponentialDecay(0.1, 10, 0.8)) },
  { name: 'signum', make: () => optax.signum(optax.exponentialDecay(0.05, 20, 0.8)) },
  { name: 'sm3', make: () => optax.sm3(0.5), bfloat16: true, parabola: 400 },
  { name: 'yogi', make: () => optax.yogi(0.1) },
  { name: 'contrib.acprop', make: () => contrib.acprop(0.1) },
  { name: 'contrib.ademamix', make: () => contrib.ademamix(0.1) },
  { name: 'contrib.adopt', make: () => contrib.adopt(0.1) },
  { name: 'contrib.cocob', make: () => contrib.cocob({ alpha: 10 }) },
  { name: 'contrib.dadaptAdamw', make: () => contrib.dadaptAdamw({ estimLr0: 1e-2 }), bfloat16: false },
  { name: 'contrib.dog', make: () => contrib.dog({ initStep: ['distance', 0.1] }), bfloat16: false },
  { name: 'contrib.dowg', make: () => contrib.dowg({ initEstimSqDist: 0.1 }), bfloat16: false },
  { name: 'contrib.galore', make: () => contrib.galore(0.1, { rank: 2 }), bfloat16: false },
  { name: 'contrib.madgrad', make: () => contrib.madgrad(0.1) },
  { name: 'contrib.mechanize', make: () => contrib.mechanize(optax.sgd(0.1), { sInit: 0.1 }), bfloat16: false },
  { name: 'contrib.momo', make: () => contrib.momo(), needs: ['value'], bfloat16: false },
  { name: 'contrib.momoAdam', make: () => contrib.momoAdam({ learningRate: 0.1 }), needs: ['value'], bfloat16: false },
  { name: 'contrib.muon', make: () => contrib.muon(optax.exponentialDecay(0.1, 20, 0.7)) },
  { name: 'contrib.prodigy', make: () => contrib.prodigy({ estimLr0: 1e-2 }), bfloat16: false },
  {
    name: 'contrib.reduceOnPlateau',
    make: () => optax.chain(optax.sgd(0.1), contrib.reduceOnPlateau()) as optax.GradientTransformation,
    needs: ['value'],
  },
  { name: 'contrib.sam', make: () => contrib.sam(optax.sgd(0.1), optax.sgd(0.01)), parabola: 400 },
  { name: 'contrib.scheduleFreeSgd', make: () => contrib.scheduleFreeSgd({ learningRate: 0.2 }), bfloat16: false },
  { name: 'contrib.scheduleFreeAdamw', make: () => contrib.scheduleFreeAdamw({ learningRate: 0.1 }), bfloat16: false },
  { name: 'contrib.simplifiedAdemamix', make: () => contrib.simplifiedAdemamix(0.02, { b1: 0.9 }) },
  { name: 'contrib.sophia', make: () => contrib.sophia(0.05, { gamma: 1 }), needs: ['objFn'], bfloat16: false },
];
