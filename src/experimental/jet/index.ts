/** `fluxion/experimental/jet`: Taylor mode, under the name that `jax.experimental.jet` has. */
import '../../wiring.js';

export { jet, type Terms } from '../../transform/jet.js';
