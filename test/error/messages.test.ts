/**
 * What a user reads when something goes wrong: the type of each error, the argument or leaf it names, the user's own line,
 * and what to do. The sentences are kept whole, so that whoever changes one has read it.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BranchMismatch,
  CarryMismatch,
  ClosedOverValue,
  ConcretizationError,
  CustomRuleMismatch,
  CustomRuleMissing,
  config,
  customVjp,
  DeletedArray,
  DTypeMismatch,
  type FluxionError,
  grad,
  InvalidArgument,
  jit,
  jvp,
  LeakedTracer,
  linearTranspose,
  MutatedTree,
  type NdArray,
  NonFinite,
  NonScalarOutput,
  NotALeaf,
  NotDifferentiable,
  ShapeMismatch,
  TreeMismatch,
  UnboundAxisName,
  vjp,
  vmap,
} from '../../src/index.js';
import * as lax from '../../src/lax/index.js';
import * as jnp from '../../src/numpy/index.js';
import * as random from '../../src/random/index.js';

interface Expectation {
  /** The class, by its constructor or its tag. */
  readonly type: (new (...args: never[]) => FluxionError) | string;
  /** The sentence; `HERE` stands for a line of this file. */
  readonly message: string;
}

/** The error of a call, with places in this file made alike. */
function errorOf(body: () => unknown): FluxionError {
  try {
    body();
  } catch (error) {
    return error as FluxionError;
  }
  throw new Error('nothing was thrown');
}

const PLACE = /(?:file:\/\/)?\/\S*messages\.test\.ts:\d+:\d+(?: \([\w.]+\))?/g;

function expectError(body: () => unknown, { type, message }: Expectation): void {
  const error = errorOf(body);
  expect(error.message.replace(PLACE, 'HERE')).toBe(message);
  if (typeof type === 'string') expect(error.tag).toBe(type);
  else expect(error).toBeInstanceOf(type);
  expect(error.name).toBe(error.tag);
}

let x: NdArray;
beforeAll(() => config.update('engine', 'reference'));
beforeEach(() => {
  x = jnp.array([1, 2, 3]);
});

describe('values that are not known', () => {
  const waysOut =
    'Three usual ways out: compute with it instead of reading it (jnp.where, lax.cond), mark the argument static ' +
    '(jit(f, { staticArgnums })), or do this outside the transformed function.';

  test('a number read while its function is traced: both lines, the reason, three ways out', () =>
    expectError(() => jit((a: NdArray) => a.mul(a.sum().item()))(x), {
      type: ConcretizationError,
      message:
        'Reading a number (item(), a comparison or arithmetic with JavaScript operators) at HERE needs the value of a ' +
        'traced value of type f32[] in jit(anonymous), which is not known while its function is being traced (made at ' +
        `HERE). ${waysOut}`,
    }));

  test('the elements of an argument', () =>
    expectError(
      () =>
        jit(function step(a: NdArray) {
          a.dataSync();
          return a;
        })(x),
      {
        type: ConcretizationError,
        message:
          'dataSync() at HERE needs the value of a traced value of type f32[3] in jit(step), which is not known while its ' +
          `function is being traced. ${waysOut}`,
      },
    ));

  test('a comparison by an operator of JavaScript', () =>
    expect(errorOf(() => jit((a: NdArray) => ((a.sum() as never as number) > 0 ? a : a))(x)).tag).toBe(
      'ConcretizationError',
    ));

  test('a traced value that outlived its call, used or read: who made it, and where', () => {
    let leaked = x;
    jit(function step(a: NdArray) {
      leaked = a.mul(2);
      return a;
    })(x);
    const expected: Expectation = {
      type: LeakedTracer,
      message:
        'A traced value of type f32[3] was made while jit(step) was being traced (at HERE) and is used after that call has ' +
        'ended. Return it from the function instead of saving it in a variable outside.',
    };
    expectError(() => jnp.add(leaked, 1), expected);
    expectError(() => leaked.dataSync(), expected);
  });
});

