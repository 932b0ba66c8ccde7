/**
 * A program as a list of steps over numbered slots: what is run instead of the jaxpr.
 *
 *     4 = BatchMatMul(a: 0, b: 1) transposeA=false, transposeB=false
 *     5 = Add(a: 4, b: 2)        then frees 4
 *     6 = Relu(x: 5)             then frees 5
 *
 * Every step says which slots nobody needs afterwards; they are freed at once, so that no value lives longer than needed
 * and none is left over. A step is one kernel, one primitive evaluated on the host, or a decision (`control`).
 */
import type { ShapedArray } from '../../array/aval.js';
import type { HostData } from '../../array/host.js';
import type { Equation } from '../../ir/jaxpr.js';
import type { KernelAttributes, KernelRuntime, RunValue } from '../../ir/kernel.js';

/** The number of a value in a plan. */
export type Slot = number;

interface Common {
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

/** One kernel of TensorFlow.js. */
export interface KernelStep extends Common {
  readonly kind: 'kernel';
  readonly name: string;
  /** The names of the operands; null for a kernel that takes a list. */
  readonly keys: readonly string[] | null;
  readonly attributes: KernelAttributes;
  /** Computes the attributes from values, the slots after the kernel's own operands. */
  readonly late: ((...operands: readonly HostData[]) => KernelAttributes) | null;
  readonly result: ShapedArray;
}

/** One equation, by its primitive's own rule. */
export interface HostStep extends Common {
  readonly kind: 'host';
  readonly equation: Equation;
  /** Why no kernel does it. */
  readonly reason: string;
}

/** A decision made as the program runs. */
export interface ControlStep extends Common {
  readonly kind: 'control';
  readonly name: string;
  readonly results: readonly ShapedArray[];
  readonly run: (runtime: KernelRuntime, operands: readonly RunValue[]) => RunValue[];
}

export type Step = KernelStep | HostStep | ControlStep;

/** A step, and the slots that are freed after it. */
export type PlannedStep = Step & { readonly frees: readonly Slot[] };

export interface Plan {
  readonly slots: number;
  readonly inputs: readonly Slot[];
  /** Inputs that no step needs. */
  readonly unused: readonly Slot[];
  readonly constants: readonly { readonly slot: Slot; readonly data: HostData }[];
  readonly steps: readonly PlannedStep[];
  readonly outputs: readonly Slot[];
}

/** Orders steps for running: without those that nobody needs, each with what it frees. */
export function finish(
  steps: readonly Step[],
  inputs: readonly Slot[],
  constants: Plan['constants'],
  outputs: readonly Slot[],
  slots: number,
): Plan {
  const needed = new Set(outputs);
  const constant = new Set(constants.map(({ slot }) => slot));
  const held = new Set<Slot>([...outputs, ...constant]);
  const planned: PlannedStep[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    const step = steps[k];
    const effects = step.kind === 'host' && (step.equation.primitive.effects?.(step.equation.params) ?? []).length > 0;
    if (!effects && !step.outputs.some((slot) => needed.has(slot))) continue;
    const frees = new Set<Slot>();
    for (const slot of [...step.inputs, ...step.outputs]) {
      if (!needed.has(slot) && !held.has(slot)) frees.add(slot);
      needed.add(slot);
    }
    planned.push({ ...step, frees: [...frees] });
  }
  planned.reverse();
  const kept = constants.filter(({ slot }) => needed.has(slot));
  return {
    slots,
    inputs,
    unused: inputs.filter((slot) => !needed.has(slot)),
    constants: kept,
    steps: planned,
    outputs,
  };
}

const attributeText = (value: unknown): string => (value instanceof Function ? 'late' : JSON.stringify(value));

/** The plan as text, a line for each step. */
export function planText(plan: Plan): string {
  const line = (step: PlannedStep): string => {
    const outputs = step.outputs.join(', ');
    const frees = step.frees.length > 0 ? `  then frees ${step.frees.join(', ')}` : '';
    if (step.kind === 'host') {
      return `${outputs} = host ${step.equation.primitive.name}(${step.inputs.join(', ')})${frees}  # ${step.reason}`;
    }
    if (step.kind === 'control') return `${outputs} = ${step.name}(${step.inputs.join(', ')})${frees}`;
    const { keys } = step;
    const operands = step.inputs.map((slot, i) => (keys && i < keys.length ? `${keys[i]}: ${slot}` : `${slot}`));
    const attributes = Object.entries(step.attributes).map(([name, value]) => ` ${name}=${attributeText(value)}`);
    return `${outputs} = ${step.name}(${operands.join(', ')})${attributes.join(',')} : ${step.result}${frees}`;
  };
  const constants = plan.constants.map(({ slot, data }) => `${slot} = constant ${data.dtype}[${data.shape.join(',')}]`);
  return [
    `inputs ${plan.inputs.join(', ')}`,
    ...constants,
    ...plan.steps.map(line),
    `outputs ${plan.outputs.join(', ')}`,
  ].join('\n');
}
