import * as fc from 'fast-check';
import * as tree from 'fluxion/tree';
import * as IO from 'fp-ts/lib/Identity.js';
import * as N from 'fp-ts/lib/number.js';
import { describe, expect, expectTypeOf, it } from 'vitest';

const leaf = fc.integer();
const { tree: anyTree } = fc.letrec<{ tree: tree.instances.Tree<number> }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('tree'), { maxKeys: 4 }),
  ),
}));

describe('map', () => {
  it('keeps the structure, visits keys in sorted order and leaves null alone', () => {
    const seen: number[] = [];
    const out = tree.map((x) => seen.push(x) && x * 2, { b: [1, null], a: 2 });
    expect(out).toEqual({ a: 4, b: [2, null] });
    expect(seen).toEqual([2, 1]);
    expect(Object.isFrozen(out)).toBe(true);
  });

  it('hands over whole subtrees where the first tree has a leaf', () => {
    expect(tree.map((axis, subtree) => [axis, subtree], [0, 1], [{ x: 1 }, 2] as unknown)).toEqual([
      [0, { x: 1 }],
      [1, 2],
    ]);
  });

  it('stops where isLeaf says so', () => {
    const options = { isLeaf: (node: unknown) => Array.isArray(node) };
    expect(tree.map((x) => (x as unknown as number[]).length, { a: [1, 2, 3] }, options)).toEqual({ a: 3 });
  });

  it('names the place where a second tree differs', () => {
    expect(() => tree.map((a, b) => [a, b], { a: { w: 1 } }, { a: { v: 1 } })).toThrow(/rest\[0\].*\.a/);
  });

  it('knows the type of the result', () => {
    const out = tree.map((x) => String(x), { w: 1, b: [2, null] as const });
    expectTypeOf(out).toEqualTypeOf<{ readonly w: string; readonly b: readonly [string, null] }>();
  });
});

describe('paths', () => {
  it('are keys and positions, printed as JAX prints them', () => {
    const pairs = tree.leavesWithPath({ b: [1, 2], a: { w: 3 } });
    expect(pairs.map(([path, x]) => [tree.keystr(path), x])).toEqual([
      ["['a']['w']", 3],
      ["['b'][0]", 1],
      ["['b'][1]", 2],
    ]);
    expect(tree.keystr(pairs[1][0], { simple: true, separator: '/' })).toBe('b/0');
  });

  it('can decide where the leaves are', () => {
    const options = {
      isLeafTakesPath: true,
      isLeaf: (path: tree.KeyPath, _node: unknown) => path.length === 1 && String(path[0]) === "['a']",
    };
    expect(tree.mapWithPath((path, x) => [tree.keystr(path), x], { a: [1], b: [2] }, options)).toEqual({
      a: ["['a']", [1]],
      b: [["['b'][0]", 2]],
    });
  });
});

describe('reduce, broadcast, transpose', () => {
  it('reduces from the left, with or without a start', () => {
    expect(tree.reduce((a: string, x) => a + x, ['a', { x: 'b' }])).toBe('ab');
    expect(tree.reduce((n: number) => n + 1, [5, 6], { initializer: 0 })).toBe(2);
    expect(() => tree.reduce((a) => a, [null])).toThrow(/initializer/);
    expect(tree.reduceAssociative((a: number, b: number) => a + b, [1, [2, 3], 4, 5])).toBe(15);
  });

  it('repeats the leaves of a prefix', () => {
    expect(tree.broadcast([0, { a: 1 }], [{ x: 9, y: [9, 9] }, { a: [9] }])).toEqual([{ x: 0, y: [0, 0] }, { a: [1] }]);
    expect(() => tree.broadcast([0], [1, 2])).toThrow(/another structure/);
  });

  it('turns a tree of trees inside out, and back', () => {
    const outer = tree.structure({ a: 0, b: 0 });
    const inner = tree.structure([0, 0, 0]);
    const turned = tree.transpose(outer, inner, { a: [1, 2, 3], b: [4, 5, 6] });
    expect(turned).toEqual([
      { a: 1, b: 4 },
      { a: 2, b: 5 },
      { a: 3, b: 6 },
    ]);
    expect(tree.transpose(inner, null, turned)).toEqual({ a: [1, 2, 3], b: [4, 5, 6] });
  });
});