describe('purity', () => {
  test('a tree that is changed while its function is traced', () =>
    expectError(
      () =>
        jit(function step(params: { w: NdArray }) {
          params.w = params.w.mul(2);
          return params;
        })({ w: x }),
      {
        type: MutatedTree,
        message:
          "jit(step) changes a tree it was given at HERE: Cannot assign to read only property 'w' of object '#<Object>'. " +
          'Trees are immutable here, since a change would happen while the function is traced and not when it runs. Return ' +
          'a new tree: { ...params, w }, [...list, x], or tree.produce(params, (draft) => { draft.w = w; }).',
      },
    ));

  test.each([
    ['grad', (f: (list: NdArray[]) => NdArray) => grad(f)],
    ['vmap', (f: (list: NdArray[]) => NdArray) => vmap(f)],
  ])('a list that is made longer under %s', (_, transform) => {
    const longer = (list: NdArray[]): NdArray => {
      list.push(list[0]);
      return jnp.sum(list[0]);
    };
    expect(errorOf(() => transform(longer)([x]))).toBeInstanceOf(MutatedTree);
  });

  test('an error of the function itself stays what it is', () => {
    const failure = new TypeError('Cannot read properties of undefined');
    const f = jit(() => {
      throw failure;
    });
    expect(errorOf(() => f())).toBe(failure);
  });

  test('a function that counts: the first equation that differs, and its line', () => {
    config.update('checkPurity', true);
    try {
      let calls = 0;
      const impure = jit(function impure(a: NdArray) {
        calls++;
        return a.add(1).mul(calls);
      });
      expectError(() => impure(x), {
        type: 'ImpureFunction',
        message:
          'jit(impure) is not pure: traced twice with the same arguments it made two programs. The first difference is at ' +
          'HERE: c:f32[3] = mul b 1.0:f32[] the first time, c:f32[3] = mul b 2.0:f32[] the second time. It reads or ' +
          'changes something outside of itself (a counter, Math.random, a variable that is assigned to); pass it as an ' +
          'argument.',
      });
    } finally {
      config.update('checkPurity', false);
    }
  });

  test('a function whose programs have unlike lengths: the first equation that only one has', () => {
    config.update('checkPurity', true);
    try {
      let calls = 0;
      const impure = jit((a: NdArray) => (calls++ === 0 ? jnp.sin(a) : jnp.cos(jnp.sin(a))));
      expect(errorOf(() => impure(x)).message).toContain('in (b,) } the first time, c:f32[3] = cos b the second time');
    } finally {
      config.update('checkPurity', false);
    }
  });

  test('a key used twice: both lines', () => {
    config.update('keyReuse', 'error');
    try {
      const key = random.key(0);
      random.normal(key);
      expectError(() => random.normal(key), {
        type: 'KeyReused',
        message:
          'random.normal: a key is used again at HERE, after random.normal at HERE; what is drawn from it is not ' +
          'independent of what was drawn before. Split it first (random.split), or say that this is meant: ' +
          'random.clone(key).',
      });
    } finally {
      config.update('keyReuse', 'warn');
    }
  });

  test('an array that was donated', () => {
    const step = jit(
      function step(p: { w: NdArray }) {
        return { w: p.w.mul(2) };
      },
      { donateArgnums: [0] },
    );
    const w = x.mul(1);
    step({ w });
    const expected: Expectation = {
      type: DeletedArray,
      message:
        'The array f32[3] is no longer there: its memory was donated to jit(step). Use the value that the function returned ' +
        'in its place, or do not donate it.',
    };
    expectError(() => w.dataSync(), expected);
    expectError(() => w.add(1), expected);
  });

  test('an array that is donated and used beside', () =>
    expectError(() => jit((a: NdArray, b: NdArray) => a.add(b), { donateArgnums: [0] })(x, x), {
      type: InvalidArgument,
      message:
        'jit(anonymous): argument 1 must be an array of its own, since it is donated, but it is an array that another ' +
        'argument donates.',
    }));

  test('a trace budget: what differs from the nearest earlier call', () => {
    const loss = jit(
      function loss(p: { w: NdArray }, s: number) {
        return p.w.mul(s);
      },
      { maxTraces: 1 },
    );
    loss({ w: x }, 2);
    expectError(() => loss({ w: jnp.zeros([4]) }, 2), {
      type: 'TraceBudgetExceeded',
      message:
        'jit(loss) may be traced once (maxTraces) and would be traced again. jit(loss) is traced again (1 before); the ' +
        'nearest earlier call differs in\n  argument 0.w: f32[3] -> f32[4]',
    });
  });
});

