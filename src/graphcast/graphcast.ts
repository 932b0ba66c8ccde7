/**
 * GraphCast: weather on a grid, predicted by a graph network on an icosahedral multi-mesh.
 *
 *     grid --encode--> mesh --16 rounds of messages--> mesh --decode--> grid
 *
 * `GraphCast` predicts normalized values one step ahead; wrappers normalize (`normalization.InputsAndResiduals`), cast
 * (`casting.Bfloat16Cast`) and iterate (`autoregressive.Predictor`). Its networks are haiku modules: make one inside
 * `hk.transform`. Source: graphcast's `graphcast.py`; Lam et al., Science 382, 2023.
 */
import type { NdArray } from '../array/array.js';
import { NotFound } from '../error/xarray.js';
import * as jnp from '../numpy/index.js';
import { DataArray } from '../xarray/data-array.js';
import type { Dataset } from '../xarray/dataset.js';
import { DeepTypedGraphNet } from './deep-typed-graph-net.js';
import { type GraphStructures, graphStructures } from './graphs.js';
import { weightedMsePerLevel } from './losses.js';
import type { LossAndDiagnostics, Predictor } from './predictor-base.js';
import { datasetToStacked, latLonToLeadingAxes, restoreLeadingAxes, stackedToDataset, toNodes } from './stacked.js';
import { ALL_ATMOSPHERIC_VARS, type ModelConfig, type TaskConfig } from './task.js';
import { type TypedGraph, withFeatures } from './typed-graph.js';

export type { CheckPoint } from './checkpoint.js';
export * from './task.js';

/** The weights of the surface variables in the published models' loss. */
export const DEFAULT_PER_VARIABLE_WEIGHTS: { readonly [name: string]: number } = {
  '2m_temperature': 1.0,
  '10m_u_component_of_wind': 0.1,
  '10m_v_component_of_wind': 0.1,
  mean_sea_level_pressure: 0.1,
  total_precipitation_6hr: 0.1,
};

export interface GraphCastOptions {
  /** Weights of variables in the loss. Default: the published models'; they name variables that all must be there. */
  readonly perVariableWeights?: { readonly [name: string]: number };
  /** Graphs to use instead of those of the configuration and grid. */
  readonly graphs?: GraphStructures;
}

/** The values between the parts of the network, each [node, batch, channel]. */
export interface Activations {
  /** Inputs and forcings of each grid node, as the encoder gets them (without the structural features). */
  readonly gridFeatures: NdArray;
  /** Latent mesh and grid nodes after the encoder. */
  readonly encodedMesh: NdArray;
  readonly encodedGrid: NdArray;
  /** Latent mesh nodes after the processor. */
  readonly processedMesh: NdArray;
  /** The output channels of each grid node. */
  readonly output: NdArray;
}

/** [row, feature] as [row, batch, feature] of a dtype. */
const withBatch = (features: NdArray, batchSize: number, like: NdArray): NdArray => {
  const [rows, channels] = features.shape;
  const cast = jnp.astype(features, like.dtype);
  return jnp.broadcastTo(jnp.expandDims(cast, 1), [rows, batchSize, channels]);
};

/** The network, one step ahead, on normalized values. */
export class GraphCast implements Predictor {
  readonly #grid2meshGnn: DeepTypedGraphNet;
  readonly #meshGnn: DeepTypedGraphNet;
  readonly #mesh2gridGnn: DeepTypedGraphNet;

