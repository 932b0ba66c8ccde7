/**
 * Runs a plan, step by step, and frees every value after its last use.
 */
import type { ShapedArray } from '../../array/aval.js';
import { layoutOf } from '../../array/dtype.js';
import { type HostData, hostZeros } from '../../array/host.js';
import { sizeOf } from '../../array/shape.js';
import type { Jaxpr } from '../../ir/jaxpr.js';
import type { KernelProgram, KernelRuntime, RunValue } from '../../ir/kernel.js';
import { interpret } from '../reference/engine.js';
import { isTensorDType, type Machine } from './machine.js';
import type { HostStep, KernelStep, Plan, PlannedStep } from './plan.js';
import type { Tensor } from './tensorflow.js';
import { HeldValue } from './value.js';

/** A plan with what it keeps between runs: the tensors of its constants. */
export class Program implements KernelProgram {
  #constants: HeldValue[] | null = null;

  constructor(
    readonly jaxpr: Jaxpr,
    readonly plan: Plan,
    readonly machine: Machine,
  ) {}

  private constants(): readonly HeldValue[] {
    this.#constants ??= this.plan.constants.map(({ data }) => HeldValue.ofHost(this.machine, data));
    return this.#constants;
  }

  /**
   * The results for given inputs. Of each input one hold is given up; each result is held once, for the caller.
   * To be called within `machine.using`.
   */
  run(inputs: readonly HeldValue[]): HeldValue[] {
    const { plan } = this;
    const values = new Array<HeldValue>(plan.slots);
    const constants = this.constants();
    for (let i = 0; i < constants.length; i++) values[plan.constants[i].slot] = constants[i];
    for (let i = 0; i < inputs.length; i++) values[plan.inputs[i]] = inputs[i];
    let done = 0;
    try {
      for (; done < plan.steps.length; done++) {
        const step = plan.steps[done];
        this.step(step, values);
        for (const slot of step.frees) values[slot].release();
      }
    } catch (error) {
      this.abandon(values, done);
      throw error;
    }
    for (const slot of plan.unused) values[slot].release();
    // A value that is several results, or a constant, is held by each of them.
    const given = new Set(plan.constants.map(({ slot }) => slot));
    return plan.outputs.map((slot) => {
      if (given.has(slot)) return values[slot].retain();
      given.add(slot);
      return values[slot];
    });
  }

  /** Frees what is alive when step `failed` has failed. */
  private abandon(values: readonly HeldValue[], failed: number): void {
    const { steps, constants } = this.plan;
    const gone = new Set([...constants.map(({ slot }) => slot), ...steps.slice(0, failed).flatMap((s) => s.frees)]);
    values.forEach((value, slot) => {
      if (!gone.has(slot)) value.release();
    });
  }

  private step(step: PlannedStep, values: HeldValue[]): void {
    if (step.kind === 'kernel') values[step.outputs[0]] = this.kernel(step, values);
    else if (step.kind === 'host') this.host(step, values);
    else {
      const results = step.run(
        new Runtime(this.machine),
        step.inputs.map((slot) => values[slot]),
      );
      step.outputs.forEach((slot, i) => {
        values[slot] = results[i] as HeldValue;
      });
    }
  }

  private kernel(step: KernelStep, values: readonly HeldValue[]): HeldValue {
    const { keys, late, result, inputs } = step;
    let operands: Record<string, Tensor> | Tensor[];
    let attributes = step.attributes;
    if (keys === null) operands = inputs.map((slot) => values[slot].tensor());
    else {
      operands = {};
      for (let i = 0; i < keys.length; i++) operands[keys[i]] = values[inputs[i]].tensor();
      if (late) attributes = late(...inputs.slice(keys.length).map((slot) => values[slot].host()));
    }
    const tensor = this.machine.run(step.name, operands, attributes);
    return HeldValue.ofTensor(this.machine, tensor, result.dtype, result.shape);
  }

  private host(step: HostStep, values: HeldValue[]): void {
    const { primitive, params } = step.equation;
    const results: HostData[] = primitive.evaluate(
      step.inputs.map((slot) => values[slot].host()),
      params,
      { run: interpret },
    );
    step.outputs.forEach((slot, i) => {
      values[slot] = HeldValue.ofHost(this.machine, results[i]);
    });
  }
}

/** What the steps that decide may do. */
class Runtime implements KernelRuntime {
  constructor(readonly machine: Machine) {}

  run(program: KernelProgram, inputs: readonly RunValue[]): RunValue[] {
    return (program as Program).run(inputs.map((x) => (x as HeldValue).retain()));
  }

  read(value: RunValue): HostData {
    return (value as HeldValue).host();
  }

  entry(value: RunValue, index: number): RunValue {
    const x = value as HeldValue;
    const shape = x.shape.slice(1);
    const size = sizeOf(shape);
    if (!isTensorDType(x.dtype) || size === 0) {
      const n = size * layoutOf(x.dtype).entries;
      const data = x.host().data.subarray(index * n, (index + 1) * n);
      return HeldValue.ofHost(this.machine, { dtype: x.dtype, shape, data });
    }
    const begin = x.shape.map((_, axis) => (axis === 0 ? index : 0));
    const cut = this.machine.run('Slice', { x: x.tensor() }, { begin, size: [1, ...shape] });
    const entry = this.machine.run('Reshape', { x: cut }, { shape });
    cut.dispose();
    return HeldValue.ofTensor(this.machine, entry, x.dtype, shape);
  }

  stack(values: readonly RunValue[], aval: ShapedArray): RunValue {
    const held = values as readonly HeldValue[];
    if (!isTensorDType(aval.dtype) || aval.size === 0) {
      const out = hostZeros(aval.dtype, aval.shape);
      held.forEach((x, k) => {
        const { data } = x.host();
        (out.data as Float32Array).set(data as Float32Array, k * data.length);
      });
      return HeldValue.ofHost(this.machine, out);
    }
    const rows = held.map((x) => this.machine.run('Reshape', { x: x.tensor() }, { shape: [1, ...x.shape] }));
    const joined = rows.length === 1 ? rows[0] : this.machine.run('Concat', rows, { axis: 0 });
    if (rows.length > 1) for (const row of rows) row.dispose();
    return HeldValue.ofTensor(this.machine, joined, aval.dtype, aval.shape);
  }

  retain(value: RunValue): RunValue {
    return (value as HeldValue).retain();
  }

  release(values: readonly RunValue[]): void {
    for (const value of values) (value as HeldValue).release();
  }
}
