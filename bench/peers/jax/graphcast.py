"""GraphCast's training step in JAX, haiku and optax: the peer that the benchmark measures fluxion against.

Encode-process-decode (Lam et al., Learning skillful medium-range global weather forecasting, Science 2023) in the
formulation that DeepMind published: typed graphs, one interaction network per message passing step, an MLP with swish
and a layer normalization for each node set and each edge set, features gathered to edges, concatenated, and summed back
by segment. Module names are the published ones, so that published parameters fit.

    python graphcast.py --graph graph.npz [--latent-size 32 --message-steps 4 --batch-size 4 ...]
    python graphcast.py --verify CASE_FOLDER

`--graph` names an npz with `{grid2mesh,mesh,mesh2grid}_{senders,receivers,edge_features}`, `grid_node_features` and
`mesh_node_features`; its size decides mesh and grid. Inputs and targets are normalized and stacked, [node, batch,
channel], drawn from a fixed seed. One JSON line is printed for each figure.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time
from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax

from memory import peak_memory


class EdgeSet(NamedTuple):
    """Edges of one type between two node sets."""

    sender_set: str
    receiver_set: str
    senders: jax.Array
    receivers: jax.Array
    features: jax.Array


class TypedGraph(NamedTuple):
    nodes: dict  # name -> [node, batch, feature]
    edges: dict  # name -> EdgeSet, features [edge, batch, feature]


class DeepTypedGraphNet(hk.Module):
    """Embeds, passes messages with unshared weights and residual connections, and decodes chosen node sets."""

    def __init__(self, *, latent_size, hidden_layers, message_steps, embed_nodes, output_sizes=None, name):
        super().__init__(name=name)
        self.latent_size, self.hidden_layers, self.message_steps = latent_size, hidden_layers, message_steps
        self.embed_nodes, self.output_sizes = embed_nodes, output_sizes or {}

    def _networks_builder(self, graph):
        """All modules are made here, before any is applied: this gives them their published names."""

        def mlp(name, size):
            return hk.nets.MLP([self.latent_size] * self.hidden_layers + [size], activation=jax.nn.swish, name=name + "_mlp")

        def normalized_mlp(name):
            norm = hk.LayerNorm(axis=-1, create_scale=True, create_offset=True, name=name + "_layer_norm")
            return hk.Sequential([mlp(name, self.latent_size), norm])

        embed_edges = {k: normalized_mlp(f"encoder_edges_{k}") for k in graph.edges}
        embed_nodes = {k: normalized_mlp(f"encoder_nodes_{k}") for k in graph.nodes} if self.embed_nodes else {}
        steps = []
        for i in range(self.message_steps):
            edges = {k: normalized_mlp(f"processor_edges_{i}_{k}") for k in graph.edges}
            steps.append((edges, {k: normalized_mlp(f"processor_nodes_{i}_{k}") for k in graph.nodes}))
        decode = {k: mlp(f"decoder_nodes_{k}", size) for k, size in self.output_sizes.items()}
        return embed_edges, embed_nodes, steps, decode

    def __call__(self, graph):
        embed_edges, embed_nodes, steps, decode = self._networks_builder(graph)
        graph = TypedGraph(
            nodes={k: embed_nodes[k](x) if k in embed_nodes else x for k, x in graph.nodes.items()},
            edges={k: e._replace(features=embed_edges[k](e.features)) for k, e in graph.edges.items()},
        )
        for update_edges, update_nodes in steps:
            message = interaction_network(graph, update_edges, update_nodes)
            graph = TypedGraph(
                nodes={k: x + message.nodes[k] for k, x in graph.nodes.items()},
                edges={k: e._replace(features=e.features + message.edges[k].features) for k, e in graph.edges.items()},
            )
        return graph._replace(nodes={k: decode[k](x) if k in decode else x for k, x in graph.nodes.items()})


def interaction_network(graph, update_edges, update_nodes):
    """One message passing step: edges see both their ends, nodes the sum of what arrives."""
    edges = {}
    for name, edge in graph.edges.items():
        sent, received = graph.nodes[edge.sender_set][edge.senders], graph.nodes[edge.receiver_set][edge.receivers]
        edges[name] = edge._replace(features=update_edges[name](jnp.concatenate([edge.features, sent, received], -1)))
    nodes = {}
    for name, features in graph.nodes.items():
        incoming = [
            jax.ops.segment_sum(edge.features, edge.receivers, num_segments=features.shape[0])
            for edge in edges.values()
            if edge.receiver_set == name
        ]
        nodes[name] = update_nodes[name](jnp.concatenate([features, *incoming], -1))
    return TypedGraph(nodes, edges)


def with_batch(features, batch_size):
    """[row, feature] -> [row, batch, feature]"""
    return features[:, None] * jnp.ones([batch_size, 1], features.dtype)


def graph_cast(graph, options, inputs):
    """[grid node, batch, input channel] -> [grid node, batch, output channel], all normalized."""
    batch = inputs.shape[1]

    def network(name, steps, **choices):
        size = dict(latent_size=options.latent_size, hidden_layers=options.hidden_layers)
        return DeepTypedGraphNet(message_steps=steps, name=name, **size, **choices)

    def edge_set(name, sender_set, receiver_set):
        features = with_batch(graph[f"{name}_edge_features"], batch)
        return {name: EdgeSet(sender_set, receiver_set, graph[f"{name}_senders"], graph[f"{name}_receivers"], features)}

    grid_structure, mesh_structure = graph["grid_node_features"], graph["mesh_node_features"]
    blank = jnp.zeros((mesh_structure.shape[0],) + inputs.shape[1:], inputs.dtype)
    grid = jnp.concatenate([inputs, with_batch(grid_structure, batch)], -1)
    mesh = jnp.concatenate([blank, with_batch(mesh_structure, batch)], -1)

    encoder = network("grid2mesh_gnn", 1, embed_nodes=True)
    edges = edge_set("grid2mesh", "grid_nodes", "mesh_nodes")
    encoded = encoder(TypedGraph({"grid_nodes": grid, "mesh_nodes": mesh}, edges)).nodes

    processor = network("mesh_gnn", options.message_steps, embed_nodes=False)
    edges = edge_set("mesh", "mesh_nodes", "mesh_nodes")
    processed = processor(TypedGraph({"mesh_nodes": encoded["mesh_nodes"]}, edges)).nodes

    decoder = network("mesh2grid_gnn", 1, embed_nodes=False, output_sizes={"grid_nodes": options.outputs})
    edges = edge_set("mesh2grid", "mesh_nodes", "grid_nodes")
    nodes = {"mesh_nodes": processed["mesh_nodes"], "grid_nodes": encoded["grid_nodes"]}
    return decoder(TypedGraph(nodes, edges)).nodes["grid_nodes"]


def read_graph(path):
    """The npz as float32 features and int32 indices."""
    with np.load(path) as file:
        return {k: file[k].astype(np.int32 if k.endswith(("senders", "receivers")) else np.float32) for k in file.files
                if k.endswith(("senders", "receivers", "features"))}


def forward_function(graph, options):
    """The pair (init, apply) of the model."""
    return hk.without_apply_rng(hk.transform(lambda inputs: graph_cast(graph, options, inputs)))


def paper_optimizer(learning_rate=1e-3, clip=32.0, weight_decay=0.1):
    """The optimizer of the paper: clipping by global norm, then AdamW that decays weights only, not biases or norms."""
    only_weights = lambda params: {module: {name: name == "w" for name in p} for module, p in params.items()}
    return optax.chain(
        optax.clip_by_global_norm(clip),
        optax.adamw(learning_rate, b1=0.9, b2=0.95, weight_decay=weight_decay, mask=only_weights),
    )


def loss_function(apply):
    """Mean over nodes, batch and levels of the weighted squared error, summed over variables (in the weights)."""

    def loss(params, inputs, targets, weights):
        error = apply(params, inputs) - targets
        return jnp.sum(jnp.mean(weights * error**2, axis=(0, 1)))

    return loss


def training_step(apply, optimizer):
    value_and_grad = jax.value_and_grad(loss_function(apply))

    def step(params, state, inputs, targets, weights):
        loss, gradients = value_and_grad(params, inputs, targets, weights)
        updates, state = optimizer.update(gradients, state, params)
        return optax.apply_updates(params, updates), state, loss

    return step


def report(metric, unit, samples, size):
    line = {"case": "graphcast", "peer": "jax", "metric": metric, "unit": unit, "median": statistics.median(samples),
            "min": min(samples), "max": max(samples), "n": len(samples), **size}
    print(json.dumps(line), flush=True)


def seconds_since_process_start():
    """From the kernel's record of when this process began; None where there is none."""
    try:
        started = float(pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return None


def benchmark(options):
    graph = read_graph(options.graph)
    nodes = graph["grid_node_features"].shape[0]
    rng = np.random.default_rng(options.seed)
    draw = lambda channels: jnp.asarray(rng.standard_normal((nodes, options.batch_size, channels)), jnp.float32)
    inputs, targets = draw(options.inputs), draw(options.outputs)
    weights = jnp.ones((nodes, 1, options.outputs), jnp.float32)
    init, apply = forward_function(graph, options)
    optimizer = paper_optimizer()
    params = jax.jit(init)(jax.random.key(options.seed), inputs)
    state = optimizer.init(params)
    size = {"batchSize": options.batch_size, "latentSize": options.latent_size, "messageSteps": options.message_steps,
            "gridNodes": nodes, "meshNodes": graph["mesh_node_features"].shape[0],
            "parameters": sum(x.size for x in jax.tree.leaves(params))}

    lowering, compiling, compiled = [], [], None
    for attempt in range(options.compiles):
        begin = time.perf_counter()
        step = jax.jit(training_step(apply, optimizer), donate_argnums=(0, 1))
        lowered = step.lower(params, state, inputs, targets, weights)
        between = time.perf_counter()
        compiled = lowered.compile()
        lowering.append(between - begin)
        compiling.append(time.perf_counter() - between)
        if attempt == 0:
            params, state, loss = jax.block_until_ready(compiled(params, state, inputs, targets, weights))
            first_step = seconds_since_process_start()
        jax.clear_caches()

    samples, work = [], []  # work: processor time of all threads, which says more than the clock on a busy machine
    for _ in range(options.warmup + options.steps):
        begin, used = time.perf_counter(), time.process_time()
        params, state, loss = jax.block_until_ready(compiled(params, state, inputs, targets, weights))
        samples.append((time.perf_counter() - begin) * 1e3)
        work.append((time.process_time() - used) * 1e3)
    if not np.isfinite(float(loss)):
        sys.exit(f"the loss is {loss}")
    report("training step", "ms", samples[options.warmup:], size)
    report("training step, processor time", "ms", work[options.warmup:], size)
    report("trace and lower", "s", lowering, size)
    report("compile", "s", compiling, size)
    if first_step is not None:
        report("process start to first step", "s", [first_step], size)
    report("peak memory", "MB", [peak_memory()], size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graph", help="npz with the edges and structural features")
    parser.add_argument("--verify", metavar="CASE_FOLDER", help="compare with the golden data of the original and exit")
    parser.add_argument("--latent-size", type=int, default=32)
    parser.add_argument("--message-steps", type=int, default=4)
    parser.add_argument("--hidden-layers", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--inputs", type=int, default=23, help="input channels, forcings included")
    parser.add_argument("--outputs", type=int, default=4, help="output channels")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--warmup", type=int, default=5)
    parser.add_argument("--compiles", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.verify:
        from verify import verify

        sys.exit(verify(pathlib.Path(options.verify)))
    if not options.graph:
        parser.error("--graph or --verify is needed")
    benchmark(options)


if __name__ == "__main__":
    main()
