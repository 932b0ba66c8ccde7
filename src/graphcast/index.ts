/**
 * `fluxion/graphcast`: DeepMind's weather model, as its own modules.
 *
 * Names are the originals' by the porting rule: `graphcast.GraphCast`, `normalization.InputsAndResiduals`,
 * `autoregressive.Predictor`, `casting.Bfloat16Cast`, `rollout.chunkedPrediction`, `checkpoint.load`, ...
 */
import '../wiring.js';
import '../numpy/methods.js';

export * as autoregressive from './autoregressive.js';
export * as casting from './casting.js';
export * as checkpoint from './checkpoint.js';
export * as dataUtils from './data-utils/index.js';
export * as doctor from './doctor/index.js';
export * as graphcast from './graphcast.js';
export * as graphs from './graphs.js';
export * as gridMeshConnectivity from './grid-mesh-connectivity.js';
export * as icosahedralMesh from './icosahedral-mesh.js';
export * as losses from './losses.js';
export * as metrics from './metrics.js';
export * as modelUtils from './model-utils/index.js';
export * as normalization from './normalization.js';
export * as placement from './placement.js';
export type { LossAndDiagnostics, Predictor } from './predictor-base.js';
export * as rollout from './rollout.js';
export * as solarRadiation from './solar-radiation.js';
export * as sources from './sources/index.js';
export * as statistics from './statistics.js';
export * as statisticsFiles from './statistics-files.js';
export * as train from './train.js';
export * as trainedModel from './trained-model.js';
