import { describe, expect, it } from 'vitest';
import { compileOptions } from '../../../src/engine/xla/options.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('compile options', () => {
  it('for one device are the two counts in a build message', () => {
    expect(hex(compileOptions())).toBe('1a0420012801');
  });

  it('for a mesh name the partitioners and the devices, one list per partition', () => {
    // executable_build_options { num_replicas: 1, num_partitions: 2, use_spmd_partitioning: true,
    //   device_assignment { replica_count: 1, computation_count: 2, { ids: [1] }, { ids: [0] } }, use_shardy: true }
    const expected = '1a192001280230014a0e08011002' + '1a030a0101' + '1a030a0100' + '980101';
    expect(hex(compileOptions({ partitions: 2, deviceIds: [1, 0] }))).toBe(expected);
  });

  it('carry overrides as a map of typed values, in the order of their names', () => {
    const bytes = Buffer.from(compileOptions({ overrides: { b: true, a: 300, c: 'x', d: 0.5 } })).toString('latin1');
    const entry = (name: string, value: string): string =>
      `\x3a${String.fromCharCode(5 + value.length)}\x0a\x01${name}\x12${String.fromCharCode(value.length)}${value}`;
    const half = '\x21\x00\x00\x00\x00\x00\x00\xe0\x3f';
    const expected = entry('a', '\x18\xac\x02') + entry('b', '\x10\x01') + entry('c', '\x0a\x01x') + entry('d', half);
    expect(bytes.slice(6)).toBe(expected);
  });
});
