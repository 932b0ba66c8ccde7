"""jax.nn and jax.ops: values, tangents, cotangents, batches.

Writes test/fixtures/nn/{activation,axis,attention,initializers}.json and test/fixtures/ops/segment.json; family.py says what a case is.

    python nn.py [family ...]
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax import nn, ops

import family as cases
import fixture
from family import bf16, real, truth, whole

INF, NAN = np.inf, np.nan
X = np.array([-30.0, -6.0, -3.1, -1.5, -1.0, -0.7, -1e-4, 0.0, 1e-4, 0.25, 1.0, 2.9, 5.5, 6.5, 30.0], np.float32)


def activation():
    family = cases.Family("nn", "activation", nn)
    for op in (
        "relu", "relu6", "silu", "softplus", "log_sigmoid", "soft_sign", "mish", "elu", "celu", "selu", "leaky_relu", "gelu",
        "sigmoid", "hard_tanh", "hard_sigmoid", "hard_silu", "sparse_plus", "sparse_sigmoid", "squareplus", "tanh",
    ):
        family.add(op, "$0", inputs=[X], vmap=[(0,)])
        family.add(op, "$0", inputs=[X.astype(bf16)], jvp=False, vjp=False)
        family.add(op, "$0", inputs=[np.array([INF, -INF, NAN, 200.0, -200.0], np.float32)], jvp=False, vjp=False)
    family.add("log1mexp", "$0", inputs=[np.array([1e-6, 0.01, 0.5, 0.69, 0.7, 3.0, 50.0], np.float32)])
    for op in ("relu", "relu6", "leaky_relu", "hard_tanh", "elu", "gelu", "softplus", "celu", "hard_sigmoid"):
        family.add(op, "$0", inputs=[np.array([-3, 0, 2, 9], np.int32)])
    for op, options in (
        ("elu", {"alpha": 0.5}), ("celu", {"alpha": 2.5}), ("leaky_relu", {"negative_slope": 0.3}),
        ("gelu", {"approximate": False}), ("squareplus", {"b": 0.5}),
    ):
        family.add(op, "$0", inputs=[X], options=options)
    family.add("glu", "$0", inputs=[real("glu", (3, 4))])
    family.add("glu", "$0", inputs=[real("glu", (4, 3))], options={"axis": 0}, vmap=[(1,)])
    family.write()


def axis():
    family = cases.Family("nn", "axis", nn)
    x = real("axis", (3, 4))
    mask = truth("mask", (3, 4)) | np.eye(3, 4, dtype=bool)
    for op in ("softmax", "log_softmax", "standardize", "logsumexp", "logmeanexp"):
        family.add(op, "$0", inputs=[x], vmap=[(0,), (1,)])
        family.add(op, "$0", inputs=[x], options={"axis": 0})
        family.add(op, "$0", inputs=[x], options={"axis": (0, 1)})
        family.add(op, "$0", inputs=[x.astype(bf16)], jvp=False, vjp=False)
        family.add(op, "$0", inputs=[x, mask], options={"where": "$1"})
    large = np.array([[1000.0, 999.0, -INF], [-1000.0, -1001.0, -1000.0]], np.float32)
    for op in ("softmax", "log_softmax", "logsumexp"):
        family.add(op, "$0", inputs=[large], options={"axis": -1}, jvp=False, vjp=False)
    family.add("logsumexp", "$0", inputs=[np.array([-INF, -INF], np.float32)], jvp=False, vjp=False)
    family.add("logsumexp", "$0", inputs=[np.array([INF, 1], np.float32)], jvp=False, vjp=False)
    family.add("logsumexp", "$0", inputs=[x], options={"axis": 1, "keepdims": True})
    family.add("logsumexp", "$0", inputs=[whole("lse", (2, 3))])
    family.add("logsumexp", "$0", inputs=[x, real("factor", (3, 4))], options={"axis": 1, "b": "$1", "return_sign": True})
    family.add("logsumexp", "$0", inputs=[x, real("positive", (3, 4), 0.1, 2)], options={"b": "$1"})
    family.add("logsumexp", "$0", inputs=[np.array([1.0, 2.0], np.float32), np.array([1.0, -1.0], np.float32)], options={"b": "$1"}, jvp=False, vjp=False)
    family.add("logsumexp", "$0", inputs=[cases.complexes("lsec", (4,))])
    family.add("standardize", "$0", inputs=[x], options={"algorithm": "stable", "epsilon": 0.1})
    family.add("standardize", "$0", inputs=[x], options={"mean": 0.5, "variance": 2.0})
    classes = np.array([0, 2, 3, -1], np.int32)
    family.add("one_hot", "$0", 3, inputs=[classes], vmap=[(0,)])
    family.add("one_hot", "$0", 4, inputs=[classes.reshape(2, 2)], options={"axis": 1, "dtype": "int32"})
    family.add("one_hot", "$0", 4, inputs=[classes.reshape(2, 2).astype(np.uint8)], options={"axis": 0, "dtype": "bfloat16"})
    family.write()


def attention():
    family = cases.Family("nn", "attention", nn)
    shape = (2, 3, 2, 4)
    q, k, v = (real(name, shape, -1, 1) for name in "qkv")
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k, v])
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k, v], options={"is_causal": True, "scale": 0.7})
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q[0], k[0], v[0]])
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k, v], options={"local_window_size": 1})
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k, v], options={"local_window_size": (0, 1)}, jvp=False)
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k, v, real("bias", (1, 2, 3, 3)), truth("m", (2, 1, 3, 3)) | np.eye(3, dtype=bool)], options={"bias": "$3", "mask": "$4"})
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k[:, :, :1], v[:, :, :1]], note="grouped queries")
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k, v], options={"return_residual": True}, jvp=False, vjp=False)
    lengths = np.array([2, 3], np.int32)
    family.add("dot_product_attention", "$0", "$1", "$2", inputs=[q, k, v, lengths, lengths[::-1]], options={"query_seq_lengths": "$3", "key_value_seq_lengths": "$4"})
    family.write()


def segment():
    family = cases.Family("ops", "segment", ops)
    ids = np.array([0, 2, 0, 1, 4, 2, -1, 7], np.int32)
    x = real("segment", (8, 2))
    x[2] = x[0]
    for op in ("segment_sum", "segment_max", "segment_min", "segment_prod"):
        smooth = op != "segment_prod"
        family.add(op, "$0", "$1", inputs=[x, ids], options={"num_segments": 5}, jvp=smooth, vjp=smooth, vmap=[(0, None), (2, None), (None, 0), (1, 0)])
        family.add(op, "$0", "$1", inputs=[whole("s", (8,)), ids], options={"num_segments": 5})
        family.add(op, "$0", "$1", inputs=[whole("s", (8,)).astype(np.int8), ids.astype(np.int8)], options={"num_segments": 6})
        family.add(op, "$0", "$1", inputs=[x, np.sort(ids)], options={"num_segments": 5, "indices_are_sorted": True}, jvp=False, vjp=False)
        family.add(op, "$0", "$1", inputs=[x, ids], options={"num_segments": 5, "bucket_size": 3}, jvp=False, vjp=False)
        family.add(op, "$0", "$1", inputs=[x, ids], options={"num_segments": 4, "mode": "clip"}, jvp=False, vjp=False)
    unique = np.array([3, 0, 1, 2, 4, 6, 5, 7], np.int32)
    family.add("segment_prod", "$0", "$1", inputs=[x, unique], options={"num_segments": 8, "unique_indices": True})
    for op in ("segment_max", "segment_min"):
        family.add(op, "$0", "$1", inputs=[np.array([True, False, True]), np.array([0, 0, 1], np.int32)], options={"num_segments": 3}, jvp=False, vjp=False)
    family.write()


def initializers():
    """Cases `{ op, args, seed, shape, options, outputs }`: `initializers[op](...args)(key(seed), shape, options)`."""
    records = []

    def add(op, *args, shape=(3, 4), dtype=None, **options):
        make = getattr(nn.initializers, op)
        arguments = {} if dtype is None else {"dtype": dtype}
        init = make if op in ("zeros", "ones") else make(*args, **options)
        weights = init(jax.random.key(7), shape, *([getattr(jnp, dtype)] if dtype else []))
        given = [] if op in ("zeros", "ones") else fixture.ported_call(make, args, options)
        record = {"op": fixture.camel(op), "args": given, "seed": 7, "shape": list(shape), "options": arguments}
        records.append(record | {"outputs": fixture.arrays([weights])})

    for op in ("zeros", "ones"):
        add(op)
        add(op, dtype="int32")
    add("constant", 1.5)
    add("constant", 2, dtype="bfloat16")
    for op in ("normal", "uniform", "truncated_normal"):
        add(op)
        add(op, dtype="bfloat16")
        add(op, **{"scale" if op == "uniform" else "stddev": 2.0})
    add("truncated_normal", stddev=1.0, lower=-1.0, upper=3.0)
    add("normal", dtype="complex64")
    for op in ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal"):
        add(op)
        add(op, shape=(2, 3, 4, 5))
        add(op, in_axis=0, out_axis=(1, 2), shape=(2, 3, 4))
        add(op, batch_axis=0, shape=(2, 3, 4))
    for distribution in ("truncated_normal", "normal", "uniform"):
        add("variance_scaling", 1.5, "fan_geo_avg", distribution)
        add("variance_scaling", 1.5, "fan_out", distribution, dtype="complex64")
    for shape in ((4, 4), (5, 3), (3, 5), (2, 3, 4)):
        add("orthogonal", shape=shape)
    add("orthogonal", scale=2.0, column_axis=0)
    for shape in ((3, 2, 3), (2, 3, 3, 3), (2, 2, 2, 2, 4)):
        add("delta_orthogonal", shape=shape)
    fixture.write("nn/initializers.json", {}, records)


FAMILIES = (activation, axis, attention, initializers, segment)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in FAMILIES:
        if not wanted or make.__name__ in wanted:
            make()
