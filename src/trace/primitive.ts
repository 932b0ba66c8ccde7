/**
 * `definePrimitive`: one object holds everything about a primitive. See `ir/primitive.ts` for what it must hold.
 */
import type { AnyPrimitive } from '../ir/jaxpr.js';
import type { Primitive } from '../ir/primitive.js';

const all = new Map<string, AnyPrimitive>();

/**
 * Defines a primitive. The compiler asks for every rule; the law suite finds it in `allPrimitives()`.
 * Rules that apply the primitive itself (a linear map's tangent is the map) get it as `self`.
 */
export function definePrimitive<P extends object>(rules: (self: () => Primitive<P>) => Primitive<P>): Primitive<P> {
  const primitive: Primitive<P> = Object.freeze(rules(() => primitive));
  all.set(primitive.name, primitive);
  return primitive;
}

/** Every primitive defined so far, by name. */
export const allPrimitives = (): ReadonlyMap<string, AnyPrimitive> => all;
