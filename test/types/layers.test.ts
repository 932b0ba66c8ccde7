/**
 * A long program with known shapes, type-checked by the compiler itself: work that grows with the number of layers alone,
 * and one line of complaint for one mistake. The work is counted in instantiations of types, which no machine's speed changes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Each layer has sizes of its own: a product, a bias, centred rows, an activation. */
function program(layers: number, wrong: number): string {
  const size = (i: number): number => (i % layers === 0 ? 128 : 128 + i);
  const lines = Array.from({ length: layers }, (_, i) => {
    const [rows, columns] = [size(i) + (i === wrong ? 1 : 0), size(i + 1)];
    return `
  const w${i} = jnp.zeros([${rows}, ${columns}]);
  const h${i} = x${i}.matmul(w${i}).add(jnp.zeros([${columns}]));
  const x${i + 1} = jnp.tanh(h${i}.sub(h${i}.mean({ axis: -1, keepdims: true })).T.T);`;
  });
  return `import type { NdArray } from 'fluxion';
import * as jnp from 'fluxion/numpy';
export function network(x0: NdArray<['batch', 128]>): NdArray<['batch', 128]> {${lines.join('')}
  return x${layers};
}
`;
}

/** What the compiler says about a program, and how many types it instantiated. */
function check(source: string): { errors: string[]; instantiations: number } {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-types-'));
  try {
    writeFileSync(join(folder, 'network.ts'), source);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const compilerOptions = {
      rootDir: '/',
      noEmit: true,
      incremental: false,
      typeRoots: [join(root, 'node_modules/@types')],
    };
    const project = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [join(folder, 'network.ts')] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--extendedDiagnostics', '--pretty', 'false'], {
      encoding: 'utf8',
    });
    return {
      errors: stdout.split('\n').filter((line) => /error TS\d+/.test(line)),
      instantiations: Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a program of 400 layers', () => {
  test('is type-checked layer by layer, and one wrong layer is one error with its sentence', () => {
    const { errors, instantiations } = check(program(400, 200));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain("parameter of type 'NdArray<[329, 329], DType> & ShapeError<");
    expect(errors[0]).toContain('"matmul of [batch, 328] and [329, 329]: 328 columns cannot meet 329 rows"');
    // 200 thousand are the surface itself; a layer is about a thousand.
    expect(instantiations).toBeGreaterThan(200_000);
    expect(instantiations).toBeLessThan(800_000);
  });
});
