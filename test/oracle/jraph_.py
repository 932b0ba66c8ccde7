"""jraph: statistics of segments, networks on graphs, batching and padding.

Writes test/fixtures/jraph/graphs.json. A case is `{ name, outputs, gradients? }`: the function called `name`, which is
written in both languages (test/jraph/programs.ts), applied to the graph in the header; `outputs` are the leaves of the result
by path, `gradients` those of the sum of the squares of its float leaves with respect to `nodes`, `edges` and `globals`.

    python jraph_.py
"""

import jax

# jraph 0.0.6 uses a name that this jax has moved.
jax.tree_map = jax.tree.map

import jax.numpy as jnp
import jraph
import numpy as np

import fixture

rng = np.random.default_rng(1)
array = lambda *shape: rng.normal(size=shape).astype(np.float32)
GRAPH = jraph.GraphsTuple(
    nodes=array(6, 3),
    edges=array(7, 3),
    globals=array(3, 3),
    senders=np.array([0, 1, 2, 2, 4, 5, 3], np.int32),
    receivers=np.array([1, 1, 0, 2, 3, 3, 5], np.int32),
    n_node=np.array([3, 0, 3], np.int32),
    n_edge=np.array([4, 0, 3], np.int32),
)
segments = lambda f, **options: lambda g: f(g.edges, g.receivers, 6, **options)
w = np.linspace(-1, 1, 9).reshape(3, 3).astype(np.float32)

PROGRAMS = {
    "segment_sum": segments(jraph.segment_sum),
    "segment_mean": segments(jraph.segment_mean),
    "segment_variance": segments(jraph.segment_variance),
    "segment_normalize": segments(jraph.segment_normalize, eps=1e-3),
    "segment_softmax": segments(jraph.segment_softmax),
    "segment_max_or_constant": segments(jraph.segment_max_or_constant, constant=0.25),
    "segment_min_or_constant": segments(jraph.segment_min_or_constant),
    "partition_softmax": lambda g: jraph.partition_softmax(g.edges, g.n_edge, 7),
    "graph_network": jraph.GraphNetwork(lambda e, s, r, g: jnp.tanh(e + s @ w - r * g), lambda n, s, r, g: n + s * r + g, lambda n, e, g: n - e + g),
    "graph_network_means": jraph.GraphNetwork(None, lambda n, s, r, g: n + s - r, None, aggregate_edges_for_nodes_fn=jraph.segment_mean),
    "interaction_network": jraph.InteractionNetwork(lambda e, s, r: e * s + r, lambda n, r: n + r),
    "interaction_network_sent": jraph.InteractionNetwork(lambda e, s, r: e * s + r, lambda n, s, r: n + s - 2 * r, include_sent_messages_in_node_update=True),
    "relation_network": jraph.RelationNetwork(lambda s, r: s * r, lambda e: jnp.tanh(e)),
    "deep_sets": jraph.DeepSets(lambda n, g: n @ w + g, lambda n: n * n),
    "graph_map_features": jraph.GraphMapFeatures(jnp.tanh, jnp.sin, None),
    "graph_net_gat": jraph.GraphNetGAT(lambda e, s, r, g: e + s, lambda n, s, r, g: r, lambda e, s, r, g: (e * r).sum(-1, keepdims=True), lambda e, a: e * a),
    "gat": jraph.GAT(lambda n: n @ w, lambda s, r, e: s * r + e),
    "graph_convolution": jraph.GraphConvolution(lambda n: n @ w, add_self_edges=True),
    "graph_convolution_plain": jraph.GraphConvolution(lambda n: n @ w, symmetric_normalization=False),
    "concatenated_args": lambda g: jraph.concatenated_args(jnp.tanh)(g.nodes, {"b": g.nodes[:, :1], "a": 2 * g.nodes}),
    "batch": lambda g: jraph.batch([g, g]),
    "pad_with_graphs": lambda g: jraph.pad_with_graphs(g, 9, 8, 5),
    "zero_out_padding": lambda g: jraph.zero_out_padding(jraph.pad_with_graphs(g, 9, 8, 5)._replace(nodes=jnp.ones((9, 2)))),
    "fully_connected": lambda g: jraph.get_fully_connected_graph(3, 2),
    "fully_connected_without_self": lambda g: jraph.get_fully_connected_graph(3, 2, add_self_edges=False),
}
CONCRETE = {"batch", "pad_with_graphs", "zero_out_padding", "fully_connected", "fully_connected_without_self"}


def main():
    cases = []
    for name, program in PROGRAMS.items():
        case = {"name": fixture.camel(name), "outputs": fixture.leaves_with_paths(jax.tree.map(jnp.asarray, program(GRAPH)))}
        if name not in CONCRETE:
            floats = lambda tree: sum((x.astype(jnp.float32) ** 2).sum() for x in jax.tree.leaves(tree) if jnp.issubdtype(x.dtype, jnp.floating))
            loss = lambda n, e, g: floats(program(GRAPH._replace(nodes=n, edges=e, globals=g)))
            case["gradients"] = fixture.arrays(jax.grad(loss, argnums=(0, 1, 2))(GRAPH.nodes, GRAPH.edges, GRAPH.globals))
        cases.append(case)
    fixture.write("jraph/graphs.json", {"jraph": jraph.__version__, "graph": fixture.leaves_with_paths(GRAPH)}, cases)


if __name__ == "__main__":
    main()
