/**
 * What a plugin can be told when its devices are opened: named values of the PJRT C API.
 *
 * GPUs take memory in advance, three quarters of it by default, which other programs on the machine then lack:
 * `FLUXION_PREALLOCATE=false` takes it as it is needed, `FLUXION_MEMORY_FRACTION=0.5` takes half, and
 * `FLUXION_GPU_ALLOCATOR` is `default`, `platform`, `bfc` or `cuda_async`.
 * Source: JAX's "GPU memory allocation"; `xla_gpu_pjrt_client` options.
 */
import { InvalidArgument } from '../../error/error.js';
import { addressOf, pin } from './ffi.js';
import { LAYOUTS, NativeBlock } from './layout.js';

/** Options by name. Whole numbers are sent as integers, other numbers as floats. */
export type CreateOptions = Readonly<Record<string, string | number | boolean>>;

/** The numbers of `PJRT_NamedValue_Type`. */
const KIND = { string: 0, int64: 1, float: 3, bool: 4 } as const;
const TWO32 = 2 ** 32;

/** Named values in native memory; `unpin` when the call that reads them is over. */
export function createOptions(values: CreateOptions): {
  readonly address: number;
  readonly count: number;
  readonly words: Uint32Array;
  readonly unpin: () => void;
} {
  const entries = Object.entries(values);
  const { size, fields } = LAYOUTS.NamedValue;
  const block = new NativeBlock(size * Math.max(1, entries.length));
  const kept: Uint8Array[] = [];
  const encoded = (text: string): Uint8Array => {
    const bytes = new TextEncoder().encode(text);
    kept.push(bytes);
    return bytes;
  };
  entries.forEach(([name, value], i) => {
    const at = (field: keyof typeof fields): number => (i * size + fields[field].offset) >> 2;
    const nameBytes = encoded(name);
    block.write((i * size) >> 2, size);
    block.write(at('name'), addressOf(nameBytes));
    block.write(at('nameSize'), nameBytes.length);
    block.write(at('valueSize'), 1);
    if (typeof value === 'string') {
      const bytes = encoded(value);
      block.words[at('type')] = KIND.string;
      block.write(at('value'), addressOf(bytes));
      block.write(at('valueSize'), bytes.length);
    } else if (typeof value === 'boolean') {
      block.words[at('type')] = KIND.bool;
      block.words[at('value')] = value ? 1 : 0;
    } else if (Number.isInteger(value)) {
      block.words[at('type')] = KIND.int64;
      block.words[at('value')] = value;
      block.words[at('value') + 1] = Math.floor(value / TWO32);
    } else {
      block.words[at('type')] = KIND.float;
      block.words[at('value')] = new Uint32Array(new Float32Array([value]).buffer)[0];
    }
  });
  return { address: block.address, count: entries.length, words: block.words, unpin: pin(kept) };
}

const ALLOCATORS = ['default', 'platform', 'bfc', 'cuda_async'];

/** What the environment says of a GPU's memory. @throws InvalidArgument */
export function memoryOptions(env: NodeJS.ProcessEnv = process.env): CreateOptions {
  const options: Record<string, string | number | boolean> = {};
  const refuse = (argument: string, expected: string): never => {
    throw new InvalidArgument({ op: 'XlaEngine', argument, expected, actual: `${env[argument]}` });
  };
  const preallocate = env.FLUXION_PREALLOCATE?.toLowerCase();
  if (preallocate) {
    if (!['true', 'false', '1', '0'].includes(preallocate)) refuse('FLUXION_PREALLOCATE', 'true or false');
    options.preallocate = preallocate === 'true' || preallocate === '1';
  }
  if (env.FLUXION_MEMORY_FRACTION) {
    const fraction = Number(env.FLUXION_MEMORY_FRACTION);
    // One is a whole number, which would be sent as an integer.
    if (!(fraction > 0 && fraction < 1)) refuse('FLUXION_MEMORY_FRACTION', 'a number between 0 and 1');
    options.memory_fraction = fraction;
  }
  if (env.FLUXION_GPU_ALLOCATOR) {
    if (!ALLOCATORS.includes(env.FLUXION_GPU_ALLOCATOR))
      refuse('FLUXION_GPU_ALLOCATOR', `one of ${ALLOCATORS.join(', ')}`);
    options.allocator = env.FLUXION_GPU_ALLOCATOR;
  }
  return options;
}
