/** JAX in a process of its own, asked line by line (`peer.py`). */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { JsonArray } from '../helpers/fixtures.js';
import type { Case } from './draw.js';
import type { Mode } from './modes.js';

/** JAX's answer in one mode; null where the mode has nothing to do. */
export type Answer = readonly JsonArray[] | { readonly refused: string } | null;
export type Answers = { readonly [M in Mode]: Answer };

export const isRefusal = (answer: Answer): answer is { readonly refused: string } =>
  answer !== null && 'refused' in answer;

export class JaxPeer {
  readonly #child: ChildProcess;
  readonly #waiting: { resolve(answers: Answers[]): void; reject(error: Error): void }[] = [];

  /** `runner` is `bench/peers/jax/run.sh`, which finds a Python with JAX or makes one. */
  constructor(runner: string, program: string) {
    this.#child = spawn('bash', [runner, program], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line) as Answers[]);
    });
    this.#child.on('close', (code) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`JAX's process ended with ${code}`));
    });
    this.#child.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  /** The answers to some cases; several questions may be on their way. */
  ask(cases: readonly Case[]): Promise<Answers[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin?.write(`${JSON.stringify(cases)}\n`);
    });
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
