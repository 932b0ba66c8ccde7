"""GraphCast's network on a graph small enough to be kept: output, loss, gradients, parameters after three training steps.

Writes test/fixtures/graphcast/network.json. The network is bench/peers/jax/graphcast.py, in DeepMind's formulation, which
its own verify.py holds against DeepMind's numbers. Trees are `{module/name: array}`; every parameter is drawn, so that
no bias is 0 and no scale 1.

    python graphcast_.py
"""

import pathlib
import sys
import types

import jax
import jax.numpy as jnp
import numpy as np
import optax

import fixture

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "peers" / "jax"))
import graphcast  # noqa: E402

GRID, MESH, BATCH, INPUTS = 6, 4, 2, 5
OPTIONS = types.SimpleNamespace(latent_size=4, hidden_layers=1, message_steps=2, outputs=2)
EDGES = {"grid2mesh": (8, GRID, MESH), "mesh": (6, MESH, MESH), "mesh2grid": (9, MESH, GRID)}
STEPS = 3

rng = fixture.generator("graphcast", "network")
draw = lambda *shape: rng.normal(size=shape).astype(np.float32)

graph = {"grid_node_features": draw(GRID, 3), "mesh_node_features": draw(MESH, 3)}
for name, (count, senders, receivers) in EDGES.items():
    graph[f"{name}_senders"] = rng.integers(senders, size=count).astype(np.int32)
    graph[f"{name}_receivers"] = rng.integers(receivers, size=count).astype(np.int32)
    graph[f"{name}_edge_features"] = draw(count, 4)
inputs, targets = draw(GRID, BATCH, INPUTS), draw(GRID, BATCH, OPTIONS.outputs)
weights = jnp.ones((GRID, 1, OPTIONS.outputs), jnp.float32)

init, apply = graphcast.forward_function(graph, OPTIONS)
shapes = jax.eval_shape(init, jax.random.key(0), inputs)
params = {
    module: {name: jnp.asarray(0.5 * draw(*x.shape) + (name == "scale")) for name, x in sorted(arrays.items())}
    for module, arrays in sorted(shapes.items())
}
loss, grads = jax.jit(jax.value_and_grad(graphcast.loss_function(apply)))(params, inputs, targets, weights)
optimizer = graphcast.paper_optimizer()
step = jax.jit(graphcast.training_step(apply, optimizer))
trained, state, losses = params, optimizer.init(params), []
for _ in range(STEPS):
    trained, state, value = step(trained, state, inputs, targets, weights)
    losses.append(fixture.number(np.asarray(value)[()]))

named = lambda tree: {f"{m}:{n}": fixture.array(x) for m, xs in tree.items() for n, x in xs.items()}
fixture.write(
    "graphcast/network.json",
    {"graph": {name: fixture.array(x) for name, x in graph.items()}},
    [
        {
            "params": named(params),
            "inputs": fixture.array(inputs),
            "targets": fixture.array(targets),
            "output": fixture.array(jax.jit(apply)(params, inputs)),
            "loss": fixture.number(np.asarray(loss)[()]),
            "grads": named(grads),
            "losses": losses,
            "trained": named(trained),
        }
    ],
)
