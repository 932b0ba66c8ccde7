/**
 * The plugin as a loaded library: its functions, its errors, and the C memory it points to.
 *
 * Three orders matter here. koffi's stacks are raised before it is used for anything, because XLA's passes recurse far
 * deeper than its default stacks allow. The plugin is pinned (RTLD_NODELETE) before koffi loads it, because koffi
 * unloads its libraries when Node ends, and the plugin's exit handlers would then run in unmapped code. Environment
 * variables that the plugin reads are set before its first instruction.
 */
import koffi from 'koffi';
import { type FieldOf, Struct, type StructName } from './layout.js';

const STACK = 16 << 20; // the most that koffi allows
koffi.config({ sync_stack_size: STACK, async_stack_size: STACK });

const RTLD_NOW = 0x2;
const RTLD_NODELETE = 0x1000;

/** A PJRT function: takes the address of its argument struct, returns the address of an error, or 0. */
export interface NativeFunction {
  (struct: number): number;
  /** The same call on a worker thread. */
  async(struct: number, done: (error: unknown, result: number) => void): void;
}

/** The functions of `PJRT_Api` in the order of its fields, as far as they are used. */
const API_FIELDS =
  'Error_Destroy Error_Message Error_GetCode Plugin_Initialize Plugin_Attributes Event_Destroy Event_IsReady Event_Error ' +
  'Event_Await Event_OnReady Client_Create Client_Destroy Client_PlatformName Client_ProcessIndex Client_PlatformVersion ' +
  'Client_Devices Client_AddressableDevices Client_LookupDevice Client_LookupAddressableDevice Client_AddressableMemories ' +
  'Client_Compile Client_DefaultDeviceAssignment Client_BufferFromHostBuffer DeviceDescription_Id ' +
  'DeviceDescription_ProcessIndex DeviceDescription_Attributes DeviceDescription_Kind DeviceDescription_DebugString ' +
  'DeviceDescription_ToString Device_GetDescription Device_IsAddressable Device_LocalHardwareId Device_AddressableMemories ' +
  'Device_DefaultMemory Device_MemoryStats Memory_Id Memory_Kind Memory_DebugString Memory_ToString ' +
  'Memory_AddressableByDevices Executable_Destroy Executable_Name Executable_NumReplicas Executable_NumPartitions ' +
  'Executable_NumOutputs Executable_SizeOfGeneratedCodeInBytes Executable_GetCostAnalysis Executable_OutputMemoryKinds ' +
  'Executable_OptimizedProgram Executable_Serialize LoadedExecutable_Destroy LoadedExecutable_GetExecutable ' +
  'LoadedExecutable_AddressableDevices LoadedExecutable_Delete LoadedExecutable_IsDeleted LoadedExecutable_Execute ' +
  'Executable_DeserializeAndLoad LoadedExecutable_Fingerprint Buffer_Destroy Buffer_ElementType Buffer_Dimensions ' +
  'Buffer_UnpaddedDimensions Buffer_DynamicDimensionIndices Buffer_GetMemoryLayout Buffer_OnDeviceSizeInBytes ' +
  'Buffer_Device Buffer_Memory Buffer_Delete Buffer_IsDeleted Buffer_CopyToDevice Buffer_ToHostBuffer Buffer_IsOnCpu ' +
  'Buffer_ReadyEvent Buffer_UnsafePointer Buffer_IncreaseExternalReferenceCount Buffer_DecreaseExternalReferenceCount ' +
  'Buffer_OpaqueDeviceMemoryDataPointer CopyToDeviceStream_Destroy CopyToDeviceStream_AddChunk ' +
  'CopyToDeviceStream_TotalBytes CopyToDeviceStream_GranuleSize CopyToDeviceStream_CurrentBytes ' +
  'TopologyDescription_Create TopologyDescription_Destroy TopologyDescription_PlatformName ' +
  'TopologyDescription_PlatformVersion TopologyDescription_GetDeviceDescriptions TopologyDescription_Serialize ' +
  'TopologyDescription_Attributes Compile Executable_OutputElementTypes Executable_OutputDimensions ' +
  'Buffer_CopyToMemory Client_CreateViewOfDeviceBuffer Executable_Fingerprint Client_TopologyDescription ' +
  'Executable_GetCompiledMemoryStats';

/** struct_size, extension_start and the version (a struct of 24 bytes) stand before the functions. */
const FIRST_FUNCTION = 40;
const INDEX = new Map(API_FIELDS.split(' ').map((name, index) => [name, index]));

const functionType = koffi.proto('int64 pjrt_function(int64)');
const voidFunctionType = koffi.proto('void pjrt_void_function(int64)');

const libc = koffi.load(null);
const dlopen = libc.func('dlopen', 'int64', ['str', 'int']);
const dlerror = libc.func('dlerror', 'str', []);

/** Copies `bytes` bytes from an address into a typed array. */
export const copyFrom: (target: ArrayBufferView, address: number, bytes: number) => void = libc.func('memcpy', 'void', [
  'void *',
  'int64',
  'size_t',
]);

const execve = process.platform === 'linux' ? libc.func('int execve(str, str *, str *)') : null;

const F_SETFD = 2;

/** Runs a program in place of this one (POSIX execve). Returns only if it could not. */
export function replaceProcess(path: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  // Node marks its own standard streams as not to be inherited.
  const fcntl = libcFunction('fcntl', 'int', ['int', 'int', 'int']);
  for (const stream of [0, 1, 2]) fcntl?.(stream, F_SETFD, 0);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  execve?.(path, [...args, null], [...variables, null]);
}

