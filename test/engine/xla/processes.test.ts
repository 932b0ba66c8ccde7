/** What the CPU's plugin makes of being one of several processes: nothing. */
import { expect, it } from 'vitest';
import { createOptions } from '../../../src/engine/xla/client-options.js';
import { bytesAt, isStatus, PjrtApi } from '../../../src/engine/xla/ffi.js';
import { describeXla, pluginPath } from '../../helpers/xla.js';

describeXla('The CPU plugin', () => {
  it('has the devices of its own process, and no others, whatever it is told of other processes', () => {
    const api = PjrtApi.load(pluginPath());
    if (typeof api === 'string') throw new Error(api);
    api.call('Plugin_Initialize', {});
    const options = createOptions({ cpu_device_count: 2, node_id: 1, num_nodes: 2 });
    const created = api.call('Client_Create', { createOptions: options.address, numOptions: options.count });
    options.unpin();
    if (isStatus(created)) throw new Error(created.message);
    const client = created.get('client');
    const index = api.call('Client_ProcessIndex', { client });
    if (isStatus(index)) throw new Error(index.message);
    expect(index.get('processIndex')).toBe(0);
    const count = (name: 'Client_Devices' | 'Client_AddressableDevices'): number => {
      const list = api.call(name, { client });
      if (isStatus(list)) throw new Error(list.message);
      return bytesAt(list.get('devices'), 8 * list.get('numDevices')).length / 8;
    };
    expect([count('Client_Devices'), count('Client_AddressableDevices')]).toEqual([2, 2]);
  });
});
