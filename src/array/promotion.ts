/**
 * Type promotion: the dtype of a result whose operands have unlike dtypes.
 *
 * The dtypes form a lattice, and operands go to their least upper bound in it. Plain numbers have *weak* types, which lie
 * below all dtypes of their kind, so that they yield to the array beside them:
 *
 *     bool -> int* -> { uint8, int8 } -> ... -> { uint64, int64 } -> float* -> { bfloat16, float16 } -> float32 -> ...
 *                                                                    float* -> complex* -> complex64 -> complex128
 *
 * Source: JAX, "Type promotion semantics"; jax/_src/dtypes.py.
 */
import { config } from '../config.js';
import { InvalidArgument } from '../error/error.js';
import { defaultComplex, defaultFloat, defaultInt, defaultUint } from './convert.js';
import { type DType, type Kind, layoutOf } from './dtype.js';

/** What promotion needs to know of an operand; a `ShapedArray` is one. */
export interface ElementType {
  readonly dtype: DType;
  /** True when the dtype came from a plain number. */
  readonly weakType: boolean;
}

type Weak = 'int*' | 'float*' | 'complex*';
type Node = DType | Weak;

/** The next higher types. */
const HIGHER: { readonly [N in Node]: readonly Node[] } = {
  bool: ['int*'],
  'int*': ['uint8', 'int8'],
  uint8: ['int16', 'uint16'],
  uint16: ['int32', 'uint32'],
  uint32: ['int64', 'uint64'],
  uint64: ['float*'],
  int8: ['int16'],
  int16: ['int32'],
  int32: ['int64'],
  int64: ['float*'],
  'float*': ['bfloat16', 'float16', 'complex*'],
  bfloat16: ['float32'],
  float16: ['float32'],
  float32: ['float64', 'complex64'],
  float64: ['complex128'],
  'complex*': ['complex64'],
  complex64: ['complex128'],
  complex128: [],
};

/** Without 64-bit types, uint32 and int32 meet at int32: the one place where 32-bit operands would make a 64-bit result. */
const HIGHER_32 = { ...HIGHER, uint32: ['int32', 'uint64'] } as const;

/** Every type with all that are above it, itself included. */
function upperBounds(higher: { readonly [N in Node]: readonly Node[] }): ReadonlyMap<Node, ReadonlySet<Node>> {
  const bounds = new Map<Node, Set<Node>>();
  const above = (node: Node): Set<Node> => {
    const known = bounds.get(node);
    if (known !== undefined) return known;
    const set = new Set([node, ...higher[node].flatMap((next) => [...above(next)])]);
    bounds.set(node, set);
    return set;
  };
  for (const node of Object.keys(higher)) above(node as Node);
  return bounds;
}

const bounds64 = upperBounds(HIGHER);
const bounds32 = upperBounds(HIGHER_32);

/** The type that is above all of `nodes` and below everything else that is. */
function leastUpperBound(nodes: readonly Node[]): Node {
  const bounds = config.read('enableX64') ? bounds64 : bounds32;
  const above = (node: Node): ReadonlySet<Node> => bounds.get(node) as ReadonlySet<Node>;
  const common = [...above(nodes[0])].filter((node) => nodes.every((n) => above(n).has(node)));
  return common.find((node) => common.every((other) => above(node).has(other))) as Node;
}

const weakOf: { readonly [K in Kind]: Node } = {
  bool: 'bool',
  int: 'int*',
  uint: 'int*',
  float: 'float*',
  complex: 'complex*',
};

/** The dtype that a weak result has while nothing else asks for another. */
const defaults: { readonly [K in Kind]: () => DType } = {
  bool: () => 'bool',
  int: defaultInt,
  uint: defaultUint,
  float: defaultFloat,
  complex: defaultComplex,
};

const weak = (kind: Kind): ElementType => ({ dtype: defaults[kind](), weakType: kind !== 'bool' });

/**
 * The type of a result made of operands of these types (`jnp.result_type`, with weakness). A weak result has the default
 * dtype of its kind. Depends on `enableX64`.
 * @throws InvalidArgument when there are no operands
 */
export function resultType(types: readonly ElementType[]): ElementType {
  if (types.length === 0) {
    throw new InvalidArgument({ op: 'resultType', argument: 'types', expected: 'at least one', actual: 'none' });
  }
  const [{ dtype }] = types;
  const allWeak = types.every((t) => t.weakType);
  if (types.every((t) => t.dtype === dtype)) {
    return allWeak ? weak(layoutOf(dtype).kind) : { dtype, weakType: false };
  }
  const nodes = types.map((t) => (t.weakType && !allWeak ? weakOf[layoutOf(t.dtype).kind] : t.dtype));
  const bound = leastUpperBound(nodes);
  if (bound === 'int*') return weak('int');
  if (bound === 'float*') return weak('float');
  if (bound === 'complex*') return weak('complex');
  return allWeak ? weak(layoutOf(bound).kind) : { dtype: bound, weakType: false };
}

/** The dtype that two dtypes promote to (`jnp.promote_types`). Depends on `enableX64`. */
export const promoteTypes = (a: DType, b: DType): DType =>
  resultType([
    { dtype: a, weakType: false },
    { dtype: b, weakType: false },
  ]).dtype;
