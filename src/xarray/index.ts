/**
 * `fluxion/xarray`: arrays with named dimensions and labels, as Python's xarray (and DeepMind's xarray_jax) has them.
 */
import '../wiring.js';
import '../numpy/methods.js';

export * from '../error/xarray.js';
export { slice } from '../numpy/index-plan.js';
export { concat, merge } from './combine.js';
export { Coordinate, type CoordinateKind, type CoordinateLike, type Coordinates } from './coordinate.js';
export { align, DataArray, type DataArrayOptions } from './data-array.js';
export { Dataset, type VariableLike } from './dataset.js';
export { GroupBy } from './groupby.js';
export type { Label, LabelIndexer, LabelSlice, PositionIndexer, SelMethod, SelOptions } from './indexing.js';
export type { InterpOptions, InterpTarget } from './interpolate.js';
export { LazyDataset, type LazyVariable, loadDataset, type OpenOptions, openDataset } from './lazy-dataset.js';
export { toNetcdf } from './netcdf.js';
export { type RegridOptions, regridConservative } from './regrid.js';
export { parseTimedelta, type TimedeltaLike } from './timedelta.js';
export { type Attrs, type Dims, type Sizes, Variable } from './variable.js';
