/**
 * From a jaxpr to a plan: the primitives' kernel rules write steps, and what they decline is left to the host.
 *
 * Calls are written in place, equal steps once, and what depends on constants alone is computed now, where it is small.
 * An array that is only repeated is kept unrepeated (`stored`) as long as kernels that broadcast by themselves use it.
 */
import { type ShapedArray, shaped } from '../../array/aval.js';
import type { DType } from '../../array/dtype.js';
import type { HostData } from '../../array/host.js';
import { broadcastShapes, range, sameShape } from '../../array/shape.js';
import { type Atom, type Equation, type Jaxpr, jaxprsOf, Literal, type Scalar, type Var } from '../../ir/jaxpr.js';
import type {
  KernelAttributes,
  KernelEmitter,
  KernelInputs,
  KernelProgram,
  KernelRuntime,
  KernelValue,
  RunValue,
} from '../../ir/kernel.js';
import { interpret, literalData } from '../reference/engine.js';
import { fuse } from './fuse.js';
import { limitOf } from './limits.js';
import { isTensorDType, type Machine } from './machine.js';
import { finish, type Slot, type Step } from './plan.js';
import { attributesKey, fillOf, PlannedValue, padded } from './planned-value.js';
import { Program } from './run.js';

/** Equations on constants with so many elements of results are computed when the program is planned. */
const FOLD_AT_MOST = 1 << 14;
/** The same for equations without operands, which would be computed again in every run. */
const FOLD_ALONE_AT_MOST = 1 << 22;
/** Kernels are written for so many axes. */
const MOST_AXES = 6;

/** Thrown by a rule that leaves its equation to the host. */
class Declined {
  constructor(readonly reason: string) {}
}

/** The types of what a step computes. */
const resultsOf = (step: Step): readonly ShapedArray[] =>
  step.kind === 'kernel'
    ? [step.result]
    : step.kind === 'host'
      ? step.equation.outputs.map((v) => v.aval)
      : step.results;

class Planner implements KernelEmitter {
  readonly #steps: Step[] = [];
  readonly #constants: { slot: Slot; data: HostData }[] = [];
  readonly #known = new Map<string, Slot>();
  #slots = 0;

  constructor(readonly machine: Machine) {}

