/**
 * Errors are data first, sentences second.
 *
 * Each mistake a user can make is one class: its tag, its fields (shapes, paths, names) and the sentence made from
 * them stand together. `error.data` holds the fields for programs, `error.message` the sentence for people, which
 * says what happened, what was expected, and what to try.
 */

const BRAND = Symbol.for('fluxion.error');

/**
 * Base of every error that fluxion throws on purpose. Match on `tag`, or use `instanceof` with the class itself.
 * Mistakes for which JAX raises a `TypeError` are a `TypeError` here too, and still `instanceof FluxionError`.
 */
export abstract class FluxionError extends Error {
  abstract readonly tag: string;
  abstract readonly data: unknown;

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit this method, and `this` tells them apart
    if (this !== FluxionError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && BRAND in value;
  }
}

/** The constructor that `defineError` makes. */
export interface ErrorClass<Tag extends string, Data> {
  new (data: Data, options?: { cause?: unknown }): FluxionError & { readonly tag: Tag; readonly data: Data };
  readonly tag: Tag;
}

/**
 * Defines one mistake: a tag, the fields it carries, and the sentence they make. `base` is `TypeError` for mistakes of
 * shape, dtype and kind.
 */
export function defineError<const Tag extends string, Data>(
  tag: Tag,
  sentence: (data: Data) => string,
  base: typeof Error | typeof TypeError = Error,
): ErrorClass<Tag, Data> {
  const Base = base as typeof Error;
  const Defined = class extends Base {
    static readonly tag = tag;
    readonly tag = tag;
    readonly [BRAND] = true;
    override readonly name: string = tag;
    constructor(
      readonly data: Data,
      options?: { cause?: unknown },
    ) {
      super(sentence(data), options);
    }
  };
  Object.defineProperty(Defined, 'name', { value: tag });
  return Defined;
}

const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

const withHint = (sentence: string, hint: string | undefined): string => (hint ? `${sentence} ${hint}` : sentence);

/** An argument has a shape that the operation cannot take. */
export const ShapeMismatch = defineError(
  'ShapeMismatch',
  (d: { op: string; argument: string; expected: string; actual: readonly number[]; hint?: string }) =>
    withHint(`${d.op}: ${d.argument} has shape ${shapeText(d.actual)}, but ${d.expected}.`, d.hint),
  TypeError,
);

/** An argument has an element type that the operation cannot take. */
export const DTypeMismatch = defineError(
  'DTypeMismatch',
  (d: { op: string; argument: string; expected: string; actual: string; hint?: string }) =>
    withHint(`${d.op}: ${d.argument} has dtype ${d.actual}, but ${d.expected}.`, d.hint),
  TypeError,
);

/** An axis is outside the array, or named twice. */
export const AxisError = defineError(
  'AxisError',
  (d: { op: string; argument: string; axis: number | string; ndim: number; reason?: string }) =>
    `${d.op}: ${d.argument} ${d.axis} ${d.reason ?? `is out of range for an array with ${d.ndim} dimensions`}.`,
);

/** An argument that is neither an array, a number, nor something that can be made one; or an option out of its range. */
export const InvalidArgument = defineError(
  'InvalidArgument',
  (d: { op: string; argument: string; expected: string; actual: string; hint?: string }) =>
    withHint(`${d.op}: ${d.argument} must be ${d.expected}, but it is ${d.actual}.`, d.hint),
  TypeError,
);

/** Two trees that must have the same structure do not. `path` is where they first differ. */
export const TreeMismatch = defineError(
  'TreeMismatch',
  (d: { op: string; argument: string; path: string; expected: string; actual: string }) =>
    `${d.op}: ${d.argument} has another structure than expected: at ${d.path || 'its root'} expected ${d.expected}, got ${d.actual}.`,
  TypeError,
);

/** A leaf of a tree is not an array or a number. */
export const NotALeaf = defineError(
  'NotALeaf',
  (d: { op: string; path: string; actual: string }) =>
    `${d.op}: ${d.path || 'the value'} is ${d.actual}, which is neither an array, a number, nor a registered tree node. ` +
    'Pass it as a static argument (staticArgnums), close over it, or register its class with tree.registerPytreeNode.',
  TypeError,
);

/** The value of a traced array was asked for while its function is only being read. */
export const ConcretizationError = defineError(
  'ConcretizationError',
  (d: { wanted: string; tracer: string; location?: string; read?: string }) =>
    `${d.wanted}${d.read ? ` at ${d.read}` : ''} needs the value of ${d.tracer}, which is not known while its function is being traced` +
    `${d.location ? ` (made at ${d.location})` : ''}. ` +
    'Three usual ways out: compute with it instead of reading it (jnp.where, lax.cond), mark the argument static ' +
    '(jit(f, { staticArgnums })), or do this outside the transformed function.',
  TypeError,
);

/** A function that was being read by a transformation changed the tree it was given. */
export const MutatedTree = defineError(
  'MutatedTree',
  (d: { function: string; what: string; location?: string }) =>
    `${d.function} changes a tree it was given${d.location ? ` at ${d.location}` : ''}: ${d.what}. Trees are immutable here, ` +
    'since a change would happen while the function is traced and not when it runs. Return a new tree: ' +
    '{ ...params, w }, [...list, x], or tree.produce(params, (draft) => { draft.w = w; }).',
  TypeError,
);

/** A traced value outlived the function call it belonged to. */
export const LeakedTracer = defineError(
  'LeakedTracer',
  (d: { tracer: string; transform: string; location?: string }) =>
    `${d.tracer} was made while ${d.transform} was being traced${d.location ? ` (at ${d.location})` : ''} and is used ` +
    'after that call has ended. Return it from the function instead of saving it in a variable outside.',
);

/** A function given to `grad` does not return a scalar. */
export const NonScalarOutput = defineError(
  'NonScalarOutput',
  (d: { op: string; actual: string }) =>
    `${d.op} is defined for functions that return one real scalar, but this one returned ${d.actual}. ` +
    'Reduce it (jnp.mean, jnp.sum), return auxiliary values with { hasAux: true }, or use jacrev / vjp.',
  TypeError,
);

/** A derivative was asked for where none is defined. */
export const NotDifferentiable = defineError(
  'NotDifferentiable',
  (d: { op: string; reason: string; location?: string }) =>
    `${d.op} cannot be differentiated: ${d.reason}${d.location ? ` (used at ${d.location})` : ''}.`,
);

/** An array was read after it had been donated to a compiled function, or disposed. */
export const DeletedArray = defineError(
  'DeletedArray',
  (d: { array: string; how: string }) =>
    `${d.array} is no longer there: ${d.how}. Use the value that the function returned in its place, or do not donate it.`,
);

/** A name that must be unique, or must exist, is not as it should be. */
export const NameError = defineError(
  'NameError',
  (d: { op: string; name: string; reason: string }) => `${d.op}: '${d.name}' ${d.reason}.`,
);

/** Something that fluxion itself promised did not hold: please report it. */
export const InternalError = defineError(
  'InternalError',
  (d: { what: string }) =>
    `Internal error: ${d.what}. This is a bug in fluxion, not in your program; please report it.`,
);
