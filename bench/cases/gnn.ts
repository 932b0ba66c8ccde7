/** Four steps of message passing over 2,562 nodes and 20,460 edges, latent 64, with layer normalization (case d). */
import type { NdArray } from 'fluxion';
import * as lax from 'fluxion/lax';
import * as nn from 'fluxion/nn';
import * as jnp from 'fluxion/numpy';
import { segmentSum } from 'fluxion/ops';
import * as optax from 'fluxion/optax';
import { drawIntegers } from '../draw.js';
import { array, dense, drawn, type Layer, layer, meanSquaredError } from './layers.js';
import { train } from './train.js';

const NODES = 2562;
const EDGES = 20460;
const LATENT = 64;
const STEPS = 4;
const INPUTS = 16;
const OUTPUTS = 4;

interface Block {
  readonly hidden: Layer;
  readonly out: Layer;
  readonly norm: { readonly scale: NdArray; readonly offset: NdArray };
}

interface Params {
  readonly nodes: Block;
  readonly edges: Block;
  readonly steps: readonly { readonly edge: Block; readonly node: Block }[];
  readonly decode: Layer;
}

const block = (seed: number, inputs: number): Block => ({
  hidden: layer(seed, inputs, LATENT),
  out: layer(seed + 1, LATENT, LATENT),
  norm: { scale: jnp.ones([LATENT]), offset: jnp.zeros([LATENT]) },
});

function normalized({ scale, offset }: Block['norm'], x: NdArray): NdArray {
  const mean = jnp.mean(x, { axis: -1, keepdims: true });
  const variance = jnp.var(x, { axis: -1, keepdims: true });
  return x
    .sub(mean)
    .mul(lax.rsqrt(variance.add(1e-5)))
    .mul(scale)
    .add(offset);
}

function apply(p: Block, ...parts: readonly NdArray[]): NdArray {
  const x = nn.swish(dense(p.hidden, jnp.concatenate(parts, { axis: -1 })));
  return normalized(p.norm, dense(p.out, x));
}

export function loss(
  params: Params,
  nodes: NdArray,
  edges: NdArray,
  senders: NdArray,
  receivers: NdArray,
  targets: NdArray,
): NdArray {
  let [v, e] = [apply(params.nodes, nodes), apply(params.edges, edges)];
  for (const { edge, node } of params.steps) {
    const message = apply(edge, e, v.get(senders), v.get(receivers));
    const arriving = segmentSum(message, receivers, { numSegments: NODES });
    [v, e] = [v.add(apply(node, v, arriving)), e.add(message)];
  }
  return meanSquaredError(dense(params.decode, v), targets);
}

export function gnn(): Promise<void> {
  const params = {
    nodes: block(40, INPUTS),
    edges: block(42, 4),
    steps: Array.from({ length: STEPS }, (_, i) => ({
      edge: block(50 + 4 * i, 3 * LATENT),
      node: block(52 + 4 * i, 2 * LATENT),
    })),
    decode: layer(44, LATENT, OUTPUTS),
  };
  const ends = (seed: number): NdArray => array(drawIntegers(seed, EDGES, NODES), [EDGES]);
  const batch: Parameters<typeof loss> extends [unknown, ...infer Batch] ? Batch : never = [
    drawn(7, [NODES, INPUTS]),
    drawn(8, [EDGES, 4]),
    ends(9),
    ends(10),
    drawn(11, [NODES, OUTPUTS]),
  ];
  return train({ params, batch, loss, optimizer: optax.adamw(1e-3) });
}