describe('registered classes', () => {
  it('are nodes, by their fields', () => {
    class Layer {
      constructor(
        readonly w: number,
        readonly name: string,
      ) {}
    }
    tree.registerDataclass(Layer, { dataFields: ['w'], metaFields: ['name'] });
    const mapped = tree.map((x) => (x as number) + 1, [new Layer(1, 'head')]) as unknown as readonly Layer[];
    expect(mapped[0]).toBeInstanceOf(Layer);
    expect(mapped[0]).toEqual(new Layer(2, 'head'));
    expect(tree.structure(new Layer(1, 'head'))).not.toBe(tree.structure(new Layer(1, 'tail')));
    expect(tree.keystr(tree.leavesWithPath(new Layer(1, 'x'))[0][0])).toBe('.w');
  });

  it('can belong to the structure as a whole', () => {
    class Mode {
      constructor(readonly name: string) {}
    }
    tree.registerStatic(Mode);
    expect(tree.leaves({ mode: new Mode('train'), x: 1 })).toEqual([1]);
    expect(tree.structure(new Mode('a'))).not.toBe(tree.structure(new Mode('b')));
    expect(tree.structure(new Mode('a'))).toBe(tree.structure(new Mode('a')));
  });
});

describe('editing', () => {
  it('shares what did not change and freezes the rest', () => {
    const before = Object.freeze({ encoder: { w: 1 }, head: { w: 2 } });
    const after = tree.produce(before, (draft) => {
      draft.head.w = 3;
    });
    expect(after).toEqual({ encoder: { w: 1 }, head: { w: 3 } });
    expect(after.encoder).toBe(before.encoder);
    expect(before.head.w).toBe(2);
    expect(Object.isFrozen(after.head)).toBe(true);
    expect(tree.diff(before, after)).toEqual([{ op: 'replace', path: ['head', 'w'], value: 3 }]);
  });

  it('law: applyDiff(a, diff(a, b)) = b', () => {
    const node = anyTree.filter((t) => typeof t === 'object' && t !== null);
    fc.assert(
      fc.property(node, node, (a, b) => {
        expect(tree.applyDiff(a as object, tree.diff(a, b))).toEqual(b);
      }),
    );
  });
});

describe('fp-ts instances', () => {
  const { Functor, Traversable, getEq, getMonoid } = tree.instances;
  const eq = getEq(N.Eq);

  it('law: map(id) = id, map(g . f) = map(g) . map(f)', () => {
    const f = (x: number): number => x * 3;
    const g = (x: number): number => x - 1;
    fc.assert(
      fc.property(anyTree, (t) => {
        expect(
          eq.equals(
            Functor.map(t, (x) => x),
            t,
          ),
        ).toBe(true);
        expect(
          eq.equals(
            Functor.map(t, (x) => g(f(x))),
            Functor.map(Functor.map(t, f), g),
          ),
        ).toBe(true);
      }),
    );
  });

  it('law: traverse(Identity)(f) = map(f)', () => {
    const f = (x: number): number => x + 1;
    fc.assert(
      fc.property(anyTree, (t) => {
        expect(Traversable.traverse(IO.Applicative)(t, f)).toEqual(Functor.map(t, f));
      }),
    );
  });

  it('law: trees of one structure are a monoid under addition', () => {
    fc.assert(
      fc.property(anyTree, (t) => {
        const M = getMonoid(N.MonoidSum, tree.structure(t));
        expect(eq.equals(M.concat(M.empty, t), t) && eq.equals(M.concat(t, M.empty), t)).toBe(true);
        const twice = Functor.map(t, (x) => 2 * x);
        expect(eq.equals(M.concat(M.concat(t, t), t), M.concat(t, M.concat(t, t)))).toBe(true);
        expect(eq.equals(M.concat(t, t), twice)).toBe(true);
      }),
    );
  });
});
