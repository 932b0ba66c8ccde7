/**
 * Encode, process, decode: MLPs embed all nodes and edges, rounds of message passing with residual connections update
 * them, and MLPs bring chosen nodes to their output size.
 *
 * Module and method names are DeepMind's, because parameters are found by them:
 * `grid2mesh_gnn/~_networks_builder/encoder_edges_grid2mesh_mlp/~/linear_0`.
 * Source: graphcast's `deep_typed_graph_net.py`; Pfaff et al., "Learning mesh-based simulation with graph networks",
 * ICLR 2021.
 */
import type { NdArray } from '../array/array.js';
import { InvalidArgument } from '../error/error.js';
import * as hk from '../haiku/index.js';
import * as nn from '../nn/index.js';
import * as jnp from '../numpy/index.js';
import { slice } from '../numpy/index.js';
import { segmentSum } from '../ops/index.js';
import { type TypedGraph, withFeatures } from './typed-graph.js';
import {
  type AggregateFn,
  concatenated,
  GraphMapFeatures,
  InteractionNetwork,
  type Part,
  type UpdateFn,
} from './typed-graph-net.js';

type Sizes = { readonly [name: string]: number };

export interface DeepTypedGraphNetOptions {
  /** Width of the latent vectors, by node set and by edge set. */
  readonly nodeLatentSize: Sizes;
  readonly edgeLatentSize: Sizes;
  readonly mlpHiddenSize: number;
  readonly mlpNumHiddenLayers: number;
  /** Rounds of message passing, each with parameters of its own. */
  readonly numMessagePassingSteps: number;
  /** How often these rounds are repeated with the same parameters. */
  readonly numProcessorRepetitions?: number;
  readonly embedNodes?: boolean;
  readonly embedEdges?: boolean;
  /** Node sets that are decoded, and to what size; the others stay latent. */
  readonly nodeOutputSize?: Sizes | null;
  readonly edgeOutputSize?: Sizes | null;
  readonly useLayerNorm?: boolean;
  readonly activation?: keyof typeof activations;
  /** Sums messages in float32, whatever their dtype. */
  readonly f32Aggregation?: boolean;
  /** What the sums are divided by. */
  readonly aggregateNormalization?: number | null;
  readonly name?: string;
}

const activations = { relu: nn.relu, swish: nn.swish, gelu: nn.gelu, tanh: jnp.tanh, identity: (x: NdArray) => x };

/** A linear layer of parts side by side: its blocks are applied before rows are gathered, and added up. */
function linearOfParts(linear: hk.Linear, parts: readonly Part[]): NdArray {
  if (parts.every((p) => p.rows === null)) return linear.call(concatenated(parts));
  const sizes = parts.map(({ features }) => features.shape[features.ndim - 1]);
  const total = sizes.reduce((a, b) => a + b, 0);
  const { w, b } = linear.weights(total, parts[0].features.dtype);
  let start = 0;
  let sum: NdArray | null = null;
  parts.forEach(({ features, rows }, i) => {
    const block = w.get(slice(start, start + sizes[i]));
    start += sizes[i];
    const applied = jnp.matmul(features, block);
    const part = rows === null ? applied : jnp.take(applied, rows, { axis: 0, mode: 'clip' });
    sum = sum === null ? part : jnp.add(sum, part);
  });
  const result = sum as unknown as NdArray;
  return b === null ? result : jnp.add(result, b);
}

/** An MLP of parts side by side. */
function mlpOfParts(mlp: hk.nets.MLP, activation: (x: NdArray) => NdArray, parts: readonly Part[]): NdArray {
  const [first, ...rest] = mlp.layers;
  let x = linearOfParts(first, parts);
  for (const layer of rest) x = layer.call(activation(x));
  return x;
}

type Network = (graph: TypedGraph) => TypedGraph;

interface Networks {
  readonly embedder: Network;
  readonly processors: readonly Network[];
  readonly decoder: Network;
}

/** A deep graph network over typed graphs. */
export class DeepTypedGraphNet extends hk.Module {
  readonly options: DeepTypedGraphNetOptions;

