import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { progressDisplay } from '../../src/cli/progress.js';

const drawn = (isTTY: boolean, quiet = false) => {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200 });
  const display = progressDisplay(stream, { quiet });
  return { display, text: () => String(stream.read() ?? '') };
};
const at = (step: number, elapsed: number) => ({ step, elapsed, loss: 0.5, gradientNorm: 2, learningRate: 1e-3 });
const plan = { stepsBefore: 0, steps: 100, seconds: null };

describe('progress that is not on a terminal', () => {
  it('is whole lines: the first step, one each five seconds, and the last', () => {
    const { display, text } = drawn(false);
    display.plan(plan);
    for (let step = 1; step <= 100; step++) display.step(at(step, step / 10));
    display.stop();
    const lines = text().trimEnd().split('\n');
    expect(lines.map((line) => line.split('  ')[0])).toEqual(['step 1/100', 'step 51/100', 'step 100/100']);
    expect(lines[1]).toBe('step 51/100  loss 0.5  |grad| 2  10 steps/s  5 s left');
  });

  it('writes the step that came before another message, and the last one, even when unasked for', () => {
    const { display, text } = drawn(false);
    display.plan(plan);
    for (const step of [1, 2, 3]) display.step(at(step, step / 10));
    display.heldOut({ step: 3, loss: 0.25 });
    display.step(at(4, 0.4));
    display.stop();
    expect(text().match(/step \d+\/|held out.*/g)).toEqual([
      'step 1/',
      'step 3/',
      'held out, after 3 steps: loss 0.25',
      'step 4/',
    ]);
  });

  it('has a line for each tenth of a download', () => {
    const { display, text } = drawn(false);
    for (let done = 0; done <= 1e6; done += 1e4)
      display.progress({ phase: 'download', done, total: 1e6, message: 'Get' });
    expect(text().trimEnd().split('\n')).toHaveLength(11);
  });

  it('has no control characters', () => {
    const { display, text } = drawn(false);
    display.phase({ phase: 'data', message: 'Reading' });
    display.plan(plan);
    display.step(at(1, 1));
    display.message({ level: 'warning', text: 'look' });
    display.stop();
    expect(text()).toMatch(/^[\P{Cc}\n]*$/u);
  });
});

describe('progress on a terminal', () => {
  it('is a bar with step, loss, gradient norm, speed and time left', () => {
    const { display, text } = drawn(true);
    display.plan(plan);
    display.step(at(1, 1));
    display.step(at(2, 1.5));
    display.heldOut({ step: 2, loss: 0.25 });
    display.step(at(50, 25.5));
    display.stop();
    expect(text()).toMatch(
      /train ━{10}─{10} 50\/100 {2}loss 0\.5 {2}\|grad\| 2 {2}2 steps\/s {2}25 s left {2}held out 0\.25/,
    );
  });

  it('writes messages over the bar and draws it again', () => {
    const { display, text } = drawn(true);
    display.plan(plan);
    display.step(at(1, 1));
    text();
    display.message({ level: 'warning', text: 'look' });
    expect(text().replaceAll('\r\x1b[K', '<wiped>')).toMatch(/^<wiped>warning: look\n.*train/s);
    display.stop();
  });
});

describe('quiet progress', () => {
  it('is nothing', () => {
    for (const terminal of [true, false]) {
      const { display, text } = drawn(terminal, true);
      display.phase({ phase: 'data', message: 'Reading' });
      display.plan(plan);
      display.step(at(1, 1));
      display.stop();
      expect(text()).toBe('');
    }
  });
});