  /** The whole jaxpr as a program. */
  build(jaxpr: Jaxpr): Program {
    const inputs = jaxpr.invars.map((v) => new PlannedValue(v.aval, this.#slots++, v.aval.shape));
    const outputs = this.inline(jaxpr, inputs).map((y) => this.#whole(y as PlannedValue));
    const slots = inputs.map(({ slot }) => slot);
    const steps = fuse(this.#steps, outputs, this.#shapes(inputs), this.machine, () => this.#slots++);
    return new Program(jaxpr, finish(steps, slots, this.#constants, outputs, this.#slots), this.machine);
  }

  /** The shapes in memory of what a kernel may find. */
  #shapes(inputs: readonly PlannedValue[]): Map<Slot, readonly number[]> {
    const shapes = new Map(inputs.map(({ slot, stored }) => [slot, stored]));
    for (const { slot, data } of this.#constants) shapes.set(slot, data.shape);
    for (const step of this.#steps)
      step.outputs.forEach((slot, i) => {
        shapes.set(slot, resultsOf(step)[i].shape);
      });
    return shapes;
  }

  inline(jaxpr: Jaxpr, args: readonly KernelValue[]): KernelValue[] {
    const values = new Map<Var, PlannedValue>();
    jaxpr.invars.forEach((v, i) => {
      values.set(v, args[i] as PlannedValue);
    });
    const read = (x: Atom): PlannedValue => (x instanceof Literal ? this.#literal(x) : (values.get(x) as PlannedValue));
    for (const equation of jaxpr.equations) {
      const results = this.#equation(equation, equation.inputs.map(read));
      equation.outputs.forEach((v, i) => {
        values.set(v, results[i]);
      });
    }
    return jaxpr.outvars.map(read);
  }

  #equation(equation: Equation, args: readonly PlannedValue[]): readonly PlannedValue[] {
    const { primitive, params, outputs } = equation;
    const folded = this.#fold(equation, args);
    if (folded) return folded;
    const avals = outputs.map((v) => v.aval);
    if (primitive.kernel === undefined) return this.#onHost(equation, args, 'it has no kernel');
    const [steps, slots] = [this.#steps.length, this.#slots];
    try {
      return primitive.kernel(this, args, params, avals) as readonly PlannedValue[];
    } catch (error) {
      if (!(error instanceof Declined)) throw error;
      this.#steps.length = steps;
      for (const [key, slot] of this.#known) if (slot >= slots) this.#known.delete(key);
      return this.#onHost(equation, args, error.reason);
    }
  }

  /** The results, where all operands are known and the results small. */
  #fold({ primitive, params, outputs }: Equation, args: readonly PlannedValue[]): PlannedValue[] | null {
    const most = args.length === 0 ? FOLD_ALONE_AT_MOST : FOLD_AT_MOST;
    if (outputs.length === 0 || outputs.some((v) => v.aval.size > most || v.aval.size === 0)) return null;
    if (args.some((x) => x.data === null) || primitive.onHost || jaxprsOf(params).length > 0) return null;
    if ((primitive.effects?.(params) ?? []).length > 0) return null;
    const operands = args.map((x) => x.data as HostData);
    return primitive.evaluate(operands, params, { run: interpret }).map((data: HostData) => this.#constant(data));
  }

  #onHost(equation: Equation, args: readonly PlannedValue[], reason: string): PlannedValue[] {
    const inputs = args.map((x) => this.#whole(x));
    const results = equation.outputs.map((v) => new PlannedValue(v.aval, this.#slots++, v.aval.shape));
    this.#steps.push({ kind: 'host', equation, reason, inputs, outputs: results.map(({ slot }) => slot) });
    return results;
  }

  #literal(literal: Literal): PlannedValue {
    return this.#constant(literalData(literal));
  }

  /** A constant of the program. Filled with one number, it is that number. */
  #constant(data: HostData): PlannedValue {
    const fill = fillOf(data);
    const aval = shaped(data.shape, data.dtype);
    if (fill === null) {
      const slot = this.#slots++;
      this.#constants.push({ slot, data });
      return new PlannedValue(aval, slot, data.shape, data);
    }
    const key = `constant ${data.dtype} ${Object.is(fill, -0) ? '-0' : String(fill)}`;
    let slot = this.#known.get(key);
    if (slot === undefined) {
      slot = this.#slots++;
      this.#known.set(key, slot);
      this.#constants.push({ slot, data: { dtype: data.dtype, shape: [], data: data.data.slice(0, 1) } });
    }
    return new PlannedValue(aval, slot, [], data, fill);
  }

  /** The slot of a value with all its elements. */
  #whole(value: PlannedValue): Slot {
    const { aval, stored, slot, fill, data } = value;
    const { shape, dtype } = aval;
    if (sameShape(stored, shape)) return slot;
    const key = `whole ${slot}:${shape}`;
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    let whole: Slot;
    if (data !== null && (!isTensorDType(dtype) || aval.size <= FOLD_AT_MOST)) {
      whole = this.#slots++;
      this.#constants.push({ slot: whole, data });
    } else if (fill !== null && this.machine.has('Fill')) {
      whole = this.#step('Fill', [], [], aval, { shape, value: Number(fill), dtype }, null);
    } else {
      const small = padded(stored, shape.length);
      const from = sameShape(small, stored) ? slot : this.#reshaped(slot, aval.withShape(small));
      const reps = shape.map((n, axis) => (small[axis] === n ? 1 : n));
      whole = this.#step('Tile', ['x'], [from], aval, { reps }, null);
    }
    this.#known.set(key, whole);
    return whole;
  }

  #reshaped(slot: Slot, aval: ShapedArray): Slot {
    return this.#step('Reshape', ['x'], [slot], aval, { shape: aval.shape }, null);
  }

  /** Writes a kernel, unless it is there already. `inputs` may be longer than `keys` for one that is `late`. */
  #step(
    name: string,
    keys: readonly string[] | null,
    inputs: readonly Slot[],
    result: ShapedArray,
    attributes: KernelAttributes,
    late: ((...operands: readonly HostData[]) => KernelAttributes) | null,
  ): Slot {
    const key = late ? null : `${name}(${keys}:${inputs})${attributesKey(attributes)}:${result}`;
    const found = key === null ? undefined : this.#known.get(key);
    if (found !== undefined) return found;
    const slot = this.#slots++;
    if (key !== null) this.#known.set(key, slot);
    this.#steps.push({ kind: 'kernel', name, keys, inputs, outputs: [slot], attributes, late, result });
    return slot;
  }

  /** Declines what the backend's kernel of this name cannot do. */
  #check(name: string, operands: readonly PlannedValue[], result: ShapedArray): void {
    for (const { size, dtype, ndim } of [...operands.map((x) => x.aval), result]) {
      if (!isTensorDType(dtype)) this.decline(`${dtype} has no tensors`);
      if (size === 0) this.decline('an array is empty');
      if (ndim > MOST_AXES) this.decline(`more than ${MOST_AXES} axes`);
    }
    const { backend } = this.machine;
    if (!this.machine.has(name)) this.decline(`the backend ${backend} has no ${name}`);
    const limit = limitOf(backend, name, operands[0]?.aval.dtype, result.dtype);
    if (limit !== undefined) this.decline(`${name}: ${limit}`);
  }

  op(name: string, inputs: KernelInputs, result: ShapedArray, attributes: KernelAttributes = {}): KernelValue {
    return this.#emit(name, inputs, result, attributes, [], null);
  }

  late(
    name: string,
    inputs: KernelInputs,
    result: ShapedArray,
    operands: readonly KernelValue[],
    attributes: (...operands: readonly HostData[]) => KernelAttributes,
  ): KernelValue {
    const known = operands.map((x) => (x as PlannedValue).data);
    if (known.every((x) => x !== null)) return this.op(name, inputs, result, attributes(...known));
    return this.#emit(name, inputs, result, {}, operands as readonly PlannedValue[], attributes);
  }

  #emit(
    name: string,
    inputs: KernelInputs,
    result: ShapedArray,
    attributes: KernelAttributes,
    more: readonly PlannedValue[],
    late: ((...operands: readonly HostData[]) => KernelAttributes) | null,
  ): KernelValue {
    const keys = Array.isArray(inputs) ? null : Object.keys(inputs);
    const operands = Object.values(inputs) as PlannedValue[];
    this.#check(name, operands, result);
    const slots = [...operands, ...more].map((x) => this.#whole(x));
    return new PlannedValue(result, this.#step(name, keys, slots, result, attributes, late), result.shape);
  }

  elementwise(name: string, inputs: Readonly<Record<string, KernelValue>>, result: ShapedArray): KernelValue {
    const operands = Object.values(inputs) as PlannedValue[];
    this.#check(name, operands, result);
    const stored = broadcastShapes(...operands.map((x) => x.stored)) as number[];
    const slots = operands.map(({ slot }) => slot);
    const slot = this.#step(name, Object.keys(inputs), slots, shaped(stored, result.dtype), {}, null);
    return new PlannedValue(result, slot, stored);
  }

  constant(value: Scalar, aval: ShapedArray): KernelValue {
    const one = literalData(new Literal(value, shaped([], aval.dtype)));
    const scalar = this.#constant(one);
    return aval.ndim === 0 ? scalar : this.broadcast(scalar, aval.shape, []);
  }

  dense(data: HostData): KernelValue {
    return this.#constant(data);
  }

  filledWith(value: KernelValue): Scalar | null {
    return (value as PlannedValue).fill;
  }

  reshape(value: KernelValue, shape: readonly number[]): KernelValue {
    const x = value as PlannedValue;
    if (sameShape(x.aval.shape, shape)) return x;
    const aval = x.aval.withShape(shape);
    if (x.fill !== null && x.stored.length === 0) {
      return new PlannedValue(aval, x.slot, [], x.data && { ...x.data, shape }, x.fill);
    }
    this.#check('Reshape', [x], aval);
    return new PlannedValue(aval, this.#reshaped(this.#whole(x), aval), shape);
  }

  transpose(value: KernelValue, permutation: readonly number[]): KernelValue {
    const x = value as PlannedValue;
    if (permutation.every((p, i) => p === i)) return x;
    const shape = permutation.map((p) => x.aval.shape[p]);
    const moved = permutation.filter((p) => x.aval.shape[p] !== 1);
    if (moved.every((p, i) => i === 0 || moved[i - 1] < p)) return this.reshape(x, shape);
    return this.op('Transpose', { x }, x.aval.withShape(shape), { perm: permutation });
  }

  broadcast(value: KernelValue, shape: readonly number[], axes: readonly number[]): KernelValue {
    const x = value as PlannedValue;
    const aval = x.aval.withShape(shape);
    if (!isTensorDType(aval.dtype)) this.decline(`${aval.dtype} has no tensors`);
    if (x.fill !== null && x.stored.length === 0) {
      return new PlannedValue(aval, x.slot, [], null, x.fill);
    }
    const stored = padded(x.stored, x.aval.ndim);
    const spread = range(shape.length).map((axis) => {
      const i = axes.indexOf(axis);
      return i < 0 ? 1 : stored[i];
    });
    const first = spread.findIndex((n) => n !== 1);
    const small = first < 0 ? [] : spread.slice(first);
    if (sameShape(small, x.stored)) return new PlannedValue(aval, x.slot, small, null, x.fill);
    const from = x.aval.withShape(small);
    this.#check('Reshape', [x], from);
    return new PlannedValue(aval, this.#reshaped(x.slot, from), small, null, x.fill);
  }

  convert(value: KernelValue, dtype: DType): KernelValue {
    const x = value as PlannedValue;
    if (x.aval.dtype === dtype) return x;
    const aval = shaped(x.aval.shape, dtype);
    if (dtype === 'bool') {
      const zero = this.constant(0, shaped([], x.aval.dtype));
      return this.elementwise('NotEqual', { a: x, b: zero }, aval);
    }
    if (x.aval.dtype === 'float32') this.decline('Cast: floats outside the range of int32 must end at its ends');
    this.#check('Cast', [x], aval);
    const small = shaped(x.stored, dtype);
    return new PlannedValue(aval, this.#step('Cast', ['x'], [x.slot], small, { dtype }, null), x.stored);
  }

  program(jaxpr: Jaxpr): KernelProgram {
    return planProgram(jaxpr, this.machine);
  }

  control(
    operands: readonly KernelValue[],
    results: readonly ShapedArray[],
    run: (runtime: KernelRuntime, operands: readonly RunValue[]) => RunValue[],
  ): KernelValue[] {
    const inputs = (operands as readonly PlannedValue[]).map((x) => this.#whole(x));
    const values = results.map((aval) => new PlannedValue(aval, this.#slots++, aval.shape));
    this.#steps.push({
      kind: 'control',
      name: 'control',
      results,
      run,
      inputs,
      outputs: values.map(({ slot }) => slot),
    });
    return values;
  }

  decline(reason: string): never {
    throw new Declined(reason);
  }
}

/** Plans a jaxpr for a machine. */
export const planProgram = (jaxpr: Jaxpr, machine: Machine): Program => new Planner(machine).build(jaxpr);
