/**
 * A PJRT client: one process's hold on the devices of one plugin.
 *
 * This file knows the calls that make and describe things: the client itself, its devices, compiled programs from text
 * or from bytes. What a buffer or a program then does stands in `buffer.ts` and `executable.ts`.
 */
import * as E from 'fp-ts/lib/Either.js';
import { CompileError, ExecutionError, PluginIncompatible, ResourceExhausted } from '../../error/engine.js';
import { InvalidArgument } from '../../error/error.js';
import { tuneAllocator } from './allocator.js';
import { type CreateOptions, createOptions, memoryOptions } from './client-options.js';
import { addressOf, bytesAt, callVoid, isStatus, type NamedValue, PjrtApi, pin, type Status, textAt } from './ffi.js';
import { Struct, type StructName } from './layout.js';
import { DeviceMemory, defaultMemoryLimit } from './memory.js';

/** The oldest plugin whose structs are those of `layout.ts`. */
const OLDEST_MINOR = 81;
const RESOURCE_EXHAUSTED = 8;
const DEVICE_COUNT = 'cpu_device_count';

/** The error for a failed call. */
export function engineError(what: string, status: Status): Error {
  return status.code === RESOURCE_EXHAUSTED || /^(?:out of memory|failed to allocate)/i.test(status.message)
    ? new ResourceExhausted({ what, message: status.message })
    : new ExecutionError({ what, status: status.status, message: status.message });
}

