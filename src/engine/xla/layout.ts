/**
 * C structs as bytes: the argument structs of the PJRT C API (version 0.81), and a place to keep them.
 *
 * Every PJRT function takes the address of one struct that begins with its own size and a list of extensions. The
 * fields below follow the public header `pjrt_c_api.h` in order; offsets follow from C's alignment rules. Layouts only
 * ever grow at the end, and the size in the first field tells the plugin how much of it we know.
 */
import koffi from 'koffi';

type FieldType = 'pointer' | 'size' | 'int64' | 'int32' | 'bool';

const BYTES: Readonly<Record<FieldType, number>> = { pointer: 8, size: 8, int64: 8, int32: 4, bool: 1 };
const TWO32 = 2 ** 32;

/** Where the fields of one struct lie. */
export interface Layout<Field extends string> {
  /** The offset after the last field: what PJRT calls the struct's size. */
  readonly size: number;
  readonly fields: Readonly<Record<Field, { readonly offset: number; readonly type: FieldType }>>;
}

function layout<const Fields extends Readonly<Record<string, FieldType>>>(
  fields: Fields,
): Layout<keyof Fields & string> {
  let end = 0;
  const placed: Record<string, { offset: number; type: FieldType }> = {};
  for (const [name, type] of Object.entries({ structSize: 'size', extensionStart: 'pointer', ...fields } as const)) {
    const bytes = BYTES[type];
    const offset = Math.ceil(end / bytes) * bytes;
    placed[name] = { offset, type };
    end = offset + bytes;
  }
  return { size: end, fields: placed as Layout<keyof Fields & string>['fields'] };
}

/** The structs in use, under their names in the header without `PJRT_` and `_Args`. */
export const LAYOUTS = {
  Error_Destroy: layout({ error: 'pointer' }),
  Error_Message: layout({ error: 'pointer', message: 'pointer', messageSize: 'size' }),
  Error_GetCode: layout({ error: 'pointer', code: 'int32' }),
  NamedValue: layout({ name: 'pointer', nameSize: 'size', type: 'int32', value: 'int64', valueSize: 'size' }),
  Plugin_Initialize: layout({}),
  Plugin_Attributes: layout({ attributes: 'pointer', numAttributes: 'size' }),
  Event_Destroy: layout({ event: 'pointer' }),
  Event_IsReady: layout({ event: 'pointer', isReady: 'bool' }),
  Event_Await: layout({ event: 'pointer' }),
  Client_Create: layout({
    createOptions: 'pointer',
    numOptions: 'size',
    kvGetCallback: 'pointer',
    kvGetUserArg: 'pointer',
    kvPutCallback: 'pointer',
    kvPutUserArg: 'pointer',
    client: 'pointer',
    kvTryGetCallback: 'pointer',
    kvTryGetUserArg: 'pointer',
  }),
  Client_Destroy: layout({ client: 'pointer' }),
  Client_PlatformName: layout({ client: 'pointer', text: 'pointer', textSize: 'size' }),
  Client_PlatformVersion: layout({ client: 'pointer', text: 'pointer', textSize: 'size' }),
  Client_ProcessIndex: layout({ client: 'pointer', processIndex: 'int32' }),
  Client_Devices: layout({ client: 'pointer', devices: 'pointer', numDevices: 'size' }),
  Client_AddressableDevices: layout({ client: 'pointer', devices: 'pointer', numDevices: 'size' }),
  Device_GetDescription: layout({ device: 'pointer', description: 'pointer' }),
  DeviceDescription_Kind: layout({ description: 'pointer', text: 'pointer', textSize: 'size' }),
  DeviceDescription_ToString: layout({ description: 'pointer', text: 'pointer', textSize: 'size' }),
  Program: layout({ code: 'pointer', codeSize: 'size', format: 'pointer', formatSize: 'size' }),
  Client_Compile: layout({
    client: 'pointer',
    program: 'pointer',
    compileOptions: 'pointer',
    compileOptionsSize: 'size',
    executable: 'pointer',
  }),
  Client_BufferFromHostBuffer: layout({
    client: 'pointer',
    data: 'pointer',
    type: 'int32',
    dims: 'pointer',
    numDims: 'size',
    byteStrides: 'pointer',
    numByteStrides: 'size',
    hostBufferSemantics: 'int32',
    device: 'pointer',
    memory: 'pointer',
    deviceLayout: 'pointer',
    doneWithHostBuffer: 'pointer',
    buffer: 'pointer',
  }),
  Executable_NumOutputs: layout({ executable: 'pointer', numOutputs: 'size' }),
  Executable_OutputElementTypes: layout({ executable: 'pointer', types: 'pointer', numTypes: 'size' }),
  Executable_OutputDimensions: layout({
    executable: 'pointer',
    numOutputs: 'size',
    dims: 'pointer',
    dimSizes: 'pointer',
  }),
  Executable_GetCostAnalysis: layout({ executable: 'pointer', numProperties: 'size', properties: 'pointer' }),
  Executable_GetCompiledMemoryStats: layout({
    executable: 'pointer',
    generatedCode: 'int64',
    argument: 'int64',
    output: 'int64',
    alias: 'int64',
    temp: 'int64',
    hostGeneratedCode: 'int64',
    hostArgument: 'int64',
    hostOutput: 'int64',
    hostAlias: 'int64',
    hostTemp: 'int64',
    peakMemory: 'int64',
  }),
  Executable_OptimizedProgram: layout({ executable: 'pointer', program: 'pointer' }),
  Executable_Serialize: layout({
    executable: 'pointer',
    bytes: 'pointer',
    bytesSize: 'size',
    serialized: 'pointer',
    deleter: 'pointer',
  }),
  Executable_DeserializeAndLoad: layout({
    client: 'pointer',
    bytes: 'pointer',
    bytesSize: 'size',
    executable: 'pointer',
    options: 'pointer',
    optionsSize: 'size',
  }),
  Executable_Destroy: layout({ executable: 'pointer' }),
  LoadedExecutable_Destroy: layout({ executable: 'pointer' }),
  LoadedExecutable_GetExecutable: layout({ loaded: 'pointer', executable: 'pointer' }),
  ExecuteOptions: layout({
    sendCallbacks: 'pointer',
    recvCallbacks: 'pointer',
    numSendOps: 'size',
    numRecvOps: 'size',
    launchId: 'int32',
    nonDonatable: 'pointer',
    numNonDonatable: 'size',
    context: 'pointer',
    callLocation: 'pointer',
    numTasks: 'size',
    taskIds: 'pointer',
    incarnationIds: 'pointer',
  }),
  LoadedExecutable_Execute: layout({
    executable: 'pointer',
    options: 'pointer',
    argumentLists: 'pointer',
    numDevices: 'size',
    numArgs: 'size',
    outputLists: 'pointer',
    completeEvents: 'pointer',
    executeDevice: 'pointer',
  }),
  Buffer_Destroy: layout({ buffer: 'pointer' }),
  Buffer_IsDeleted: layout({ buffer: 'pointer', isDeleted: 'bool' }),
  Buffer_ToHostBuffer: layout({
    buffer: 'pointer',
    hostLayout: 'pointer',
    dst: 'pointer',
    dstSize: 'size',
    event: 'pointer',
  }),
  Buffer_ReadyEvent: layout({ buffer: 'pointer', event: 'pointer' }),
  Buffer_UnsafePointer: layout({ buffer: 'pointer', pointer: 'pointer' }),
} as const;

