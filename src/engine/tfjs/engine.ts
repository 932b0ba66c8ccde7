/**
 * The engine `tfjs`: jaxprs become plans of TensorFlow.js kernels, one of its backends runs them.
 */
import type { DType, TypedArray } from '../../array/dtype.js';
import { hostData } from '../../array/host.js';
import type { Jaxpr } from '../../ir/jaxpr.js';
import type { CompileOptions, Device, DeviceBuffer, Engine, Executable } from '../engine.js';
import { TfjsBuffer } from './buffer.js';
import { Machine } from './machine.js';
import { planText } from './plan.js';
import { planProgram } from './planner.js';
import type { Program } from './run.js';
import type { OpenedBackend } from './tensorflow.js';
import { HeldValue } from './value.js';

class TfjsExecutable implements Executable {
  readonly #donated: readonly boolean[];

  constructor(
    readonly program: Program,
    donate: readonly number[],
  ) {
    this.#donated = program.jaxpr.invars.map((_, i) => donate.includes(i));
  }

  execute(inputs: readonly DeviceBuffer[]): DeviceBuffer[] {
    const { program } = this;
    // An array that is also a donated one goes by the first position; asking for it again says that it is gone.
    const values = inputs.map((x, i) =>
      this.#donated[i] ? (x as TfjsBuffer).take() : (x as TfjsBuffer).value.retain(),
    );
    return program.machine.using(() => program.run(values)).map((y) => new TfjsBuffer(y));
  }

  text(): string {
    return planText(this.program.plan);
  }
}

export class TfjsEngine implements Engine {
  readonly name = 'tfjs';
  readonly runsHost = true;
  readonly machine: Machine;

  constructor(readonly opened: OpenedBackend) {
    this.machine = new Machine(opened.library, opened.backend);
  }

  get platform(): string {
    return this.opened.platform;
  }

  put(data: TypedArray, dtype: DType, shape: readonly number[]): DeviceBuffer {
    return new TfjsBuffer(HeldValue.ofHost(this.machine, hostData(dtype, shape, data)));
  }

  devices(): readonly Device[] {
    return [{ id: 0, platform: this.platform, kind: this.opened.description }];
  }

  lowerText(jaxpr: Jaxpr): string {
    return planText(planProgram(jaxpr, this.machine).plan);
  }

  compile(jaxpr: Jaxpr, { donate = [] }: CompileOptions): Executable {
    return new TfjsExecutable(planProgram(jaxpr, this.machine), donate);
  }
}
