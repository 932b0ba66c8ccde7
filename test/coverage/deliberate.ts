/**
 * What is deliberately not as in JAX, and why. The coverage report counts these apart from what is missing.
 */

/** Reasons by module and Python name; `*` stands for a whole module. */
export const deliberate: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'jax.lax': {
    GatherScatterMode: 'ONE_HOT is a mode of jnp indexing on TPUs that lax.gather itself refuses; the others are there',
    rngUniform: 'draws from state of the device, which a pure function does not have; JAX deprecates it as well',
  },
};
