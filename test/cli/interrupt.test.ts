import { EventEmitter } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { listenForInterrupt, type SignalSource } from '../../src/cli/interrupt.js';
import { ended, ensureBuilt, start, written } from './helpers/spawn.js';

beforeAll(ensureBuilt);

const training = (env: Record<string, string> = {}) =>
  start('test/cli/helpers/fake-program', ['graphcast', '--steps', '100000', '--out', 'there'], {
    FAKE_JOB: 'wait',
    ...env,
  });

describe('Ctrl-C', () => {
  it('once finishes the step, saves, and ends with 130 and the way to go on', async () => {
    const child = training();
    const end = ended(child);
    await written(child, 'step 1/');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain('Finishing this step and saving. Press Ctrl-C again to stop at once.');
    expect(stderr).toMatch(/interrupted after step \d+; everything is saved in there\. .*--resume/);
    expect(stdout).toContain('there/checkpoint.npz');
  });

  it('twice ends the process at once, though it is busy saving', async () => {
    const child = training({ FAKE_SAVING: '1' });
    const end = ended(child);
    await written(child, 'step 1/');
    child.kill('SIGINT');
    await written(child, 'Finishing this step');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: 130, stdout: '' });
  });

  it('sent twice within a moment, as npm passes it on, counts once', async () => {
    const child = training();
    const end = ended(child);
    await written(child, 'step 1/');
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    expect((await end).stderr).toContain('everything is saved');
  });

  it('is listened for only until the job is over', () => {
    const source = new EventEmitter();
    const told: string[] = [];
    const interrupt = listenForInterrupt(() => told.push('first'), source as unknown as SignalSource);
    expect(source.listenerCount('SIGINT')).toBe(1);
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect(interrupt.signal.aborted).toBe(true);
    expect(told).toEqual(['first']);
    interrupt.stop();
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
  });
});
