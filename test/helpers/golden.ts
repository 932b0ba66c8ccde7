/**
 * Where the golden data of the original GraphCast lies, when it is there.
 *
 * The folder stands beside the checkout and is not part of it: tests that read it are skipped, and say so, without it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const root = fileURLToPath(new URL('../../../shared/golden/', import.meta.url));

/** True when the golden data is beside this checkout. */
export const goldenAvailable = existsSync(root);

/** The path of a golden file, e.g. `golden('graphcast/case_a/grads.npz')`. */
export const golden = (path: string): string => root + path;

/** `describe` for tests that need the golden data: skipped loudly, its body unread, where that is absent. */
export function describeGolden(title: string, body: () => void | Promise<void>): void {
  if (goldenAvailable) {
    describe(title, body);
    return;
  }
  console.warn(`SKIPPED, no golden data beside this checkout: ${title}`);
  describe.skip(title, () => {
    it('needs the golden data', () => {});
  });
}
