/** `fluxion/dtypes`: what `jax.dtypes` has. */
export { promoteTypes, resultType } from '../numpy/promote.js';
export {
  canonicalizeDtype,
  type DTypeKind,
  type FloatInfo,
  finfo,
  type IntegerInfo,
  iinfo,
  issubdtype,
  itemsizeBits,
} from './info.js';
