/**
 * What a while loop carries around without changing or asking it is no carry: it becomes a constant of the body.
 *
 * Reverse mode then goes past the loop, which it could not go through, and a batched condition masks less.
 * Source: jax.lax.while_loop (forwarding of the body's jaxpr).
 */
import { Jaxpr } from '../ir/jaxpr.js';
import { rememberedAll } from '../ir/remember.js';

export interface SlimLoop {
  readonly condJaxpr: Jaxpr;
  /** Constants, then what became constant, then the carry that is left -> that carry. */
  readonly bodyJaxpr: Jaxpr;
  /** Which entries of the carry stay as they are. */
  readonly invariant: readonly boolean[];
}

/** The loop with a smaller carry. */
export const withoutInvariants = rememberedAll(
  ([condJaxpr, bodyJaxpr]: readonly Jaxpr[], condNconsts: number, bodyNconsts: number): SlimLoop => {
    const asked = new Set<unknown>([...condJaxpr.outvars, ...condJaxpr.equations.flatMap((e) => e.inputs)]);
    const carry = bodyJaxpr.invars.slice(bodyNconsts);
    const invariant = carry.map((v, i) => bodyJaxpr.outvars[i] === v && !asked.has(condJaxpr.invars[condNconsts + i]));
    if (!invariant.includes(true)) return { condJaxpr, bodyJaxpr, invariant };
    const kept = <T>(list: readonly T[]): T[] => list.filter((_, i) => !invariant[i]);
    const condCarry = kept(condJaxpr.invars.slice(condNconsts));
    const invars = [...bodyJaxpr.invars.slice(0, bodyNconsts), ...carry.filter((_, i) => invariant[i]), ...kept(carry)];
    return {
      condJaxpr: new Jaxpr(
        [...condJaxpr.invars.slice(0, condNconsts), ...condCarry],
        condJaxpr.equations,
        condJaxpr.outvars,
      ),
      bodyJaxpr: new Jaxpr(invars, bodyJaxpr.equations, kept(bodyJaxpr.outvars)),
      invariant,
    };
  },
);
