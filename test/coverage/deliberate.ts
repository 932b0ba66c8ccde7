/**
 * What is deliberately not as in JAX, and why. The coverage report counts these apart from what is missing.
 */

/** Reasons by module and Python name; `*` stands for a whole module. */
export const deliberate: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'jax.lax': {
    GatherScatterMode: 'ONE_HOT is a mode of jnp indexing on TPUs that lax.gather itself refuses; the others are there',
    RandomAlgorithm: 'names the generators of rngBitGenerator',
    rngBitGenerator:
      "gives the bits of the engine's own generator, which differ between platforms; random.bits gives JAX's",
    rngUniform: 'draws from state of the device, which a pure function does not have; JAX deprecates it as well',
  },
  'jax.nn': {
    getScaledDotGeneralConfig: 'describes 4- and 8-bit floats, which are no dtypes here',
    scaledDotGeneral: 'rounds to 4- and 8-bit floats, which are no dtypes here; without configs it is lax.dotGeneral',
  },
  'jax.nn.initializers': {
    Initializer: 'is a type here, a function of key, shape and options, which leaves no value at run time',
  },
};