  constructor(
    readonly modelConfig: ModelConfig,
    readonly taskConfig: TaskConfig,
    readonly options: GraphCastOptions = {},
  ) {
    const { latentSize, hiddenLayers, gnnMsgSteps } = modelConfig;
    const common = {
      mlpHiddenSize: latentSize,
      mlpNumHiddenLayers: hiddenLayers,
      useLayerNorm: true,
      activation: 'swish',
    } as const;
    const bothNodes = { mesh_nodes: latentSize, grid_nodes: latentSize };
    this.#grid2meshGnn = new DeepTypedGraphNet({
      ...common,
      embedNodes: true,
      edgeLatentSize: { grid2mesh: latentSize },
      nodeLatentSize: bothNodes,
      numMessagePassingSteps: 1,
      f32Aggregation: true,
      name: 'grid2mesh_gnn',
    });
    this.#meshGnn = new DeepTypedGraphNet({
      ...common,
      embedNodes: false,
      edgeLatentSize: { mesh: latentSize },
      nodeLatentSize: { mesh_nodes: latentSize },
      numMessagePassingSteps: gnnMsgSteps,
      name: 'mesh_gnn',
    });
    const { targetVariables, pressureLevels } = taskConfig;
    const atmospheric = targetVariables.filter((v) => (ALL_ATMOSPHERIC_VARS as readonly string[]).includes(v)).length;
    const outputs = targetVariables.length - atmospheric + pressureLevels.length * atmospheric;
    this.#mesh2gridGnn = new DeepTypedGraphNet({
      ...common,
      nodeOutputSize: { grid_nodes: outputs },
      embedNodes: false,
      edgeLatentSize: { mesh2grid: latentSize },
      nodeLatentSize: bothNodes,
      numMessagePassingSteps: 1,
      name: 'mesh2grid_gnn',
    });
  }

  call(inputs: Dataset, targetsTemplate: Dataset, forcings: Dataset): Dataset {
    return toPrediction(this.activations(inputs, forcings).output, inputs, targetsTemplate);
  }

  /** What the parts of the network hand to each other: to look inside, and to compare with another implementation. */
  activations(inputs: Dataset, forcings: Dataset): Activations {
    const graphs = this.options.graphs ?? this.#graphsFor(inputs);
    return this.#parts(graphs, gridNodeFeatures(inputs, forcings));
  }

  /** The network alone: channels at grid points, [node, batch, channel], to predicted channels at grid points. */
  network(graphs: GraphStructures, features: NdArray): NdArray {
    return this.#parts(graphs, features).output;
  }

  #parts(graphs: GraphStructures, gridFeatures: NdArray): Activations {
    const [encodedMesh, encodedGrid] = this.#encode(graphs.grid2mesh, gridFeatures);
    const processedMesh = this.#process(graphs.mesh, encodedMesh);
    const output = this.#decode(graphs.mesh2grid, processedMesh, encodedGrid);
    return { gridFeatures, encodedMesh, encodedGrid, processedMesh, output };
  }

  lossAndPredictions(
    inputs: Dataset,
    targets: Dataset,
    forcings: Dataset,
  ): readonly [LossAndDiagnostics, predictions: Dataset] {
    const predictions = this.call(inputs, targets, forcings);
    const perVariableWeights = this.options.perVariableWeights ?? DEFAULT_PER_VARIABLE_WEIGHTS;
    return [weightedMsePerLevel(predictions, targets, { perVariableWeights }), predictions];
  }

  loss(inputs: Dataset, targets: Dataset, forcings: Dataset): LossAndDiagnostics {
    return this.lossAndPredictions(inputs, targets, forcings)[0];
  }

  #graphsFor(inputs: Dataset): GraphStructures {
    const { lat, lon } = inputs.coords;
    if (!lat || !lon) {
      const name = lat ? 'lon' : 'lat';
      throw new NotFound({ op: 'GraphCast', kind: 'coordinate', name, available: Object.keys(inputs.coords) });
    }
    return graphStructures(this.modelConfig, lat.values as Float32Array, lon.values as Float32Array);
  }

  /** From the grid to the mesh: latent mesh nodes and latent grid nodes, [node, batch, latent]. */
  #encode(graph: TypedGraph, features: NdArray): [mesh: NdArray, grid: NdArray] {
    const [, batch, channels] = features.shape;
    const { grid_nodes, mesh_nodes } = graph.nodes;
    const { grid2mesh } = graph.edges;
    // Mesh nodes have no data of their own: zeros stand where the grid nodes have theirs.
    const noData = jnp.zeros([mesh_nodes.nNode, batch, channels], { dtype: features.dtype });
    const beside = (data: NdArray, structure: NdArray): NdArray =>
      jnp.concatenate([data, withBatch(structure, batch, data)], { axis: -1 });
    const input = withFeatures(
      graph,
      { grid_nodes: beside(features, grid_nodes.features), mesh_nodes: beside(noData, mesh_nodes.features) },
      { grid2mesh: withBatch(grid2mesh.features, batch, features) },
    );
    const { nodes } = this.#grid2meshGnn.call(input);
    return [nodes.mesh_nodes.features, nodes.grid_nodes.features];
  }

  /** Messages on the mesh. */
  #process(graph: TypedGraph, latentMesh: NdArray): NdArray {
    const batch = latentMesh.shape[1];
    const edges = { mesh: withBatch(graph.edges.mesh.features, batch, latentMesh) };
    return this.#meshGnn.call(withFeatures(graph, { mesh_nodes: latentMesh }, edges)).nodes.mesh_nodes.features;
  }

  /** From the mesh to the grid: output channels, [node, batch, channel]. */
  #decode(graph: TypedGraph, mesh: NdArray, grid: NdArray): NdArray {
    const edges = { mesh2grid: withBatch(graph.edges.mesh2grid.features, grid.shape[1], grid) };
    const input = withFeatures(graph, { mesh_nodes: mesh, grid_nodes: grid }, edges);
    return this.#mesh2gridGnn.call(input).nodes.grid_nodes.features;
  }
}

/** All inputs and forcings at each grid point, [node, batch, channel]: inputs first. */
function gridNodeFeatures(inputs: Dataset, forcings: Dataset): NdArray {
  const stacked = [datasetToStacked(inputs), datasetToStacked(forcings, { ...inputs.sizes, ...forcings.sizes })];
  const leading = stacked.map((s) => latLonToLeadingAxes(s).data);
  return toNodes(jnp.concatenate(leading, { axis: -1 }));
}

function toPrediction(output: NdArray, inputs: Dataset, template: Dataset): Dataset {
  const { lat, lon } = inputs.sizes;
  const grid = jnp.reshape(output, [lat, lon, ...output.shape.slice(1)]);
  const array = new DataArray(grid, { dims: ['lat', 'lon', 'batch', 'channels'] });
  return stackedToDataset(restoreLeadingAxes(array).variable, template);
}