export type StructName = keyof typeof LAYOUTS;
export type FieldOf<Name extends StructName> = keyof (typeof LAYOUTS)[Name]['fields'] & string;

/**
 * Memory outside V8's heap, at an address that stays. It is never freed: what native code was told to read must not
 * go away while it reads, and a bare address keeps nothing alive.
 */
export class NativeBlock {
  readonly address: number;
  /** The block as 32-bit words. */
  readonly words: Uint32Array;

  constructor(bytes: number) {
    const size = Math.ceil(Math.max(bytes, 8) / 8) * 8;
    const pointer: unknown = koffi.alloc('uint8', size);
    this.address = Number(koffi.address(pointer));
    this.words = new Uint32Array(koffi.view(pointer, size));
    this.words.fill(0);
  }

  /** Writes a 64-bit non-negative integer, e.g. a pointer, at word `index`. */
  write(index: number, value: number): void {
    this.words[index] = value;
    this.words[index + 1] = value / TWO32;
  }

  /** Reads a 64-bit integer below 2^53. */
  read(index: number): number {
    return this.words[index] + this.words[index + 1] * TWO32;
  }
}

/** One argument struct in memory of its own, its size already filled in. */
export class Struct<Name extends StructName> extends NativeBlock {
  private readonly fields: Readonly<Record<string, { readonly offset: number; readonly type: FieldType }>>;

  constructor(name: Name) {
    super(LAYOUTS[name].size);
    this.fields = LAYOUTS[name].fields;
    this.write(0, LAYOUTS[name].size);
  }

  /** The word where a field begins, for code that writes it often. */
  word(field: FieldOf<Name>): number {
    return this.fields[field].offset >> 2;
  }

  set(field: FieldOf<Name>, value: number): this {
    const { offset, type } = this.fields[field];
    if (type === 'int32' || type === 'bool') this.words[offset >> 2] = value;
    else this.write(offset >> 2, value);
    return this;
  }

  get(field: FieldOf<Name>): number {
    const { offset, type } = this.fields[field];
    if (type === 'bool') return this.words[offset >> 2] & 0xff;
    if (type === 'int32') return this.words[offset >> 2] | 0;
    return this.read(offset >> 2);
  }
}
