"""Programs on eight devices: shard_map with every collective, and how many collectives XLA leaves in split programs.

Writes test/fixtures/sharding/shard-map.json and test/fixtures/sharding/programs.json. Functions are written in TypeScript by
the same names (test/sharding/shard-map.test.ts, test/sharding/programs.test.ts).

A case of shard-map.json is { function, inSpec, outSpec, inputs, outputs, gradients }: the gradients are those of
sum(sin(shard_map(f)(x))). A spec is a list with the mesh axes of each axis. A case of programs.json is
{ function, specs, collectives }: one way to cut the same training step, whose inputs and outputs stand at the top, and the
collectives counted in the optimized program.

    python sharding.py
"""

import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"

import re

import jax
import jax.numpy as jnp
import optax
from jax import lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P

import fixture
import numpy as np

MESH = Mesh(np.array(jax.devices()).reshape(2, 4), ("x", "y"))


def spec(p):
    return [list(e) if isinstance(e, tuple) else e for e in p]


# name: (function of a block, in_spec, out_spec); the input is 8 x 8.
SHARDED = {
    "psum": (lambda b: lax.psum(b * b, "x"), P("x", "y"), P(None, "y")),
    "psumBoth": (lambda b: lax.psum(b, ("x", "y")), P("x", "y"), P()),
    "pmean": (lambda b: b - lax.pmean(b, "y"), P("x", "y"), P("x", "y")),
    "pmax": (lambda b: lax.pmax(lax.stop_gradient(b), "x") * b, P("x", "y"), P("x", "y")),
    "pmin": (lambda b: lax.pmin(lax.stop_gradient(b), ("x", "y")) + b, P("x", "y"), P("x", "y")),
    "axisIndex": (lambda b: b * (1 + lax.axis_index("x") * 4 + lax.axis_index("y")), P("x", "y"), P("x", "y")),
    "axisIndexBoth": (lambda b: b * (1 + lax.axis_index(("x", "y"))), P("x", "y"), P("x", "y")),
    "allGather": (lambda b: lax.all_gather(b, "y", axis=1) * 2, P("x", "y"), P("x", None, "y")),
    "allGatherTiled": (lambda b: lax.all_gather(b, "x", tiled=True) ** 2, P("x", "y"), P("x", "y")),
    "psumScatter": (lambda b: lax.psum_scatter(b * b, "x", scatter_dimension=0, tiled=True), P(None, "y"), P("x", "y")),
    "psumScatterUntiled": (
        lambda b: lax.psum_scatter(b.reshape(4, 4, 2), "y", scatter_dimension=1),
        P("x", None),
        P("x", "y"),
    ),
    "ppermute": (lambda b: b * lax.ppermute(b, "y", [(0, 1), (1, 2), (2, 3), (3, 0)]), P("x", "y"), P("x", "y")),
    "ppermutePartial": (lambda b: lax.ppermute(b, "x", [(0, 1)]), P("x", "y"), P("x", "y")),
    "allToAll": (lambda b: lax.all_to_all(b, "x", 0, 1, tiled=True), P("x", "y"), P(None, ("y", "x"))),
    "allToAllUntiled": (lambda b: lax.all_to_all(b.reshape(4, 1, 2, 1), "y", 0, 2), P("x", "y"), P("x", None, "y", None)),
    "replicatedInput": (lambda b: b * (1 + lax.axis_index("x")), P(), P(("x", "y"))),
    "insideJit": (lambda b: jax.jit(lambda c: c * lax.psum(c, "x"))(b), P("x", "y"), P("x", "y")),
    "insideScan": (
        lambda b: lax.scan(lambda c, _: (jnp.sin(c + lax.ppermute(c, "x", [(0, 1), (1, 0)])), None), b, None, length=3)[0],
        P("x", "y"),
        P("x", "y"),
    ),
    "insideCheckpoint": (lambda b: jax.checkpoint(lambda c: jnp.sin(c * lax.pmean(c, "y")))(b), P("x", "y"), P("x", "y")),
    "matmul": (lambda b: lax.psum(b @ b.T, "y"), P("x", "y"), P("x")),
}


