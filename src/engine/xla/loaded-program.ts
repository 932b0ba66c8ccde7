/**
 * A compiled program as a thing to look at: its results' types, its memory and cost, its text, its bytes for the cache.
 *
 * How it is started stands in `executable.ts` for one device and in `sharded-executable.ts` for several.
 */
import type { DType } from '../../array/dtype.js';
import { InternalError } from '../../error/error.js';
import type { MemoryAnalysis } from '../engine.js';
import { BUFFER_TYPES } from './buffer.js';
import type { PjrtClient } from './client.js';
import { bytesAt, isStatus } from './ffi.js';
import { hloText } from './hlo.js';

/** What is known of an argument or result before the program runs. */
export interface ArraySpec {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface ProgramSpec {
  readonly name: string;
  readonly inputs: readonly ArraySpec[];
  readonly outputs: readonly ArraySpec[];
  /** Positions of inputs whose memory the program takes over. */
  readonly donate?: readonly number[];
}

const finalizers = new FinalizationRegistry<{ client: PjrtClient; loaded: number }>(({ client, loaded }) => {
  client.api.call('LoadedExecutable_Destroy', { executable: loaded });
});

/** A program that the plugin has compiled; it is unloaded when nobody can reach it. */
export abstract class LoadedProgram {
  constructor(
    protected readonly client: PjrtClient,
    protected readonly loaded: number,
    protected readonly spec: ProgramSpec,
    private readonly lowered: () => string,
  ) {
    finalizers.register(this, { client, loaded });
  }

  /** The results as compiled are those that are expected: otherwise their lists and bytes would be misread. */
  protected checkResults(outputs: readonly ArraySpec[]): void {
    const compiled = this.inspect((executable) => {
      const { client } = this;
      const types = client.must(
        'PJRT_Executable_OutputElementTypes',
        client.api.call('Executable_OutputElementTypes', { executable }),
      );
      const dimensions = client.must(
        'PJRT_Executable_OutputDimensions',
        client.api.call('Executable_OutputDimensions', { executable }),
      );
      const count = types.get('numTypes');
      const numbers = new Int32Array(bytesAt(types.get('types'), 4 * count).buffer);
      const ranks = new BigUint64Array(bytesAt(dimensions.get('dimSizes'), 8 * count).buffer);
      const total = ranks.reduce((sum, rank) => sum + Number(rank), 0);
      const sizes = new BigInt64Array(bytesAt(dimensions.get('dims'), 8 * total).buffer);
      let end = 0;
      return Array.from(numbers, (type, k) => {
        const start = end;
        end += Number(ranks[k]);
        return `${type}[${sizes.subarray(start, end).join(',')}]`;
      });
    });
    const expected = outputs.map(({ dtype, shape }) => `${BUFFER_TYPES[dtype]}[${shape.join(',')}]`);
    const wrong = compiled.findIndex((result, k) => result !== expected[k]);
    if (compiled.length !== expected.length || wrong >= 0) {
      const what = `result ${Math.max(wrong, 0)} of ${compiled.length} of ${this.spec.name} was compiled as another type`;
      throw new InternalError({ what: `${what} than the ${expected.length} that are expected` });
    }
  }

  /** The compiled program as bytes for the cache, or undefined where the plugin cannot. */
  serialize(): Uint8Array | undefined {
    const bytes = this.client.serialize(this.loaded);
    return isStatus(bytes) ? undefined : bytes;
  }

  memoryAnalysis(): MemoryAnalysis {
    return this.inspect((executable) => {
      const stats = this.client.must(
        'PJRT_Executable_GetCompiledMemoryStats',
        this.client.api.call('Executable_GetCompiledMemoryStats', { executable }),
      );
      return {
        argumentSizeInBytes: stats.get('argument'),
        outputSizeInBytes: stats.get('output'),
        aliasSizeInBytes: stats.get('alias'),
        tempSizeInBytes: stats.get('temp'),
        generatedCodeSizeInBytes: stats.get('generatedCode'),
      };
    });
  }

  costAnalysis(): Readonly<Record<string, number>> {
    return this.inspect((executable) => {
      const list = this.client.must(
        'PJRT_Executable_GetCostAnalysis',
        this.client.api.call('Executable_GetCostAnalysis', { executable }),
      );
      const values = this.client.api.namedValues(list.get('properties'), list.get('numProperties'));
      return Object.fromEntries(Object.entries(values).flatMap(([k, v]) => (typeof v === 'number' ? [[k, v]] : [])));
    });
  }

  text(stage: 'lowered' | 'optimized'): string {
    if (stage === 'lowered') return this.lowered();
    const { code, format } = this.client.optimizedProgram(this.loaded);
    return hloText(code, format);
  }

  private inspect<T>(look: (executable: number) => T): T {
    const executable = this.client.executableOf(this.loaded);
    try {
      return look(executable);
    } finally {
      this.client.api.call('Executable_Destroy', { executable });
    }
  }
}
