/** `fluxion/dtypes`: what `jax.dtypes` has. */

export {
  canonicalizeDtype,
  type DTypeKind,
  type FloatInfo,
  finfo,
  type IntegerInfo,
  iinfo,
  issubdtype,
  itemsizeBits,
} from '../array/dtype-info.js';
export { promoteTypes, resultType, scalarTypeOf } from './promote.js';
