import { expect, test } from 'vitest';
import { config, grad, type NdArray } from '../../src/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as tree from '../../src/tree/index.js';

config.update('engine', 'reference');

class Point {
  constructor(
    readonly x: unknown,
    readonly y: unknown,
  ) {}
  treeFlattenWithKeys(): readonly [readonly (readonly [unknown, unknown])[], unknown] {
    return [
      [
        [new tree.GetAttrKey('x'), this.x],
        [new tree.GetAttrKey('y'), this.y],
      ],
      null,
    ];
  }
  static treeUnflatten(_: unknown, [x, y]: readonly unknown[]): Point {
    return new Point(x, y);
  }
}

test('a class with keys is registered by its methods', () => {
  expect(tree.isTreeNode(Point)).toBe(false);
  tree.registerPytreeWithKeysClass(Point);
  expect(tree.isTreeNode(Point)).toBe(true);
  const [[path]] = tree.leavesWithPath({ p: new Point(1, 2) });
  expect(tree.keystr(path)).toContain('x');
  expect(tree.map((n: number) => n + 1, new Point(1, 2) as never)).toEqual(new Point(2, 3));
});

test('a node comes apart by one level', () => {
  const [children, treedef] = tree.flattenOneLevel({ b: [1, 2], a: 3 });
  expect(children).toEqual([3, [1, 2]]);
  expect(`${treedef}`).toBe("PyTreeDef({'a': *, 'b': *})");
  const [pairs] = tree.flattenOneLevelWithKeys({ b: [1, 2], a: 3 });
  expect(pairs.map(([key, child]) => [tree.keystr([key]), child])).toEqual([
    ["['a']", 3],
    ["['b']", [1, 2]],
  ]);
  expect(() => tree.flattenOneLevel(3)).toThrow(/a node/);
});

test('leaves are told from nodes', () => {
  expect(tree.allLeaves([1, 2])).toBe(true);
  expect(tree.allLeaves([1, [2]])).toBe(false);
  expect(tree.allLeaves([1, [2]], { isLeaf: Array.isArray })).toBe(true);
  expect([Array, Object, Map].map(tree.isTreeNode)).toEqual([true, true, false]);
  const [, leaf] = tree.flatten(1);
  expect(tree.treedefTuple([leaf, leaf])).toBe(tree.structure([1, 2]));
});

test('a partial function is a tree of its arguments', () => {
  const scaled = new tree.Partial((c: NdArray, x: NdArray): NdArray => x.mul(c).sum(), jnp.array(3));
  expect(scaled.call(jnp.array([1, 2])).item()).toBe(9);
  expect(tree.leaves(scaled as never)).toHaveLength(1);
  const slope = grad((f: typeof scaled) => f.call(jnp.array([1, 2])))(scaled as never) as unknown as typeof scaled;
  expect((slope.args[0] as NdArray).item()).toBe(3);
});