describe('derivatives', () => {
  const rows: readonly (readonly [string, () => unknown, Expectation])[] = [
    [
      'of a function whose result is no scalar',
      () => grad((a: NdArray) => a.mul(2) as never)(x),
      {
        type: NonScalarOutput,
        message:
          'grad(anonymous) is defined for functions that return one real scalar, but this one returned an array f32[3]. ' +
          'Reduce it (jnp.mean, jnp.sum), return auxiliary values with { hasAux: true }, or use jacrev / vjp.',
      },
    ],
    [
      'by integers: the leaf',
      () => grad((p: { a: { b: NdArray } }) => jnp.sum(p.a.b))({ a: { b: jnp.array([1], { dtype: 'int32' }) } }),
      {
        type: DTypeMismatch,
        message:
          'grad(anonymous): argument 0.a.b has dtype int32, but gradients need a floating-point or complex dtype. Convert ' +
          'it (x.astype("float32")), choose other argnums, or pass { allowInt: true }.',
      },
    ],
    [
      'by an argument that there is not',
      () => (grad as (f: unknown, o: unknown) => (a: NdArray) => unknown)((a: NdArray) => a.sum(), { argnums: 2 })(x),
      {
        type: InvalidArgument,
        message: 'grad(anonymous): argnums must be positions among the 1 arguments that were given, but it is 2.',
      },
    ],
    [
      'with a leaf that is no array',
      () => grad((p: { w: string }) => jnp.sum(p.w as never))({ w: 'text' }),
      {
        type: NotALeaf,
        message:
          'grad(anonymous): argument 0.w is the string "text", which is neither an array, a number, nor a registered tree ' +
          'node. Pass it as a static argument (staticArgnums), close over it, or register its class with ' +
          'tree.registerPytreeNode.',
      },
    ],
    [
      'backwards through a loop of unknown length: the line',
      () =>
        grad((a: NdArray) =>
          (
            lax.whileLoop(
              (c: NdArray) => c.sum().lt(30),
              (c: NdArray) => c.mul(2),
              a,
            ) as NdArray
          ).sum(),
        )(x),
      {
        type: NotDifferentiable,
        message:
          'whileLoop (or foriLoop with traced bounds) cannot be differentiated: reverse mode would have to keep a number of ' +
          'steps that is not known beforehand. Use scan, foriLoop with plain numbers as bounds, or forward mode (jvp, jacfwd).',
      },
    ],
    [
      'of a product, transposed as if it were linear: the line',
      () => linearTranspose((a: NdArray) => a.mul(a), x)(x),
      {
        type: NotDifferentiable,
        message:
          'mul cannot be differentiated: it is not linear in the operands that depend on the argument, so it has no ' +
          'transpose (used at HERE).',
      },
    ],
    [
      'with a tangent of another shape',
      () => jvp((a: NdArray) => a, [x], [jnp.zeros([2])] as never),
      {
        type: ShapeMismatch,
        message: 'jvp: tangents[0] has shape [2], but the value it belongs to has shape [3].',
      },
    ],
    [
      'with a cotangent of another structure',
      () => vjp((a: NdArray) => ({ y: a }), x)[1]({ z: x } as never),
      {
        type: TreeMismatch,
        message: "vjp: cotangent has another structure than expected: at cotangent expected {'y': *}, got {'z': *}.",
      },
    ],
    [
      'of a function that has none yet',
      () =>
        customVjp(function clip(a: NdArray) {
          return a;
        })(x),
      {
        type: CustomRuleMissing,
        message: 'customVjp(clip) has no derivative yet: call defvjp before it is used.',
      },
    ],
    [
      'by a forward rule that returns no pair',
      () => {
        const clip = customVjp((a: NdArray) => a).defvjp((a: NdArray) => a as never, (() => [x]) as never);
        return grad((a: NdArray) => jnp.sum(clip(a)))(x);
      },
      {
        type: CustomRuleMismatch,
        message:
          'The forward rule of anonymous must return trees like those of the function it belongs to, but the result is an ' +
          'array f32[3] where a pair is expected.',
      },
    ],
    [
      'by a backward rule that returns another shape: the leaf',
      () => {
        const clip = customVjp((p: { w: NdArray }) => p.w).defvjp((p) => [p.w, null], (() => [
          { w: jnp.zeros([2]) },
        ]) as never);
        return grad((a: NdArray) => jnp.sum(clip({ w: a })))(x);
      },
      {
        type: CustomRuleMismatch,
        message:
          'The backward rule of anonymous must return trees like those of the function it belongs to, but the cotangent of ' +
          'argument 0.w is f32[2] where f32[3] is expected.',
      },
    ],
    [
      'forwards through a function that has only a way back',
      () =>
        jvp(
          customVjp(function clip(a: NdArray) {
            return a;
          }).defvjp(
            (a) => [a, null],
            (_, g) => [g],
          ),
          [x],
          [x],
        ),
      {
        type: NotDifferentiable,
        message:
          'clip cannot be differentiated: it has a reverse rule only, and no way forwards that would follow from it, so ' +
          'forward mode (jvp, jacfwd, hessian) cannot go through it. Give it a forward rule with customJvp, or both with ' +
          'customDerivative.',
      },
    ],
    [
      'by what a function with rules has captured',
      () =>
        grad((a: NdArray) => {
          const scale = customVjp(function scale(b: NdArray) {
            return b.mul(a);
          }).defvjp(
            (b) => [b, null],
            (_, g) => [g],
          );
          return jnp.sum(scale(x));
        })(x),
      {
        type: ClosedOverValue,
        message:
          'scale captured a value of type f32[3] that is being differentiated, but its custom derivative says only how it ' +
          'depends on its arguments. Pass the value as an argument, and extend its forward and backward rules by it.',
      },
    ],
  ];
  test.each(rows)('%s', (_, body, expected) => expectError(body, expected));
});

