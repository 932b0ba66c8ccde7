import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { doctorReport } from '../../../src/engine/xla/doctor.js';
import { describeXla, pluginPath, temporaryFolder } from '../../helpers/xla.js';

describeXla('the report on the engine', () => {
  it('names the plugin, its versions and its devices', () => {
    const report = doctorReport();
    expect(report.problem).toBeNull();
    expect(report.plugin).toMatchObject({ path: pluginPath(), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(report.engine).toMatchObject({ platform: 'cpu', devices: [{ kind: 'cpu' }] });
    expect(report.engine?.apiVersion).toMatch(/^0\.\d+$/);
    expect(report.engine?.stablehloVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('says why not, where the plugin does not load', () => {
    const folder = temporaryFolder();
    const named = process.env.FLUXION_PJRT_PLUGIN;
    try {
      const text = join(folder, 'text.so');
      writeFileSync(text, 'not a library');
      process.env.FLUXION_PJRT_PLUGIN = text;
      expect(doctorReport()).toMatchObject({ engine: null, problem: { tag: 'PluginIncompatible' } });
      process.env.FLUXION_PJRT_PLUGIN = '/nowhere.so';
      expect(doctorReport()).toMatchObject({ plugin: null, engine: null, problem: { tag: 'PluginNotFound' } });
    } finally {
      rmSync(folder, { recursive: true });
      if (named === undefined) delete process.env.FLUXION_PJRT_PLUGIN;
      else process.env.FLUXION_PJRT_PLUGIN = named;
    }
  });
});
