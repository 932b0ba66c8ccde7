"""The functions that the cases measure, in JAX: the twins of those in `bench/cases`."""

import jax
import jax.numpy as jnp
from jax import lax

from draw import draw, draw_integers, draw_one_hot, he_scale


def layer(seed, inputs, outputs):
    return {"w": jnp.asarray(draw(seed, (inputs, outputs), he_scale(inputs))), "b": jnp.zeros(outputs)}


def dense(p, x):
    return x @ p["w"] + p["b"]


def cross_entropy(logits, one_hot):
    return -jnp.mean(jnp.sum(one_hot * jax.nn.log_softmax(logits), axis=-1))


def mean_squared_error(x, y):
    return jnp.mean((x - y) ** 2)


class mlp:
    """784-512-512-10 with relu; images and labels."""

    sizes = [784, 512, 512, 10]

    def params():
        return [layer(10 + i, n, m) for i, (n, m) in enumerate(zip(mlp.sizes, mlp.sizes[1:]))]

    def batch(size=128):
        return jnp.asarray(draw(1, (size, 784))), jnp.asarray(draw_one_hot(2, size, 10))

    def loss(params, x, y):
        for p in params[:-1]:
            x = jax.nn.relu(dense(p, x))
        return cross_entropy(dense(params[-1], x), y)


class tiny:
    """8-16-16-1 with tanh, four examples."""

    sizes = [8, 16, 16, 1]

    def params():
        return [layer(20 + i, n, m) for i, (n, m) in enumerate(zip(tiny.sizes, tiny.sizes[1:]))]

    def batch(size=4):
        return jnp.asarray(draw(3, (size, 8))), jnp.asarray(draw(4, (size, 1)))

    def loss(params, x, y):
        for p in params[:-1]:
            x = jnp.tanh(dense(p, x))
        return mean_squared_error(dense(params[-1], x), y)


def convolve(p, x):
    y = lax.conv_general_dilated(x, p["w"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return y + p["b"]


def max_pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


class conv:
    """Two 3x3 convolutions, 32 and 64 channels, on 28x28 images; a pool and a dense layer at the end."""

    def params():
        kernel = lambda seed, i, o: {"w": jnp.asarray(draw(seed, (3, 3, i, o), he_scale(9 * i))), "b": jnp.zeros(o)}
        return {"first": kernel(30, 1, 32), "second": kernel(31, 32, 64), "last": layer(32, 14 * 14 * 64, 10)}

    def batch(size=64):
        return jnp.asarray(draw(5, (size, 28, 28, 1))), jnp.asarray(draw_one_hot(6, size, 10))

    def loss(params, x, y):
        x = jax.nn.relu(convolve(params["first"], x))
        x = max_pool(jax.nn.relu(convolve(params["second"], x)))
        return cross_entropy(dense(params["last"], x.reshape(x.shape[0], -1)), y)


def norm(p, x):
    mean = jnp.mean(x, axis=-1, keepdims=True)
    return (x - mean) * lax.rsqrt(jnp.var(x, axis=-1, keepdims=True) + 1e-5) * p["scale"] + p["offset"]


class gnn:
    """Four steps of message passing over 2,562 nodes and 20,460 edges."""

    nodes, edges, latent, steps, inputs, outputs = 2562, 20460, 64, 4, 16, 4

    def block(seed, inputs):
        normed = {"scale": jnp.ones(gnn.latent), "offset": jnp.zeros(gnn.latent)}
        return {"hidden": layer(seed, inputs, gnn.latent), "out": layer(seed + 1, gnn.latent, gnn.latent), "norm": normed}

    def params():
        steps = [
            {"edge": gnn.block(50 + 4 * i, 3 * gnn.latent), "node": gnn.block(52 + 4 * i, 2 * gnn.latent)}
            for i in range(gnn.steps)
        ]
        ends = {"nodes": gnn.block(40, gnn.inputs), "edges": gnn.block(42, 4)}
        return {**ends, "steps": steps, "decode": layer(44, gnn.latent, gnn.outputs)}

    def batch():
        nodes, edges = jnp.asarray(draw(7, (gnn.nodes, gnn.inputs))), jnp.asarray(draw(8, (gnn.edges, 4)))
        ends = [jnp.asarray(draw_integers(seed, gnn.edges, gnn.nodes)) for seed in (9, 10)]
        return nodes, edges, *ends, jnp.asarray(draw(11, (gnn.nodes, gnn.outputs)))

    def apply(p, *parts):
        x = jax.nn.swish(dense(p["hidden"], jnp.concatenate(parts, axis=-1)))
        return norm(p["norm"], dense(p["out"], x))

    def loss(params, nodes, edges, senders, receivers, y):
        nodes, edges = gnn.apply(params["nodes"], nodes), gnn.apply(params["edges"], edges)
        for p in params["steps"]:
            message = gnn.apply(p["edge"], edges, nodes[senders], nodes[receivers])
            arriving = jax.ops.segment_sum(message, receivers, num_segments=gnn.nodes)
            nodes, edges = nodes + gnn.apply(p["node"], nodes, arriving), edges + message
        return mean_squared_error(dense(params["decode"], nodes), y)


class residual:
    """64 residual layers of width 32."""

    def params():
        scale = 0.1 * 3**0.5
        return [{"w": jnp.asarray(draw(100 + i, (32, 32), scale)), "b": jnp.zeros(32)} for i in range(64)]

    def batch():
        return jnp.asarray(draw(12, (8, 32))), jnp.asarray(draw(13, (8, 32)))

    def loss(params, x, y):
        for p in params:
            x = x + jnp.tanh(dense(p, x))
        return mean_squared_error(x, y)
