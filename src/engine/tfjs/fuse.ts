/**
 * Steps made one, where TensorFlow.js has a kernel for both together.
 *
 *     transpose (a b)        becomes  b' a', by the flags of the product
 *     a b + bias             becomes  one product with a bias, and with a sigmoid after it, if there is one
 *
 * A step is drawn into the next one only if nobody else needs its result.
 */
import type { ShapedArray } from '../../array/aval.js';
import { sameShape } from '../../array/shape.js';
import type { Machine } from './machine.js';
import type { KernelStep, Slot, Step } from './plan.js';

const FUSED = '_FusedMatMul';

type Shapes = Map<Slot, readonly number[]>;

/** Steps by the slot that they write, and how often each slot is needed. */
class Uses {
  readonly #writers = new Map<Slot, KernelStep>();
  readonly #counts = new Map<Slot, number>();

  constructor(steps: readonly Step[], outputs: readonly Slot[]) {
    for (const step of steps) for (const slot of step.inputs) this.#count(slot);
    for (const slot of outputs) this.#count(slot);
  }

  #count(slot: Slot): void {
    this.#counts.set(slot, (this.#counts.get(slot) ?? 0) + 1);
  }

  wrote(step: KernelStep): void {
    this.#writers.set(step.outputs[0], step);
  }

  /** The kernel of one of these names that wrote a slot, if the slot is needed only once. */
  only(slot: Slot, ...names: readonly string[]): KernelStep | undefined {
    const step = this.#writers.get(slot);
    return step && names.includes(step.name) && this.#counts.get(slot) === 1 ? step : undefined;
  }
}

/** (a b)' = b' a'. */
function transposed(step: KernelStep, uses: Uses): KernelStep | null {
  const product = step.name === 'Transpose' ? uses.only(step.inputs[0], 'BatchMatMul') : undefined;
  if (!product || step.result.ndim !== 2) return null;
  const { transposeA, transposeB } = product.attributes;
  return {
    ...product,
    inputs: [product.inputs[1], product.inputs[0]],
    outputs: step.outputs,
    attributes: { transposeA: !transposeB, transposeB: !transposeA },
    result: step.result,
  };
}

/** a b + bias, where the bias is one row. */
function biased(step: KernelStep, uses: Uses, shapes: Shapes): KernelStep | null {
  if (step.name !== 'Add') return null;
  for (const [sum, bias] of [step.inputs, [...step.inputs].reverse()]) {
    const product = uses.only(sum, 'BatchMatMul');
    const row = shapes.get(bias);
    if (!product || !row || row.length !== 1 || !sameShape(product.result.shape, step.result.shape)) continue;
    if (row[0] !== step.result.shape[step.result.ndim - 1]) continue;
    return {
      ...product,
      name: FUSED,
      keys: ['a', 'b', 'bias'],
      inputs: [...product.inputs, bias],
      outputs: step.outputs,
      attributes: { ...product.attributes, activation: 'linear' },
      result: step.result,
    };
  }
  return null;
}

/** The activation as part of the product before it. */
function activated(step: KernelStep, uses: Uses): KernelStep | null {
  const product = step.name === 'Sigmoid' ? uses.only(step.inputs[0], FUSED) : undefined;
  if (product?.attributes.activation !== 'linear') return null;
  return { ...product, outputs: step.outputs, attributes: { ...product.attributes, activation: 'sigmoid' } };
}

/** The kernel with a bias counts on three axes, where the one without takes two as well. */
function stacked(step: KernelStep, shapes: Shapes, fresh: () => Slot): readonly KernelStep[] {
  if (step.name !== FUSED || step.result.ndim !== 2) return [step];
  const reshape = (slot: Slot, result: ShapedArray, to: Slot): KernelStep => {
    const attributes = { shape: result.shape };
    return {
      kind: 'kernel',
      name: 'Reshape',
      keys: ['x'],
      inputs: [slot],
      outputs: [to],
      attributes,
      late: null,
      result,
    };
  };
  const single = (slot: Slot): KernelStep =>
    reshape(slot, step.result.withShape([1, ...(shapes.get(slot) ?? [])]), fresh());
  const [a, b] = [single(step.inputs[0]), single(step.inputs[1])];
  const result = step.result.withShape([1, ...step.result.shape]);
  const product = { ...step, inputs: [a.outputs[0], b.outputs[0], step.inputs[2]], outputs: [fresh()], result };
  return [a, b, product, reshape(product.outputs[0], step.result, step.outputs[0])];
}

/**
 * A product without flags: WebAssembly has a fast kernel for that one alone, and a transpose costs a twentieth of what
 * the slow one does.
 */
function unturned(step: KernelStep, shapes: Shapes, fresh: () => Slot, known: Map<Slot, Slot>): readonly KernelStep[] {
  const { transposeA, transposeB } = step.attributes;
  if (!(step.name === 'BatchMatMul' || step.name === FUSED) || !(transposeA || transposeB)) return [step];
  const turns: KernelStep[] = [];
  const turned = (slot: Slot, turn: unknown): Slot => {
    if (!turn) return slot;
    const found = known.get(slot);
    if (found !== undefined) return found;
    const shape = shapes.get(slot) as readonly number[];
    const n = shape.length;
    const perm = [...shape.slice(2).keys(), n - 1, n - 2];
    const to = fresh();
    known.set(slot, to);
    const result = step.result.withShape(perm.map((p) => shape[p]));
    turns.push({
      kind: 'kernel',
      name: 'Transpose',
      keys: ['x'],
      inputs: [slot],
      outputs: [to],
      attributes: { perm },
      late: null,
      result,
    });
    shapes.set(to, result.shape);
    return to;
  };
  const inputs = [turned(step.inputs[0], transposeA), turned(step.inputs[1], transposeB), ...step.inputs.slice(2)];
  return [...turns, { ...step, inputs, attributes: { ...step.attributes, transposeA: false, transposeB: false } }];
}

/** The steps with those drawn together that can be; those drawn in remain, needed by nobody. */
export function fuse(
  steps: readonly Step[],
  outputs: readonly Slot[],
  shapes: Shapes,
  machine: Machine,
  fresh: () => Slot,
): readonly Step[] {
  const uses = new Uses(steps, outputs);
  const fusing = machine.has(FUSED);
  const drawn = steps.map((step) => {
    if (step.kind !== 'kernel') return step;
    const fused = transposed(step, uses) ?? (fusing ? (biased(step, uses, shapes) ?? activated(step, uses)) : null);
    uses.wrote(fused ?? step);
    return fused ?? step;
  });
  const known = new Map<Slot, Slot>();
  return drawn.flatMap((step): readonly Step[] => {
    if (step.kind !== 'kernel') return [step];
    const products = machine.backend === 'wasm' ? unturned(step, shapes, fresh, known) : [step];
    return products.flatMap((one) => stacked(one, shapes, fresh));
  });
}