describe('loops, branches and batches', () => {
  const rows: readonly (readonly [string, () => unknown, Expectation])[] = [
    [
      'a carry whose shape changes: the leaf',
      () => lax.scan((c: { h: NdArray }) => [{ h: c.h.reshape([3, 1]) }, null] as never, { h: x }, { xs: x }),
      {
        type: CarryMismatch,
        message:
          'scan: the carry that the body returns must have the structure, shapes and dtypes of the one it is given, but ' +
          'carry.h comes in as float32[3] and goes out as float32[3, 1]. Broadcast the initial carry to the shape that the ' +
          'body returns.',
      },
    ],
    [
      'a carry whose dtype changes',
      () =>
        lax.whileLoop(
          (c: NdArray) => c.sum().lt(3),
          (c: NdArray) => c.astype('int32') as never,
          x,
        ),
      {
        type: CarryMismatch,
        message:
          'whileLoop: the carry that the body returns must have the structure, shapes and dtypes of the one it is given, ' +
          'but carry comes in as float32[3] and goes out as int32[3]. Start with a carry of dtype int32, or return one of ' +
          'dtype float32.',
      },
    ],
    [
      'a condition that is no bool',
      () =>
        lax.whileLoop(
          (c: NdArray) => c.lt(3),
          (c: NdArray) => c,
          x,
        ),
      {
        type: InvalidArgument,
        message: 'whileLoop: the result of condFun must be one bool, but it is bool[3].',
      },
    ],
    [
      'branches with unlike results: the leaf',
      () =>
        lax.cond(
          true,
          (a: NdArray) => ({ a }),
          (a: NdArray) => ({ a: a.sum() }) as never,
          x,
        ),
      {
        type: BranchMismatch,
        message:
          'cond: all branches must return results of the same structure, shapes and dtypes, but result.a is float32[3] in ' +
          'trueFun and float32[] in falseFun.',
      },
    ],
    [
      'a predicate that is no scalar',
      () =>
        lax.cond(
          x as never,
          (a: NdArray) => a,
          (a: NdArray) => a,
          x,
        ),
      {
        type: ShapeMismatch,
        message: 'cond: pred has shape [3], but it must be a scalar. To choose elementwise, use lax.select or vmap.',
      },
    ],
    [
      'mapped axes of unlike sizes: both leaves',
      () => vmap((a: NdArray, b: { c: NdArray }) => a.add(b.c))(x, { c: jnp.zeros([4]) }),
      {
        type: ShapeMismatch,
        message:
          'vmap(anonymous): argument 1.c has shape [4], but the mapped axis of argument 0 has size 3, and this one (axis 0) 4.',
      },
    ],
    [
      'a scalar where an axis is mapped',
      () => vmap((a: NdArray) => a)(jnp.array(1)),
      {
        type: 'AxisError',
        message: 'vmap(anonymous): inAxes: for argument 0 the axis 0 is out of range for an array with 0 dimensions.',
      },
    ],
    [
      'a result that differs along the axis and has none',
      () => vmap((a: NdArray) => ({ r: a }), { outAxes: null })(x),
      {
        type: InvalidArgument,
        message:
          'vmap(anonymous): outAxes must be an axis for result.r, whose value differs along the mapped axis, but it is null.',
      },
    ],
    [
      'an axis that nobody maps',
      () => vmap((a: NdArray) => lax.psum(a, 'batch'), { axisName: 'rows' })(x),
      {
        type: UnboundAxisName,
        message:
          "psum: no enclosing vmap maps over an axis named 'batch'; the names in scope are 'rows'. Name the axis where it " +
          "is mapped: vmap(f, { axisName: 'batch' }).",
      },
    ],
  ];
  test.each(rows)('%s', (_, body, expected) => expectError(body, expected));
});

test('a NaN: the operation, its operands, its line, and the repair', () => {
  config.update('debugNans', true);
  try {
    const loss = jit(function loss(a: NdArray) {
      return jnp.log(a.sub(5)).sum();
    });
    expectError(() => loss(x), {
      type: NonFinite,
      message:
        'The result of jit(loss) is NaN (called at HERE). log gives NaN at element [0] from finite numbers at HERE. Its ' +
        'operands: -4 (float32[3]). The logarithm is -Infinity at 0 and NaN below. If such elements are to be left out, ' +
        'guard the argument: jnp.log(jnp.where(jnp.greater(x, 0), x, 1)).',
    });
  } finally {
    config.update('debugNans', false);
  }
});