def gradient(mapped, x):
    """None where JAX cannot: that of an all_to_all of unlike axes ends in an error about shapes."""
    try:
        return [fixture.array(jax.jit(jax.grad(lambda v: jnp.sum(jnp.sin(mapped(v)))))(x))]
    except ValueError:
        return None


def shard_map_cases():
    cases = []
    for name, (f, in_spec, out_spec) in SHARDED.items():
        x = jnp.asarray(fixture.generator(name).normal(size=(8, 8)).round(3))
        mapped = jax.shard_map(f, mesh=MESH, in_specs=in_spec, out_specs=out_spec)
        record = {"function": name, "inSpec": spec(in_spec), "outSpec": spec(out_spec), "inputs": [fixture.array(x)]}
        record["outputs"] = [fixture.array(jax.jit(mapped)(x))]
        record["gradients"] = gradient(mapped, x)
        cases.append(record)
    return cases


KINDS = ("all-reduce", "all-gather", "reduce-scatter", "all-to-all", "collective-permute")


def counts(compiled):
    text = compiled.as_text()
    return {kind: len(re.findall(rf"\s{kind}(?:-start)?\(", text)) for kind in KINDS}


def loss(params, x, y):
    h = jnp.tanh(x @ params["w1"] + params["b1"])
    return jnp.mean((h @ params["w2"] + params["b2"] - y) ** 2)


OPTIMIZER = optax.adam(1e-2)


def step(params, state, x, y):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    updates, state = OPTIMIZER.update(grads, state, params)
    return optax.apply_updates(params, updates), state, value


# name: specs of the parameters w1 (16 x 32), b1, w2 (32 x 8), b2, and of the batch (16 rows).
STEPS = {
    "replicated": (P(), P(), P(), P(), P()),
    "data": (P(), P(), P(), P(), P(("x", "y"))),
    "model": (P(None, "y"), P("y"), P("y"), P(), P()),
    "mixed": (P(None, "y"), P("y"), P("y"), P(), P("x")),
    "zero": (P(("x", "y")), P(), P(("x", "y")), P(), P(("x", "y"))),
}


def arguments():
    draw = lambda *shape: jnp.asarray(fixture.generator("step", *shape).normal(size=shape).round(3))
    params = {"w1": draw(16, 32), "b1": draw(32), "w2": draw(32, 8), "b2": draw(8)}
    return params, draw(16, 16), draw(16, 8)


def on_one_device():
    params, x, y = arguments()
    params_after, _, value = jax.jit(step)(params, OPTIMIZER.init(params), x, y)
    return {"inputs": fixture.arrays([params, x, y]), "outputs": fixture.arrays([params_after, value])}


def program_cases():
    cases = []
    for name, (w1, b1, w2, b2, batch) in STEPS.items():
        place = lambda v, s: jax.device_put(v, NamedSharding(MESH, s))
        params, x, y = arguments()
        specs = {"w1": w1, "b1": b1, "w2": w2, "b2": b2}
        params = jax.tree.map(place, params, specs)
        first, *rest = OPTIMIZER.init(params)
        moments = {k: jax.tree.map(place, getattr(first, k), specs) for k in ("mu", "nu")}
        state = (first._replace(**moments), *rest)
        x, y = place(x, batch), place(y, batch)
        whole = NamedSharding(MESH, P())
        shardings = jax.tree.map(lambda v: v.sharding if v.ndim else whole, (params, state))
        compiled = jax.jit(step, out_shardings=(*shardings, whole)).lower(params, state, x, y).compile()
        text = {k: spec(s) for k, s in {**specs, "batch": batch}.items()}
        cases.append({"function": name, "specs": text, "collectives": counts(compiled)})
    return cases


def main():
    header = {"mesh": {"x": 2, "y": 4}}
    with jax.enable_x64(True):
        fixture.write("sharding/shard-map.json", header, shard_map_cases())
        fixture.write("sharding/programs.json", {**header, **on_one_device()}, program_cases())


if __name__ == "__main__":
    main()
