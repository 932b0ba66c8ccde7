import { describe, expect, it } from 'vitest';
import { LAYOUTS, Struct } from '../../../src/engine/xla/layout.js';

describe('argument structs', () => {
  it('have the sizes that a C compiler gives the structs of the public header (PJRT 0.81)', () => {
    // Printed by a C program that includes pjrt_c_api.h: the *_STRUCT_SIZE constants.
    const sizes = {
      Error_Destroy: 24,
      Error_Message: 40,
      Error_GetCode: 28,
      NamedValue: 56,
      Plugin_Initialize: 16,
      Plugin_Attributes: 32,
      Event_Destroy: 24,
      Event_IsReady: 25,
      Event_Await: 24,
      Client_Create: 88,
      Client_Destroy: 24,
      Client_Devices: 40,
      Client_PlatformName: 40,
      Client_PlatformVersion: 40,
      Client_ProcessIndex: 28,
      Client_AddressableDevices: 40,
      Device_GetDescription: 32,
      DeviceDescription_Kind: 40,
      DeviceDescription_ToString: 40,
      Program: 48,
      Client_Compile: 56,
      Client_BufferFromHostBuffer: 120,
      Executable_NumOutputs: 32,
      Executable_OutputElementTypes: 40,
      Executable_OutputDimensions: 48,
      Executable_GetCostAnalysis: 40,
      Executable_GetCompiledMemoryStats: 112,
      Executable_OptimizedProgram: 32,
      Executable_Serialize: 56,
      Executable_DeserializeAndLoad: 64,
      Executable_Destroy: 24,
      LoadedExecutable_Destroy: 24,
      LoadedExecutable_GetExecutable: 32,
      ExecuteOptions: 112,
      LoadedExecutable_Execute: 80,
      Buffer_Destroy: 24,
      Buffer_IsDeleted: 25,
      Buffer_ToHostBuffer: 56,
      Buffer_ReadyEvent: 32,
      Buffer_UnsafePointer: 32,
    };
    expect(Object.fromEntries(Object.entries(LAYOUTS).map(([name, { size }]) => [name, size]))).toEqual(sizes);
  });

  it('place fields by alignment, as the C compiler does', () => {
    const { fields } = LAYOUTS.Client_BufferFromHostBuffer;
    expect(fields.hostBufferSemantics.offset).toBe(72);
    expect(fields.device.offset).toBe(80);
    expect(fields.buffer.offset).toBe(112);
  });

  it('hold pointers, counts and flags, and begin with their own size', () => {
    const struct = new Struct('Event_IsReady').set('event', 0x7fff_1234_5678);
    expect(struct.get('event')).toBe(0x7fff_1234_5678);
    expect(struct.read(0)).toBe(25);
    struct.words[struct.word('isReady')] = 0xabcdef01;
    expect(struct.get('isReady')).toBe(1);
  });
});