  constructor(options: DeepTypedGraphNetOptions) {
    super({ name: options.name ?? 'DeepTypedGraphNet' });
    this.options = options;
    if (!Object.hasOwn(activations, options.activation ?? 'relu')) {
      throw new InvalidArgument({
        op: 'DeepTypedGraphNet',
        argument: 'activation',
        expected: `one of ${Object.keys(activations).join(', ')}`,
        actual: `'${options.activation}'`,
      });
    }
  }

  /** The graph with its latent or decoded features. */
  call(graph: TypedGraph): TypedGraph {
    const { embedder, processors, decoder } = this._networksBuilder(graph);
    let latent = embedder(graph);
    for (let k = 0; k < (this.options.numProcessorRepetitions ?? 1); k++) {
      for (const processor of processors) latent = withResiduals(latent, processor(latent));
    }
    return decoder(latent);
  }

  /** All modules are made here, before any is applied: it gives them DeepMind's names. */
  _networksBuilder(template: TypedGraph): Networks {
    const { options } = this;
    const activation = activations[options.activation ?? 'relu'];

    const mlp = (name: string, size: number): UpdateFn => {
      const hidden = new Array<number>(options.mlpNumHiddenLayers).fill(options.mlpHiddenSize);
      const module = new hk.nets.MLP([...hidden, size], { name: `${name}_mlp`, activation });
      return (parts) => mlpOfParts(module, activation, parts);
    };
    const normalizedMlp = (name: string, size: number): UpdateFn => {
      const network = mlp(name, size);
      if (!(options.useLayerNorm ?? true)) return network;
      const norm = new hk.LayerNorm(-1, true, true, { name: `${name}_layer_norm` });
      return (parts) => norm.call(network(parts));
    };
    const forEach = (
      build: (name: string, size: number) => UpdateFn,
      names: readonly string[],
      prefix: string,
      sizes: Sizes,
    ): { [name: string]: UpdateFn } =>
      Object.fromEntries(names.filter((n) => n in sizes).map((n) => [n, build(`${prefix}${n}`, sizes[n])]));

    const nodes = Object.keys(template.nodes);
    const edges = Object.keys(template.edges);
    const embedder = GraphMapFeatures({
      embedEdgeFn:
        (options.embedEdges ?? true) ? forEach(normalizedMlp, edges, 'encoder_edges_', options.edgeLatentSize) : null,
      embedNodeFn:
        (options.embedNodes ?? true) ? forEach(normalizedMlp, nodes, 'encoder_nodes_', options.nodeLatentSize) : null,
    });
    const processors = Array.from({ length: options.numMessagePassingSteps }, (_, step) =>
      InteractionNetwork({
        updateEdgeFn: forEach(normalizedMlp, edges, `processor_edges_${step}_`, options.edgeLatentSize),
        updateNodeFn: forEach(normalizedMlp, nodes, `processor_nodes_${step}_`, options.nodeLatentSize),
        aggregateEdgesForNodesFn: aggregation(options),
      }),
    );
    const decoder = GraphMapFeatures({
      embedEdgeFn: options.edgeOutputSize ? forEach(mlp, edges, 'decoder_edges_', options.edgeOutputSize) : null,
      embedNodeFn: options.nodeOutputSize ? forEach(mlp, nodes, 'decoder_nodes_', options.nodeOutputSize) : null,
    });
    return { embedder, processors, decoder };
  }
}

/** The sum of messages by receiver, in float32 if asked for. */
function aggregation({ f32Aggregation, aggregateNormalization }: DeepTypedGraphNetOptions): AggregateFn {
  return (features, receivers, nNode) => {
    const wide = f32Aggregation ? jnp.astype(features, 'float32') : features;
    const sum = segmentSum(wide, receivers, { numSegments: nNode });
    const scaled = aggregateNormalization ? jnp.divide(sum, aggregateNormalization) : sum;
    return jnp.astype(scaled, features.dtype);
  };
}

/** What a round of message passing computed is added to what was there. */
function withResiduals(before: TypedGraph, after: TypedGraph): TypedGraph {
  const added = (
    old: { readonly [name: string]: { readonly features: NdArray } },
    now: { readonly [name: string]: { readonly features: NdArray } },
  ): { [name: string]: NdArray } =>
    Object.fromEntries(Object.keys(old).map((name) => [name, jnp.add(old[name].features, now[name].features)]));
  return withFeatures(after, added(before.nodes, after.nodes), added(before.edges, after.edges));
}
