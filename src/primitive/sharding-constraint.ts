/**
 * An array as it is, cut over devices as said: advice to the compiler that changes no value.
 *
 * It is linear, and its transpose says the same of the cotangent. Source: jax.lax.with_sharding_constraint.
 */
import type { NdArray } from '../array/array.js';
import { sdy, shardingText } from '../ir/shardy.js';
import { UNCONSTRAINED } from '../sharding/partition-spec.js';
import type { NamedSharding } from '../sharding/sharding.js';
import { bindOne } from '../trace/context.js';
import { linear, mapCotangent } from '../trace/derivative.js';
import { definePrimitive } from '../trace/primitive.js';

export interface ShardingConstraintParams {
  readonly sharding: NamedSharding;
}

export const shardingConstraintP = definePrimitive<ShardingConstraintParams>((self) => ({
  name: 'sharding_constraint',
  type: ([x], { sharding }) => {
    sharding.check(x.shape, 'withShardingConstraint', 'x');
    return [x];
  },
  evaluate: ([x]) => [x],
  derivative: linear(self, ([ct], [x], params) => [mapCotangent(ct, x.aval, (c) => bindOne(self(), [c], params))]),
  batch: ([x], [dim], { sharding }, axis) => {
    // The mapped axis is as the compiler likes, unless vmap was told what it is spread over.
    const spec = sharding.spec.inserted(dim as number, axis.spmdName ?? UNCONSTRAINED);
    return { outputs: [bindOne(self(), [x], { sharding: sharding.withSpec(spec) })], dims: [dim] };
  },
  lower: (e, [x], { sharding: { mesh, spec } }, [result]) => {
    const text = shardingText(e.meshSymbol(mesh), spec, result.ndim);
    return [e.op('sdy.sharding_constraint', [x], result, { sharding: sdy.sharding(text) })];
  },
  mesh: ({ sharding }) => sharding.mesh,
  place: ({ sharding }) => sharding,
}));
export const shardingConstraint = (x: NdArray, sharding: NamedSharding): NdArray =>
  bindOne(shardingConstraintP, [x], { sharding });
