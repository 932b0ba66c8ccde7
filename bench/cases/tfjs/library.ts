/**
 * TensorFlow.js as its users write it: the whole package, with gradients and optimizers, from `bench/peers/tfjs`.
 *
 * All its copies in a process share one dispatcher, so it computes on the backend that the engine has opened.
 */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { NdArray } from 'fluxion';

type Library = typeof import('@tensorflow/tfjs-core');

const folder = fileURLToPath(new URL('../../../../bench/peers/tfjs/', import.meta.url));

/** The package, installed on first use. */
function load(): Library {
  if (!existsSync(`${folder}node_modules`)) {
    process.stderr.write(`installing TensorFlow.js in ${folder}\n`);
    execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const { warn } = console;
  // It says of every kernel that the engine has registered it already.
  console.warn = () => {};
  try {
    return createRequire(folder)('@tensorflow/tfjs') as Library;
  } finally {
    console.warn = warn;
  }
}

export const tf = load();

/** Makes the backend that the engine has opened the one that `tf` computes on. */
export function useBackend(name: string): void {
  void tf.setBackend(name === 'node' ? 'tensorflow' : name);
}

/** Numbers that both sides start from: a small congruential generator, centred. */
export function numbers(count: number, scale: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 2 * scale;
  });
}

/** A loss as a number; its array is freed. */
export function lossOf(value: NdArray): number {
  const loss = value.item() as number;
  value.dispose();
  return loss;
}
