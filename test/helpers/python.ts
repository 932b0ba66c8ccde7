/**
 * The user's Python, for tests that let the original libraries read what we wrote.
 *
 * `FLUXION_TEST_PYTHON` names an interpreter; else `python3`. Tests whose modules are absent are skipped, and say so.
 */
import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';

const interpreter = process.env.FLUXION_TEST_PYTHON ?? 'python3';

/** Runs a Python program with arguments and returns what it printed. Its errors are errors here. */
export const python = (program: string, ...args: readonly string[]): string =>
  execFileSync(interpreter, ['-c', program, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function has(modules: readonly string[]): boolean {
  try {
    python(modules.map((module) => `import ${module}`).join('\n'));
    return true;
  } catch {
    return false;
  }
}

/** `describe` for tests that need Python with some modules: skipped loudly where they are absent. */
export function describePython(title: string, modules: readonly string[], body: () => void): void {
  const available = has(modules);
  if (!available)
    console.warn(`SKIPPED, ${interpreter} lacks one of ${modules.join(', ')} (see FLUXION_TEST_PYTHON): ${title}`);
  describe.skipIf(!available)(title, body);
}
