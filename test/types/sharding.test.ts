import { expectTypeOf } from 'expect-type';
import { describe, test } from 'vitest';
import { devicePut, jit, makeMesh, type NdArray, pmap, shardMap } from '../../src/index.js';
import { type Mesh, NamedSharding, P, type PartitionSpec } from '../../src/sharding/index.js';

declare const x: NdArray;

/** Type-checked, never run. */
const types = (_: () => void): void => {};

describe('types of shardings', () => {
  test('a mesh knows the names of its axes', () => {
    types(() => {
      const mesh = makeMesh([2, 4], ['data', 'model']);
      expectTypeOf(mesh).toEqualTypeOf<Mesh<'data' | 'model'>>();
      expectTypeOf(mesh.shape.data).toEqualTypeOf<number>();
      expectTypeOf(P('data', null, ['model', 'stage'])).toEqualTypeOf<PartitionSpec<'data' | 'model' | 'stage'>>();
    });
  });
  test('a sharding takes only names that its mesh has', () => {
    types(() => {
      const mesh = makeMesh([2, 4], ['data', 'model']);
      new NamedSharding(mesh, P('data'));
      new NamedSharding(mesh, P());
      // @ts-expect-error the mesh has no axis 'rows'
      new NamedSharding(mesh, P('rows'));
      // @ts-expect-error the mesh has no axis 'rows'
      shardMap((b: NdArray) => b, { mesh, inSpecs: P('rows'), outSpecs: P('data') });
    });
  });
  test('functions keep the trees of their results', () => {
    types(() => {
      const mesh = makeMesh([8], ['i']);
      const f = (a: NdArray, b: NdArray) => ({ sum: a, parts: [b, b] as const });
      const mapped = shardMap(f, { mesh, inSpecs: P('i'), outSpecs: P('i') });
      expectTypeOf(mapped(x, x).sum).toEqualTypeOf<NdArray>();
      expectTypeOf(pmap(f)(x, x).parts[1]).toEqualTypeOf<NdArray>();
      expectTypeOf(devicePut({ x }, new NamedSharding(mesh, P('i'))).x).toEqualTypeOf<NdArray>();
      jit(f, { inShardings: [new NamedSharding(mesh, P('i')), null], outShardings: null });
      // @ts-expect-error a spec is no sharding: it has no mesh
      jit(f, { inShardings: P('i') });
    });
  });
});