/** XLA names places as `file:line:column: error: message`; the text has no file, so it writes `-` or `<unknown>`. */
function compileError(program: string, status: Status, text: string): Error {
  if (status.code === RESOURCE_EXHAUSTED) return engineError(`the compilation of ${program}`, status);
  const place = /(?:^|[\s<"(])[\w./<>-]*:(\d+):(\d+)/.exec(status.message);
  const line = place ? Number(place[1]) : undefined;
  const sourceLine = line === undefined ? undefined : text.split('\n')[line - 1]?.trim();
  return new CompileError({
    program,
    status: status.status,
    message: status.message,
    line,
    column: place ? Number(place[2]) : undefined,
    sourceLine: sourceLine === undefined ? undefined : sourceLine.slice(0, 400),
  });
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface ClientOptions {
  /** How many devices the CPU pretends to have, for programs that are split over a mesh. @default 1 */
  readonly devices?: number;
}

export class PjrtClient {
  /** The platform's name: `cpu`, `cuda`, `tpu`. */
  readonly platform: string;
  readonly platformVersion: string;
  readonly onCpu: boolean;
  /** The devices' addresses, in the order of their ids. */
  readonly devices: readonly number[];
  readonly memory: DeviceMemory;

  private constructor(
    readonly api: PjrtApi,
    readonly handle: number,
    /** What the plugin says of itself, e.g. `stablehlo_current_version`. */
    readonly attributes: Readonly<Record<string, NamedValue>>,
  ) {
    const name = this.must('PJRT_Client_PlatformName', api.call('Client_PlatformName', { client: handle }));
    this.platform = textAt(name.get('text'), name.get('textSize'));
    const version = this.must('PJRT_Client_PlatformVersion', api.call('Client_PlatformVersion', { client: handle }));
    this.platformVersion = textAt(version.get('text'), version.get('textSize'));
    const list = this.must('PJRT_Client_AddressableDevices', api.call('Client_AddressableDevices', { client: handle }));
    this.devices = [...new BigUint64Array(bytesAt(list.get('devices'), 8 * list.get('numDevices')).buffer)].map(Number);
    this.onCpu = this.platform === 'cpu';
    this.memory = new DeviceMemory(api, defaultMemoryLimit(this.onCpu));
  }

  /** Loads a plugin and opens its devices. */
  static open(
    path: string,
    options: ClientOptions = {},
  ): E.Either<InstanceType<typeof PluginIncompatible>, PjrtClient> {
    const refuse = (reason: string) => E.left(new PluginIncompatible({ path, reason }));
    const devices = options.devices ?? 1;
    if (!Number.isInteger(devices) || devices < 1) {
      throw new InvalidArgument({
        op: 'XlaEngine',
        argument: 'devices',
        expected: 'a positive integer',
        actual: `${devices}`,
      });
    }
    const api = PjrtApi.load(path);
    if (typeof api === 'string') return refuse(api);
    if (api.major !== 0 || api.minor < OLDEST_MINOR) {
      return refuse(`its PJRT version is ${api.major}.${api.minor}, and 0.${OLDEST_MINOR} or a later 0.x is needed`);
    }
    const initialized = api.call('Plugin_Initialize', {});
    if (isStatus(initialized)) return refuse(initialized.message);
    const described = api.call('Plugin_Attributes', {});
    const attributes = isStatus(described)
      ? {}
      : api.namedValues(described.get('attributes'), described.get('numAttributes'));
    tuneAllocator();
    const create = (values: CreateOptions) => {
      const list = createOptions(values);
      const created = api.call('Client_Create', { createOptions: list.address, numOptions: list.count });
      list.unpin();
      return created;
    };
    let created = create({ [DEVICE_COUNT]: devices });
    if (isStatus(created) && created.message.includes(DEVICE_COUNT)) {
      // Only the CPU's plugin knows the option; others refuse what they do not know.
      created = create(memoryOptions());
    }
    if (isStatus(created)) return refuse(created.message);
    const client = new PjrtClient(api, created.get('client'), attributes);
    return client.devices.length === 0 ? refuse('it offers no device') : E.right(client);
  }

  /** A device's kind and its own description of itself. */
  describeDevice(device: number): { readonly kind: string; readonly text: string } {
    const description = this.must('PJRT_Device_GetDescription', this.api.call('Device_GetDescription', { device })).get(
      'description',
    );
    const kind = this.must('PJRT_DeviceDescription_Kind', this.api.call('DeviceDescription_Kind', { description }));
    const text = this.must(
      'PJRT_DeviceDescription_ToString',
      this.api.call('DeviceDescription_ToString', { description }),
    );
    return {
      kind: textAt(kind.get('text'), kind.get('textSize')),
      text: textAt(text.get('text'), text.get('textSize')),
    };
  }

  /**
   * Compiles a StableHLO module, blocking; returns the address of the loaded program.
   * @throws CompileError, ResourceExhausted
   */
  compile(program: string, text: string, options: Uint8Array): number {
    const { struct, unpin } = this.compileStruct(program, text, options);
    const error = this.api.get('Client_Compile')(struct.address);
    unpin();
    if (error) throw compileError(program, this.api.takeStatus(error), text);
    return struct.get('executable');
  }

  /** The same on a worker thread. */
  compileAsync(program: string, text: string, options: Uint8Array): Promise<number> {
    const { struct, unpin } = this.compileStruct(program, text, options);
    return new Promise((resolve, reject) => {
      this.api.get('Client_Compile').async(struct.address, (problem, error) => {
        unpin();
        if (problem) reject(problem);
        else if (error) reject(compileError(program, this.api.takeStatus(error), text));
        else resolve(struct.get('executable'));
      });
    });
  }

  private compileStruct(program: string, text: string, options: Uint8Array) {
    if (text.trim() === '' || options.length === 0) {
      // Either would crash the process instead of failing.
      throw new CompileError({ program, status: 'INVALID_ARGUMENT', message: 'the program or its options are empty' });
    }
    const [code, format] = [ascii(text), ascii('mlir')];
    const module = new Struct('Program');
    module.set('code', addressOf(code)).set('codeSize', code.length);
    module.set('format', addressOf(format)).set('formatSize', format.length);
    const struct = new Struct('Client_Compile');
    struct.set('client', this.handle).set('program', module.address);
    struct.set('compileOptions', addressOf(options)).set('compileOptionsSize', options.length);
    return { struct, unpin: pin([code, format, options, module, struct]) };
  }

  /** Loads a program that `serialize` wrote; the status says why not. */
  deserialize(bytes: Uint8Array): number | Status {
    const unpin = pin(bytes);
    const loaded = this.api.call('Executable_DeserializeAndLoad', {
      client: this.handle,
      bytes: addressOf(bytes),
      bytesSize: bytes.length,
    });
    unpin();
    return isStatus(loaded) ? loaded : loaded.get('executable');
  }

  /** A compiled program as bytes, for this machine and this plugin. */
  serialize(loaded: number): Uint8Array | Status {
    const executable = this.executableOf(loaded);
    const struct = this.api.call('Executable_Serialize', { executable });
    this.api.call('Executable_Destroy', { executable });
    if (isStatus(struct)) return struct;
    const bytes = bytesAt(struct.get('bytes'), struct.get('bytesSize'));
    callVoid(struct.get('deleter'), struct.get('serialized'));
    return bytes;
  }

  /** The program behind a loaded program; to be destroyed by the caller. */
  executableOf(loaded: number): number {
    const found = this.api.call('LoadedExecutable_GetExecutable', { loaded });
    return this.must('PJRT_LoadedExecutable_GetExecutable', found).get('executable');
  }

  /**
   * A loaded program as the compiler left it, in the plugin's own format. The plugin writes it into memory of ours;
   * asked first without any, it says how much it needs.
   */
  optimizedProgram(loaded: number): { readonly code: Uint8Array; readonly format: string } {
    const executable = this.executableOf(loaded);
    const program = new Struct('Program');
    const ask = (): void => {
      const call = this.api.call('Executable_OptimizedProgram', { executable, program: program.address });
      this.must('PJRT_Executable_OptimizedProgram', call);
    };
    try {
      ask();
      const code = new Uint8Array(program.get('codeSize'));
      const unpin = pin(code);
      program.set('code', addressOf(code));
      ask();
      unpin();
      return { code, format: textAt(program.get('format'), program.get('formatSize')) };
    } finally {
      this.api.call('Executable_Destroy', { executable });
    }
  }

  /** The struct of a call that must not fail. @throws ExecutionError */
  must<Name extends StructName>(what: string, result: Struct<Name> | Status): Struct<Name> {
    if (isStatus(result)) throw engineError(what, result);
    return result;
  }
}
