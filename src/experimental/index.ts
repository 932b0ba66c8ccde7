/** `fluxion/experimental`: what `jax.experimental` has at its top. */
import '../wiring.js';

export { ioCallback } from '../transform/callback.js';