/** A function of the C library by name, or undefined where it has none of that name. */
export function libcFunction(
  name: string,
  result: string,
  parameters: string[],
): ((...values: number[]) => number) | undefined {
  try {
    return libc.func(name, result, parameters);
  } catch {
    return undefined;
  }
}

/** The address of a typed array's first element. It keeps nothing alive. */
export const addressOf = (array: ArrayBufferView): number => Number(koffi.address(array));

/** A copy of C memory. */
export function bytesAt(address: number, length: number): Uint8Array {
  const copy = new Uint8Array(length);
  if (length > 0) copyFrom(copy, address, length);
  return copy;
}

export const textAt = (address: number, length: number): string => new TextDecoder().decode(bytesAt(address, length));

const pinned = new Set<unknown>();

/** Keeps `object` alive while native code reads memory that belongs to it. */
export function pin(object: unknown): () => void {
  const held = { object };
  pinned.add(held);
  return () => void pinned.delete(held);
}

/** Calls a function pointer that takes one pointer and returns nothing, e.g. a deleter. */
export const callVoid = (pointer: number, argument: number): void =>
  koffi.call(BigInt(pointer), voidFunctionType, argument);

/** What a failed call said. */
export interface Status {
  readonly code: number;
  readonly status: string;
  readonly message: string;
}

const STATUS_NAMES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED ' +
  'FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED';
const STATUSES = STATUS_NAMES.split(' ');

/** A value of one of the plugin's lists of named values. */
export type NamedValue = string | number | readonly number[] | boolean;

/** The functions of a loaded plugin. */
export class PjrtApi {
  readonly major: number;
  readonly minor: number;
  private readonly table: number;
  private readonly errorDestroy = new Struct('Error_Destroy');
  private readonly errorMessage = new Struct('Error_Message');
  private readonly errorCode = new Struct('Error_GetCode');
  private readonly functions = new Map<string, NativeFunction>();
  private readonly structs = new Map<StructName, Struct<StructName>>();

  private constructor(
    readonly path: string,
    table: number,
  ) {
    this.table = table;
    const header = new Uint32Array(bytesAt(table, FIRST_FUNCTION).buffer);
    this.major = header[8];
    this.minor = header[9];
  }

  /** Loads a plugin; the string says why not. Nothing is called in it yet but the function that returns its table. */
  static load(path: string): PjrtApi | string {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    if (!dlopen(path, RTLD_NOW | RTLD_NODELETE)) return String(dlerror() ?? 'it is not a shared library');
    try {
      const table = Number(koffi.load(path).func('GetPjrtApi', 'int64', [])());
      return table ? new PjrtApi(path, table) : 'GetPjrtApi returned nothing';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The function of the table with this name. */
  get(name: StructName | 'Event_Error'): NativeFunction {
    const known = this.functions.get(name);
    if (known) return known;
    const index = INDEX.get(name);
    if (index === undefined) throw new RangeError(`PJRT_${name} is not in the table`);
    const [pointer] = new BigUint64Array(bytesAt(this.table + FIRST_FUNCTION + 8 * index, 8).buffer);
    const found = koffi.decode(pointer, functionType) as NativeFunction;
    this.functions.set(name, found);
    return found;
  }

  /**
   * Calls a function with these values in its struct; a failure is returned as a status. Each function has one struct:
   * what it says is to be read before the next call of the same function, and inputs left out are as they were.
   */
  call<Name extends StructName>(name: Name, values: Partial<Record<FieldOf<Name>, number>>): Struct<Name> | Status {
    const struct = (this.structs.get(name) ?? new Struct(name)) as Struct<Name>;
    this.structs.set(name, struct as unknown as Struct<StructName>);
    for (const [field, value] of Object.entries<number | undefined>(values)) {
      if (value !== undefined) struct.set(field as FieldOf<Name>, value);
    }
    const error = this.get(name)(struct.address);
    return error ? this.takeStatus(error) : struct;
  }

  /** Reads an error and frees it. */
  takeStatus(error: number): Status {
    this.get('Error_Message')(this.errorMessage.set('error', error).address);
    this.get('Error_GetCode')(this.errorCode.set('error', error).address);
    const code = this.errorCode.get('code');
    const message = textAt(this.errorMessage.get('message'), this.errorMessage.get('messageSize'));
    this.get('Error_Destroy')(this.errorDestroy.set('error', error).address);
    const status = STATUSES[code] ?? `status ${code}`;
    return { code, status, message: message.startsWith(`${status}: `) ? message.slice(status.length + 2) : message };
  }

  /** Reads an array of `PJRT_NamedValue`. */
  namedValues(address: number, count: number): Record<string, NamedValue> {
    const stride = 56;
    const values: Record<string, NamedValue> = {};
    const data = new DataView(bytesAt(address, count * stride).buffer);
    const word = (offset: number): number => Number(data.getBigUint64(offset, true));
    for (let at = 0; at < count * stride; at += stride) {
      const [name, size] = [textAt(word(at + 16), word(at + 24)), word(at + 48)];
      const kind = data.getInt32(at + 32, true);
      if (kind === 0) values[name] = textAt(word(at + 40), size);
      else if (kind === 1) values[name] = Number(data.getBigInt64(at + 40, true));
      else if (kind === 2) values[name] = [...new BigInt64Array(bytesAt(word(at + 40), 8 * size).buffer)].map(Number);
      else if (kind === 3) values[name] = data.getFloat32(at + 40, true);
      else values[name] = data.getUint8(at + 40) !== 0;
    }
    return values;
  }
}

export const isStatus = (value: unknown): value is Status =>
  typeof value === 'object' && value !== null && 'status' in value;
