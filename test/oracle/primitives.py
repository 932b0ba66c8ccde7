"""Every primitive that a training step uses, in JAX: values, tangents, cotangents, batches.

Writes test/fixtures/primitives/<family>.json; family.py says what a case is. Names are those of jax.lax.

    python primitives.py [family ...]
"""

import sys

import jax.numpy as jnp
import numpy as np
from jax import lax

import family as cases
from family import bf16, complexes, real, truth, whole


def Family(name, **header):
    return cases.Family("primitives", name, lax, **header)


INF, NAN = np.inf, np.nan
SPECIALS = [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN]

# Where each unary function is sampled (low, high), and points of interest besides SPECIALS.
UNARY = {
    "neg": (-3, 3), "exp": (-20, 20), "exp2": (-20, 20), "log": (0.01, 50), "log1p": (-0.99, 20), "expm1": (-5, 5),
    "sin": (-20, 20), "cos": (-20, 20), "tan": (-1.5, 1.5), "asin": (-1, 1), "acos": (-1, 1), "atan": (-9, 9),
    "sinh": (-9, 9), "cosh": (-9, 9), "tanh": (-9, 9), "asinh": (-9, 9), "acosh": (1, 20), "atanh": (-0.99, 0.99),
    "sqrt": (0, 50), "rsqrt": (0.01, 50), "cbrt": (-30, 30), "logistic": (-20, 20), "erf": (-4, 4), "erfc": (-4, 6),
    "erf_inv": (-0.99, 0.99), "lgamma": (-5, 30), "digamma": (-5, 30), "floor": (-3, 3), "ceil": (-3, 3),
    "sign": (-3, 3), "abs": (-3, 3), "is_finite": (-3, 3), "square": (-3, 3), "reciprocal": (-3, 3),
    "bessel_i0e": (-9, 9), "bessel_i1e": (-9, 9),
}
NEAR = {
    "expm1": [1e-6, -1e-6], "log1p": [1e-6, -1e-6], "sin": [1e4], "cos": [1e4], "exp": [88.5, -87.0, 100.0], "erfc": [9.5],
    "tanh": [1e-4, 30.0], "logistic": [-80.0, 80.0], "log": [1e-30, 1e30], "lgamma": [0.5, 2.0, -2.0], "digamma": [-2.0, 0.5],
    "floor": [2.5, -2.5], "ceil": [2.5, -2.5], "asin": [1e-4, 0.999], "acosh": [1.001], "atanh": [0.999, 1e-4], "asinh": [1e-4, 1e10],
}
COMPLEX_UNARY = ("neg", "exp", "log", "log1p", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "rsqrt", "abs", "sign", "logistic", "square")


def elementwise_unary():
    family = Family("elementwise-unary")
    for op, (low, high) in UNARY.items():
        sample = np.concatenate([real(op, (10,), low, high, np.float64), SPECIALS, NEAR.get(op, [])])
        for dtype in (np.float32, np.float64):
            family.add(op, "$0", inputs=[sample.astype(dtype)])
        for dtype in (bf16, np.float16):
            if not op.startswith("bessel"):
                family.add(op, "$0", inputs=[sample[:17].astype(np.float32).astype(dtype)], jvp=dtype is bf16, vjp=False)
        family.add(op, "$0", inputs=[sample[:6].reshape(2, 3).astype(np.float32)], jvp=False, vjp=False, vmap=[(0,), (1,)])
    for op in COMPLEX_UNARY:
        family.add(op, "$0", inputs=[complexes(op, (8,))])
    for op in ("real", "imag", "conj"):
        family.add(op, "$0", inputs=[complexes(op, (5,))])
    for op in ("neg", "sign", "abs", "square"):
        family.add(op, "$0", inputs=[whole(op, (6,))])
        family.add(op, "$0", inputs=[np.array([-128, 127, 0, 5], np.int8)])
    for op in ("neg", "sign"):
        family.add(op, "$0", inputs=[np.array([0, 1, 2**31, 2**32 - 1], np.uint32)])
    halves = np.array([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49, -0.51, 2.0, INF, NAN, 8388609.0], np.float32)
    for method in lax.RoundingMethod:
        family.add("round", "$0", inputs=[halves], options={"rounding_method": method})
        family.add("round", "$0", inputs=[halves[:10].astype(bf16)], options={"rounding_method": method})
    for power in (-3, -2, -1, 0, 1, 2, 3, 4, 7):
        family.add("integer_pow", "$0", power, inputs=[np.array([0, -1.5, 2, 0.3, -0.0, INF, NAN], np.float32)])
    family.add("integer_pow", "$0", 5, inputs=[whole("ipow", (6,))])
    family.add("integer_pow", "$0", 3, inputs=[complexes("ipow", (4,))])
    family.add("exp", "$0", inputs=[np.zeros((0, 3), np.float32)], vmap=[(0,)], note="an empty array")
    family.add("reduce_precision", "$0", 5, 10, inputs=[real("rp", (8,), digits=6)])
    family.add("reduce_precision", "$0", 8, 7, inputs=[np.array([1.00390625, 3.3e38, 1e-40, INF, NAN], np.float32)])
    family.write()


def grid(xs, ys=None):
    """All pairs of xs and ys as two vectors."""
    a, b = np.meshgrid(xs, xs if ys is None else ys, indexing="ij")
    return a.reshape(-1), b.reshape(-1)


def elementwise_binary():
    family = Family("elementwise-binary")
    specials = np.array([0.0, -0.0, 1.0, -2.5, INF, -INF, NAN])
    for op in ("add", "sub", "mul", "div", "rem", "max", "min", "pow", "atan2", "nextafter"):
        x, y = grid(specials)
        x, y = np.concatenate([x, real(op + "x", (8,))]), np.concatenate([y, real(op + "y", (8,))])
        if op == "pow":
            x = np.concatenate([x, real("base", (6,), 0.1, 4)])
            y = np.concatenate([y, real("power", (6,), -3, 3)])
        for dtype in (np.float32, np.float64):
            family.add(op, "$0", "$1", inputs=[x.astype(dtype), y.astype(dtype)])
        if op != "nextafter":
            family.add(op, "$0", "$1", inputs=[x[-8:].astype(bf16), y[-8:].astype(bf16)])
            family.add(op, "$0", "$1", inputs=[x[-8:].astype(np.float16), y[-8:].astype(np.float16)], jvp=False, vjp=False)
        family.add(op, "$0", "$1", inputs=[real(op + "a", (2, 3)), real(op + "b", (2, 3))], jvp=False, vjp=False, vmap=[(0, 0), (0, None), (None, 2), (1, 2)])
    integers = {
        np.int32: np.array([0, 1, -1, 7, -7, 3, 2**31 - 1, -(2**31)]),
        np.uint32: np.array([0, 1, 7, 3, 2**31, 2**32 - 1]),
        np.int8: np.array([0, 1, -1, 7, -3, 127, -128]),
        np.uint8: np.array([0, 1, 7, 3, 128, 255]),
    }
    for op in ("add", "sub", "mul", "max", "min"):
        for dtype, values in integers.items():
            x, y = grid(values)
            family.add(op, "$0", "$1", inputs=[x.astype(dtype), y.astype(dtype)])
    for op in ("div", "rem"):
        for dtype, values in integers.items():
            x, y = grid(values)
            family.add(op, "$0", "$1", inputs=[x.astype(dtype), y.astype(dtype)], note="division by zero as XLA defines it")
    for op in ("add", "sub", "mul", "div", "pow"):
        family.add(op, "$0", "$1", inputs=[complexes(op + "x", (6,)), complexes(op + "y", (6,))])
    for op in ("max", "min"):
        family.add(op, "$0", "$1", inputs=[truth(op + "x", (6,)), truth(op + "y", (6,))])
    family.add("pow", "$0", "$1", inputs=[real("fi", (7,)), whole("fi", (7,), -3, 3)], note="a float to an integer array's power")
    family.add("complex", "$0", "$1", inputs=[real("cr", (4,)), real("ci", (4,))])
    family.add("add", "$0", "$1", inputs=[real("scalar", ()), real("scalar2", ())], vmap=[(0, None)])
    family.add("mul", "$0", "$1", inputs=[np.zeros((0,), np.float32), np.zeros((0,), np.float32)])
    for bounds in ((real("lo", (6,), -2, 0), real("hi", (6,), 0, 2)), (np.float32(-1), np.float32(1))):
        x = np.array([-3, -1, 0.5, 1, 2, NAN], np.float32)
        held = (0, 2) if bounds[0].ndim == 0 else ()
        family.add("clamp", "$0", "$1", "$2", inputs=[bounds[0], x, bounds[1]], constant=held, vmap=[(None, 0, None)])
    family.add("clamp", "$0", "$1", "$2", inputs=[np.int32(-2), whole("clamp", (8,)), np.int32(3)])
    family.add("igamma", "$0", "$1", inputs=[real("iga", (8,), 0.2, 9), real("igx", (8,), 0.1, 12)], jvp=False, vjp=False)
    family.write()


def bitwise():
    family = Family("bitwise")
    values = {
        np.int32: np.array([0, 1, -1, 12, -13, 2**31 - 1, -(2**31)]),
        np.uint32: np.array([0, 1, 12, 2**31, 2**32 - 1]),
        np.int8: np.array([0, 1, -1, 12, 127, -128]),
        np.uint8: np.array([0, 1, 12, 128, 255]),
        np.bool_: np.array([0, 1]),
    }
    for dtype, xs in values.items():
        x, y = (a.astype(dtype) for a in grid(xs))
        for op in ("bitwise_and", "bitwise_or", "bitwise_xor"):
            family.add(op, "$0", "$1", inputs=[x, y], vmap=[(0, 0), (0, None)])
        family.add("bitwise_not", "$0", inputs=[xs.astype(dtype)], vmap=[(0,)])
        if dtype is np.bool_:
            continue
        width = np.dtype(dtype).itemsize * 8
        x, shift = (a.astype(dtype) for a in grid(xs, np.array([0, 1, 5, width - 1, width, width + 3])))
        for op in ("shift_left", "shift_right_arithmetic", "shift_right_logical"):
            family.add(op, "$0", "$1", inputs=[x, shift], vmap=[(0, None)], note="a shift by the width or more included")
        for op in ("population_count", "clz"):
            family.add(op, "$0", inputs=[xs.astype(dtype)], vmap=[(0,)])
    x, y = (a.astype(np.uint32) for a in grid(values[np.uint32]))
    family.add("mulhi", "$0", "$1", inputs=[x, y])
    family.write()


def compare():
    family = Family("compare")
    specials = np.array([0.0, -0.0, 1.0, -2.5, INF, -INF, NAN])
    for op in ("eq", "ne", "lt", "le", "gt", "ge"):
        x, y = grid(specials)
        for dtype in (np.float32, bf16, np.float64):
            family.add(op, "$0", "$1", inputs=[x.astype(dtype), y.astype(dtype)], vmap=[(0, 0), (None, 0)] if dtype is np.float32 else ())
        for dtype, values in ((np.int32, [0, -1, 2**31 - 1, -(2**31)]), (np.uint32, [0, 1, 2**31, 2**32 - 1]), (np.int8, [-128, 0, 127]), (np.bool_, [0, 1])):
            x, y = grid(np.array(values))
            family.add(op, "$0", "$1", inputs=[x.astype(dtype), y.astype(dtype)])
    for op in ("eq", "ne"):
        family.add(op, "$0", "$1", inputs=[np.array([1 + 2j, 1 + 2j, NAN], np.complex64), np.array([1 + 2j, 1 - 2j, NAN], np.complex64)])
    x, y = real("selx", (2, 3)), np.array([[NAN, INF, 0], [1, 2, 3]], np.float32)
    family.add("select", "$0", "$1", "$2", inputs=[truth("sel", (2, 3)), x, y], vmap=[(0, 0, 0), (None, 0, None), (0, None, 2)])
    family.add("select", "$0", "$1", "$2", inputs=[np.array(True), x, y], vmap=[(0, None, None), (0, 1, 0)], note="a scalar predicate")
    family.add("select", "$0", "$1", "$2", inputs=[truth("seli", (5,)), whole("si", (5,)), whole("sj", (5,))])
    family.add("select_n", "$0", "$1", "$2", "$3", inputs=[np.array([0, 1, 2, 1], np.int32)] + [real(f"case{i}", (4,)) for i in range(3)], vmap=[(0, None, 0, None)])
    family.write()


DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "bfloat16", "float16", "float32", "complex64"]


def convert():
    family = Family("convert")
    for source in DTYPES:
        for target in DTYPES:
            if source == "complex64" and target != "complex64":
                continue
            if source == "bool":
                x = np.array([0, 1], bool)
            elif source.startswith("uint"):
                x = np.array([0, 1, 7, 200, 2 ** (jnp.dtype(source).itemsize * 8) - 1], source)
            elif source.startswith("int"):
                x = np.array([0, 1, -1, 100, jnp.iinfo(source).max, jnp.iinfo(source).min], source)
            elif source == "complex64":
                x = complexes("convert", (3,))
            else:
                x = np.array([0, -0.0, 1.5, -2.75, 100.4, 3.1415927], np.float32).astype(source)
                if target.startswith("uint"):
                    x = np.abs(x)
            family.add("convert_element_type", "$0", target, inputs=[x], vmap=[(0,)] if target in ("int32", "bfloat16") else ())
    edge = np.array([NAN, INF, -INF, 3e9, -3e9, 65504, 65520, 1e-8, 1.00390625, 1.01171875], np.float32)
    for target in ("bool", "bfloat16", "float16", "float64", "int32"):
        family.add("convert_element_type", "$0", target, inputs=[edge], x64=target == "float64", note="saturation, rounding to even, NaN to 0")
    pairs = [("float32", "int32"), ("float32", "uint32"), ("int32", "float32"), ("bfloat16", "uint16"), ("float16", "int16"),
             ("uint32", "uint8"), ("float32", "bfloat16"), ("int8", "uint8")]
    for source, target in pairs:
        x = np.array([0, 1, -1, 5, 100, -100]).astype(source) if source != "uint32" else np.array([0, 1, 2**31, 2**32 - 2], source)
        family.add("bitcast_convert_type", "$0", target, inputs=[x], vmap=[(0,)])
    family.add("bitcast_convert_type", "$0", "uint32", inputs=[np.arange(12, dtype=np.uint8).reshape(3, 4)], note="the last axis becomes one element")
    family.write()


def structure():
    family = Family("structure")
    x = real("structure", (2, 3, 4))
    add = family.add
    for dtype in (np.float32, bf16, np.int32, np.bool_, np.complex64):
        add("transpose", "$0", (2, 0, 1), inputs=[x.astype(dtype)], vmap=[(0,), (2,)])
        add("reshape", "$0", (4, 6), inputs=[x.astype(dtype)], vmap=[(0,), (1,)])
    add("reshape", "$0", (), inputs=[x[:1, :1, 0]])
    add("reshape", "$0", (0, 7), inputs=[np.zeros((3, 0), np.float32)])
    add("reshape", "$0", (24,), inputs=[x], options={"dimensions": (2, 1, 0)})
    add("transpose", "$0", (), inputs=[np.float32(3)], vmap=[(0,)])
    add("broadcast_in_dim", "$0", (2, 3, 4), (1,), inputs=[real("b1", (3,))], vmap=[(0,), (1,)])
    add("broadcast_in_dim", "$0", (2, 3, 4), (0, 2), inputs=[real("b2", (2, 1))], vmap=[(2,)], note="size 1 expands")
    add("broadcast_in_dim", "$0", (2, 3), (), inputs=[np.float32(2)], vmap=[(0,)])
    add("broadcast_in_dim", "$0", (0, 3), (1,), inputs=[real("b3", (3,))])
    add("broadcast", "$0", (2, 3), inputs=[real("b4", (2,))], vmap=[(0,)])
    for dtype in (np.float32, np.int8):
        y = whole("slice", (5, 6)).astype(dtype)
        add("slice", "$0", (1, 0), (4, 6), inputs=[y], vmap=[(0,), (2,)])
        add("slice", "$0", (0, 1), (5, 6), inputs=[y], options={"strides": (2, 3)}, vmap=[(1,)])
        add("slice", "$0", (2, 2), (2, 5), inputs=[y], note="empty")
        add("rev", "$0", (1,), inputs=[y], vmap=[(0,), (1,)])
        add("rev", "$0", (0, 1), inputs=[y])
    for config in ([(1, 2, 0), (0, 0, 0)], [(0, 0, 1), (2, 1, 2)], [(-1, 0, 0), (0, -2, 0)], [(-1, 3, 2), (1, -3, 1)], [(-1, -2, 0), (0, 0, 0)]):
        add("pad", "$0", "$1", config, inputs=[real("pad", (3, 3)), np.float32(7.5)], vmap=[(0, None), (1, 0), (None, 0)])
    add("pad", "$0", "$1", [(2, 1, 0)], inputs=[np.zeros((0,), np.float32), np.float32(1)])
    add("pad", "$0", "$1", [(1, 1, 1)], inputs=[whole("padi", (4,)), np.int32(-1)])
    parts = [real("c1", (2, 1, 3)), real("c2", (2, 4, 3)), real("c3", (2, 0, 3))]
    add("concatenate", ["$0", "$1", "$2"], 1, inputs=parts, vmap=[(0, 0, 0), (None, 2, None), (1, 0, None)])
    add("concatenate", ["$0", "$1"], 0, inputs=[whole("c4", (2,)), whole("c5", (3,))])
    add("concatenate", ["$0"], 0, inputs=[real("c6", (2, 2))])
    for dtype in ("int32", "float32", "bfloat16", "uint8", "complex64"):
        add("iota", dtype, 5, inputs=[])
    add("iota", "float32", 0, inputs=[])
    add("broadcasted_iota", "int32", (2, 3, 2), 1, inputs=[])
    add("broadcasted_iota", "float32", (3, 2), 0, inputs=[])
    add("expand_dims", "$0", (0, 2), inputs=[real("e", (3, 2))], vmap=[(0,), (2,)])
    add("expand_dims", "$0", (-1,), inputs=[real("e2", (3,))], vmap=[(1,)])
    add("squeeze", "$0", (0, 2), inputs=[real("s", (1, 3, 1))], vmap=[(0,), (3,)])
    add("squeeze", "$0", (-1,), inputs=[real("s2", (3, 1))], vmap=[(1,)])
    add("split", "$0", [1, 3, 2], inputs=[real("split", (2, 6))], options={"axis": 1}, vmap=[(0,), (2,)])
    add("collapse", "$0", 0, inputs=[x], options={"stop_dimension": 2}, vmap=[(1,)])
    add("tile", "$0", (2, 3), inputs=[real("tile", (2, 2))], vmap=[(0,)])
    add("slice_in_dim", "$0", 1, 5, inputs=[real("sid", (6, 2))], options={"stride": 2, "axis": 0}, vmap=[(1,)])
    add("index_in_dim", "$0", -1, inputs=[real("iid", (3, 2))], options={"axis": 1, "keepdims": False}, vmap=[(0,)])
    add("full", (2, 3), 1.5, inputs=[])
    add("full", (2,), 3, inputs=[], options={"dtype": "bfloat16"})
    family.write()


def reduce_():
    family = Family("reduce")
    add = family.add
    x = real("reduce", (2, 3, 4))
    ties = np.array([[1, 3, 3, 2], [5, 5, 5, 5], [-0.0, 0.0, -1, 0]], np.float32)
    special = np.array([[NAN, 1, 2], [INF, -INF, 1], [0, -0.0, 0]], np.float32)
    for op in ("reduce_sum", "reduce_prod", "reduce_max", "reduce_min"):
        for axes in ((0,), (1,), (2,), (0, 2), (0, 1, 2), ()):
            add(op, "$0", axes, inputs=[x], vmap=[(0,), (3,)] if axes in ((1,), (0, 2)) else ())
        add(op, "$0", (1,), inputs=[ties], note="ties")
        add(op, "$0", (1,), inputs=[special], note="NaN and infinities")
        for dtype in (bf16, np.float16, np.float64, np.int32, np.uint32, np.int8):
            source = np.abs(whole(op, (3, 4), -4, 4)) if dtype is np.uint32 else whole(op, (3, 4), -4, 4) if np.dtype(dtype).kind == "i" else real(op, (3, 4))
            add(op, "$0", (1,), inputs=[source.astype(dtype)])
        add(op, "$0", (0,), inputs=[np.zeros((0, 3), np.float32)], note="an empty axis")
        add(op, "$0", (1,), inputs=[np.zeros((0, 3), np.float32)])
    add("reduce_prod", "$0", (1,), inputs=[np.array([[0, 2, 3], [0, 0, 5], [1, 2, 4]], np.float32)], note="zeros and the derivative")
    add("reduce_sum", "$0", (0,), inputs=[complexes("sum", (3, 2))])
    add("reduce_prod", "$0", (0,), inputs=[complexes("prod", (3, 2))])
    for op in ("reduce_and", "reduce_or", "reduce_xor"):
        add(op, "$0", (1,), inputs=[truth(op, (4, 3))], vmap=[(0,), (1,)])
        add(op, "$0", (0,), inputs=[whole(op, (3, 4), 0, 15)])
        add(op, "$0", (0,), inputs=[np.zeros((0, 2), bool)])
    for op in ("argmax", "argmin"):
        for axis in (0, 1):
            add(op, "$0", axis, "int32", inputs=[ties], vmap=[(0,), (2,)])
        add(op, "$0", 1, "uint32", inputs=[special], note="NaN wins")
        for dtype in (bf16, np.int32, np.uint32, np.int8, np.bool_):
            add(op, "$0", 0, "int32", inputs=[np.array([[3, 1], [3, 0], [2, 1]]).astype(dtype)])
    add("reduce", ["$0"], ["$1"], lax.add, (1,), inputs=[real("gen", (2, 3)), np.float32(0)], function=lambda operands, initValues, computation, dimensions: lax.reduce(operands, initValues, computation, dimensions))
    family.write()


def cumulative():
    family = Family("cumulative")
    special = np.array([1, NAN, 2, INF, -INF], np.float32)
    for op in ("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"):
        for axis in (0, 1):
            for reverse in (False, True):
                family.add(op, "$0", inputs=[real(op, (4, 3))], options={"axis": axis, "reverse": reverse}, vmap=[(0,), (2,)] if not reverse else ())
        family.add(op, "$0", inputs=[special])
        family.add(op, "$0", inputs=[np.array([2, 2, 1, 2, 3], np.float32)], note="ties")
        family.add(op, "$0", inputs=[real(op, (5,)).astype(bf16)])
        family.add(op, "$0", inputs=[real(op, (5,)).astype(np.float64)])
        family.add(op, "$0", inputs=[np.zeros((0, 2), np.float32)], jvp=False, vjp=False)
        if op != "cumlogsumexp":
            family.add(op, "$0", inputs=[whole(op, (6,), -3, 3)])
    family.write()


def contract():
    family = Family("contract")
    none = ((), ())

    def add(x, y, contracting, batch=none, vmap=(), **options):
        family.add("dot_general", "$0", "$1", (contracting, batch), inputs=[x, y], options=options, vmap=vmap)

    add(real("v", (5,)), real("w", (5,)), ((0,), (0,)), vmap=[(0, 0), (0, None), (None, 1)])
    add(real("m", (2, 3)), real("n", (3, 4)), ((1,), (0,)), vmap=[(0, 0), (0, None), (None, 2), (1, 2)])
    add(real("m", (3, 2)), real("n", (4, 3)), ((0,), (1,)), vmap=[(2, 0)])
    add(real("a", (2,)), real("b", (3,)), none, vmap=[(0, None), (0, 0)])
    add(real("a", (2, 3, 4)), real("b", (2, 4, 5)), ((2,), (1,)), ((0,), (0,)), vmap=[(0, 1), (None, 3)])
    add(real("a", (3, 2, 4)), real("b", (5, 4, 2)), ((2,), (1,)), ((1,), (2,)), vmap=[(3, 0)])
    add(real("a", (2, 3, 4)), real("b", (4, 3, 2)), ((1, 2), (1, 0)), vmap=[(0, 0)])
    add(real("a", (2, 3, 4, 2)), real("b", (2, 4, 3, 5)), ((2, 1), (1, 2)), ((0,), (0,)), vmap=[(1, 1)])
    add(real("a", (2, 2, 3)), real("b", (2, 2, 3)), ((2,), (2,)), ((0, 1), (0, 1)))
    add(real("a", (2, 2, 3)), real("b", (2, 2, 3)), ((2,), (2,)), ((0, 1), (1, 0)))
    add(np.zeros((2, 0), np.float32), np.zeros((0, 3), np.float32), ((1,), (0,)))
    add(np.zeros((0, 2), np.float32), real("b", (2, 3)), ((1,), (0,)))
    add(np.array([[INF, 0], [NAN, 1]], np.float32), np.array([[0, 1], [1, -INF]], np.float32), ((1,), (0,)))
    add(real("b", (3, 4)).astype(bf16), real("c", (4, 2)).astype(bf16), ((1,), (0,)))
    add(real("b", (3, 4)).astype(bf16), real("c", (4, 2)).astype(bf16), ((1,), (0,)), preferred_element_type=np.dtype("float32"))
    add(real("h", (3, 4)).astype(np.float16), real("i", (4, 2)).astype(np.float16), ((1,), (0,)))
    add(real("h", (3, 4)).astype(np.float16), real("i", (4, 2)).astype(np.float16), ((1,), (0,)), preferred_element_type=np.dtype("float32"))
    add(real("d", (3, 4)).astype(np.float64), real("e", (4, 2)).astype(np.float64), ((1,), (0,)))
    add(whole("q", (3, 4), -100, 100, np.int8), whole("r", (4, 2), -100, 100, np.int8), ((1,), (0,)))
    add(whole("q", (3, 4), -100, 100, np.int8), whole("r", (4, 2), -100, 100, np.int8), ((1,), (0,)), preferred_element_type=np.dtype("int32"))
    add(whole("q", (3, 4)), whole("r", (4, 2)), ((1,), (0,)))
    add(whole("u", (3, 4), 0, 9).astype(np.uint32), whole("t", (4, 2), 0, 9).astype(np.uint32), ((1,), (0,)))
    add(complexes("z", (3, 4)), complexes("y", (4, 2)), ((1,), (0,)))
    for x, y in (((3,), (3,)), ((2, 3), (3,)), ((2, 3), (3, 2)), ((3,), (3, 2))):
        family.add("dot", "$0", "$1", inputs=[real("dot", x), real("tod", y)], vmap=[(0, None)])
    family.write()


def gather_numbers(offset, collapsed, start, operand_batching=(), indices_batching=()):
    return lax.GatherDimensionNumbers(offset, collapsed, start, operand_batching, indices_batching)


def indexing():
    family = Family("indexing", note="Modes: clip, fill (gather) or drop (scatter), promise_in_bounds.")
    x = real("gather", (4, 3, 5))
    rows = np.array([[0], [3], [1], [3]], np.int32)
    out = np.array([[0], [-1], [4], [9]], np.int32)
    take = gather_numbers((1, 2), (0,), (0,))
    for mode, indices in (("clip", rows), ("clip", out), ("fill", rows), ("fill", out), ("promise_in_bounds", rows)):
        family.add("gather", "$0", "$1", take, (1, 3, 5), inputs=[x, indices], options={"mode": mode}, vmap=[(0, None), (None, 0), (0, 1), (3, 0)] if indices is rows and mode != "clip" else ())
    family.add("gather", "$0", "$1", take, (1, 3, 5), inputs=[x, out], options={"mode": "fill", "fill_value": -7.0})
    family.add("gather", "$0", "$1", take, (1, 3, 5), inputs=[whole("gi", (4, 3, 5)), out], options={"mode": "fill"}, note="integers fill with their smallest value")
    family.add("gather", "$0", "$1", take, (1, 3, 5), inputs=[np.abs(whole("gu", (4, 3, 5))).astype(np.uint32), out], options={"mode": "fill"}, note="unsigned integers fill with their largest value")
    family.add("gather", "$0", "$1", take, (1, 3, 5), inputs=[truth("gb", (4, 3, 5)), out], options={"mode": "fill"})
    points = np.array([[0, 0], [3, 2], [1, 1], [5, 0]], np.int32)
    for mode in ("clip", "fill"):
        family.add("gather", "$0", "$1", gather_numbers((1,), (0, 1), (0, 1)), (1, 1, 5), inputs=[x, points], options={"mode": mode}, vmap=[(0, 0)])
        family.add("gather", "$0", "$1", gather_numbers((1, 2), (0,), (0, 1)), (1, 2, 5), inputs=[x, points], options={"mode": mode}, note="windows of two rows, starts clipped so that they fit")
    family.add("gather", "$0", "$1", gather_numbers((0,), (1,), (1,)), (4, 1), inputs=[real("g2", (4, 3)), np.array([[2], [0]], np.int32)], options={"mode": "clip"}, vmap=[(1, 0)])
    family.add("gather", "$0", "$1", gather_numbers((), (1,), (1,), (0,), (0,)), (1, 1), inputs=[real("g3", (4, 3)), np.array([[2], [0], [1], [2]], np.int32)], options={"mode": "clip"}, vmap=[(0, 0), (None, 1)], note="batching dimensions")
    family.add("gather", "$0", "$1", take, (1, 3, 5), inputs=[x, np.zeros((0, 1), np.int32)], options={"mode": "clip"})
    family.add("gather", "$0", "$1", take, (1, 3, 5), inputs=[x.astype(bf16), rows], options={"mode": "clip"})

    rows_into = lax.ScatterDimensionNumbers((1,), (0,), (0,))
    operand, updates = real("so", (5, 3)), real("su", (4, 3))
    unique, repeated, outside = (np.array(i, np.int32).reshape(4, 1) for i in ([4, 0, 2, 1], [1, 1, 3, 1], [0, 7, -1, 4]))
    for op in ("scatter", "scatter_add", "scatter_sub", "scatter_mul", "scatter_min", "scatter_max"):
        vmaps = [(0, 0, 0), (None, 0, None), (1, None, 2)]
        family.add(op, "$0", "$1", "$2", rows_into, inputs=[operand, unique, updates], options={"unique_indices": True, "mode": "clip"}, vmap=vmaps)
        if op != "scatter":
            family.add(op, "$0", "$1", "$2", rows_into, inputs=[operand, repeated, updates], options={"mode": "promise_in_bounds"}, note="repeated indices")
            family.add(op, "$0", "$1", "$2", rows_into, inputs=[whole("io", (5, 3)), repeated, whole("iu", (4, 3))], options={"mode": "clip"})
        for mode in ("drop", "clip"):
            indices = outside if mode == "drop" or op != "scatter" else np.array([[0], [7], [-1], [2]], np.int32)[[1, 3, 2]]
            family.add(op, "$0", "$1", "$2", rows_into, inputs=[operand, indices, updates[: len(indices)]], options={"mode": mode, "unique_indices": True}, note="indices out of bounds")
        family.add(op, "$0", "$1", "$2", rows_into, inputs=[operand, np.zeros((0, 1), np.int32), np.zeros((0, 3), np.float32)], options={"unique_indices": True, "mode": "clip"})
    family.add("scatter_add", "$0", "$1", "$2", rows_into, inputs=[operand.astype(bf16), repeated, updates.astype(bf16)], options={"mode": "clip"})
    family.add("scatter_add", "$0", "$1", "$2", rows_into, inputs=[operand.astype(np.float64), repeated, updates.astype(np.float64)], options={"mode": "clip"})
    points_into = lax.ScatterDimensionNumbers((), (0, 1), (0, 1))
    family.add("scatter_add", "$0", "$1", "$2", points_into, inputs=[operand, np.array([[0, 0], [4, 2], [0, 0]], np.int32), real("pu", (3,))], options={"mode": "clip"}, vmap=[(0, 0, 0)])
    windows_into = lax.ScatterDimensionNumbers((0, 1), (), (0, 1))
    family.add("scatter", "$0", "$1", "$2", windows_into, inputs=[operand, np.array([2, 1], np.int32), real("wu", (2, 2))], options={"mode": "clip", "unique_indices": True}, vmap=[(0, None, 0)])
    family.add("scatter", "$0", "$1", "$2", windows_into, inputs=[operand, np.array([4, 1], np.int32), real("wu", (2, 2))], options={"mode": "drop", "unique_indices": True}, note="a window partly outside is dropped")
    batched_into = lax.ScatterDimensionNumbers((), (1,), (1,), (0,), (0,))
    family.add("scatter_add", "$0", "$1", "$2", batched_into, inputs=[operand, np.array([[0], [2], [2], [1], [0]], np.int32), real("bu", (5,))], options={"mode": "clip"}, vmap=[(0, 0, 0)])

    for starts in ((1, 2), (9, -1), (-5, 5)):
        start = [np.int32(s) for s in starts]
        family.add("dynamic_slice", "$0", ["$1", "$2"], (2, 2), inputs=[real("ds", (4, 5))] + start, vmap=[(0, None, None), (None, 0, None), (2, 0, 0)], note="negative starts count from the end, then starts are clamped")
        family.add("dynamic_update_slice", "$0", "$1", ["$2", "$3"], inputs=[real("ds", (4, 5)), real("du", (2, 2))] + start, vmap=[(0, 0, None, None), (None, 0, 0, None), (None, None, 0, 0)])
    family.add("dynamic_slice", "$0", ["$1", "$2"], (2, 2), inputs=[real("ds", (4, 5)), np.int32(-1), np.int32(1)], options={"allow_negative_indices": False})
    family.add("dynamic_slice", "$0", ["$1"], (0,), inputs=[real("ds", (4,)), np.int32(1)])
    family.add("dynamic_index_in_dim", "$0", "$1", inputs=[real("dii", (3, 4)), np.int32(-1)], options={"axis": 1, "keepdims": False}, vmap=[(0, 0)])
    family.add("dynamic_slice_in_dim", "$0", "$1", 2, inputs=[real("dsi", (5, 2)), np.int32(4)], vmap=[(None, 0)])
    family.add("dynamic_update_index_in_dim", "$0", "$1", "$2", 0, inputs=[real("dui", (3, 4)), real("duu", (4,)), np.int32(1)], vmap=[(0, 0, 0)])
    family.write()


def sorting():
    family = Family("sort")
    x = np.array([[3, 1, 2, 1], [NAN, -1, INF, -INF], [0.0, -0.0, -1, 5]], np.float32)
    for dimension in (0, 1):
        family.add("sort", "$0", inputs=[x], options={"dimension": dimension}, vmap=[(0,), (2,)])
    for dtype in (bf16, np.float64, np.int32, np.uint32, np.int8, np.bool_):
        family.add("sort", "$0", inputs=[np.abs(np.array([3, 1, 2, 1, 0, 7])).astype(dtype)])
    family.add("sort", "$0", inputs=[np.zeros((0,), np.float32)])
    keys = np.array([2, 1, 2, 1, 0], np.int32)
    family.add("sort", ["$0", "$1"], inputs=[keys, real("values", (5,))], options={"dimension": 0}, vmap=[(0, 0), (None, 0)], note="stable: equal keys keep their order")
    family.add("sort", ["$0", "$1", "$2"], inputs=[keys, np.array([1, 1, 0, 0, 5], np.int32), real("values", (5,))], options={"dimension": 0, "num_keys": 2})
    family.add("sort", ["$0", "$1"], inputs=[real("k", (2, 4)), real("v", (2, 4))], vmap=[(1, 0)])
    family.add("sort_key_val", "$0", "$1", inputs=[real("kv", (5,)), whole("kv", (5,))])
    for k in (1, 3):
        family.add("top_k", "$0", k, inputs=[np.array([[3, 1, 2, 3], [0, -1, 5, 5]], np.float32)], vmap=[(0,), (2,)], note="ties: the lower index first")
    family.add("top_k", "$0", 2, inputs=[whole("topk", (3, 4))])
    family.add("top_k", "$0", 2, inputs=[np.array([1, NAN, INF, 0], np.float32)])
    family.write()


def convolution():
    family = Family("convolution")

    def add(x, w, strides, padding, vmap=(), **options):
        family.add("conv_general_dilated", "$0", "$1", strides, padding, inputs=[x, w], options=options, vmap=vmap)

    x, w = real("x", (2, 3, 5, 6)), real("w", (4, 3, 3, 2))
    add(x, w, (1, 1), "VALID", vmap=[(0, None), (None, 0), (1, 0)])
    add(x, w, (2, 1), "SAME")
    add(x, w, (1, 2), [(1, 2), (0, 1)])
    add(x, w, (1, 1), [(-1, 0), (2, -1)])
    add(x, w, (2, 2), [(2, 1), (1, 1)], lhs_dilation=(2, 1), rhs_dilation=(1, 3))
    add(x, w, (1, 1), "SAME_LOWER")
    add(real("x", (2, 5, 6, 3)), real("w", (3, 2, 3, 4)), (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"), vmap=[(0, None)])
    add(real("x", (5, 6, 2, 3)), real("w", (4, 2, 3, 3)), (1, 1), "VALID", dimension_numbers=("HWNC", "OHWI", "NHWC"))
    add(real("x", (2, 4, 5)), real("w", (6, 2, 3)), (1,), "SAME", feature_group_count=2, vmap=[(0, None), (None, 0), (0, 0)])
    add(real("x", (2, 4, 5)), real("w", (4, 1, 3)), (2,), [(1, 1)], feature_group_count=4, rhs_dilation=(2,))
    add(real("x", (4, 3, 5)), real("w", (6, 3, 2)), (1,), "VALID", batch_group_count=2, vmap=[(0, None), (0, 0)])
    add(real("x", (1, 2, 3, 3, 3)), real("w", (2, 2, 2, 2, 2)), (1, 1, 1), "VALID")
    add(real("x", (2, 3)), real("w", (4, 3)), (), [])
    add(real("x", (1, 2, 4)).astype(bf16), real("w", (3, 2, 2)).astype(bf16), (1,), "SAME")
    add(real("x", (1, 2, 4)).astype(bf16), real("w", (3, 2, 2)).astype(bf16), (1,), "SAME", preferred_element_type=np.dtype("float32"))
    add(real("x", (1, 2, 4)).astype(np.float64), real("w", (3, 2, 2)).astype(np.float64), (1,), "SAME")
    add(whole("x", (1, 2, 4)), whole("w", (3, 2, 2)), (1,), "SAME")
    add(real("x", (0, 2, 4)), real("w", (3, 2, 2)), (1,), "SAME")
    family.add("conv_transpose", "$0", "$1", (2,), "SAME", inputs=[real("ct", (2, 4, 3)), real("ctw", (3, 3, 2))])
    family.write()


def window():
    family = Family("window")
    y = real("window", (4, 5))
    for computation, start in ((lax.add, 0.0), (lax.max, -INF), (lax.min, INF), (lax.mul, 1.0)):
        for dims, options in (
            ((2, 2), {}),
            ((2, 3), {"window_strides": (2, 1), "padding": "SAME"}),
            ((2, 2), {"padding": ((1, 0), (0, 2)), "window_dilation": (2, 1)}),
            ((1, 3), {"padding": ((0, 0), (1, 1)), "base_dilation": (1, 2)}),
        ):
            family.add("reduce_window", "$0", np.float32(start), computation, dims, inputs=[y], options=options, vmap=[(0,), (2,)] if not options else ())
    family.add("reduce_window", "$0", np.int32(0), lax.add, (3,), inputs=[whole("rw", (6,))], options={"window_strides": (1,), "padding": "SAME"})
    family.add("reduce_window", "$0", -INF, lax.max, (2,), inputs=[np.array([1, 1, NAN, 2, 2], np.float32)], options={"window_strides": (1,)}, note="ties and NaN")
    family.write()


def linalg():
    family = Family("linalg")
    for shape in ((3, 3), (2, 2, 2), (1, 1), (0, 0)):
        root = real("chol", shape)
        spd = (root @ np.swapaxes(root, -1, -2) + 2 * np.eye(shape[-1], dtype=np.float32)).astype(np.float32)
        family.add("linalg.cholesky", "$0", inputs=[spd], vmap=[(0,)] if shape == (1, 1) else ())
    family.add("linalg.cholesky", "$0", inputs=[np.array([[4, 1], [1, 3]], np.float64)])
    family.add("linalg.cholesky", "$0", inputs=[np.array([[1, 2], [2, 1]], np.float32)], jvp=False, vjp=False, note="not positive definite: NaN")
    family.add("linalg.cholesky", "$0", inputs=[np.array([[4, 1], [9, 3]], np.float32)], options={"symmetrize_input": False})
    family.add("linalg.cholesky", "$0", inputs=[np.array([[4, 1j], [-1j, 3]], np.complex64)])
    a = (real("tri", (3, 3), -1, 1) + 3 * np.eye(3)).astype(np.float32)
    for left in (False, True):
        b = real("rhs", (3, 2) if left else (2, 3))
        for lower in (False, True):
            for transpose in (False, True):
                for unit in (False, True):
                    family.add("linalg.triangular_solve", "$0", "$1", inputs=[a, b], options={"left_side": left, "lower": lower, "transpose_a": transpose, "unit_diagonal": unit}, vmap=[(0, 0), (None, 0), (0, None)] if lower and not unit and not transpose else ())
    family.add("linalg.triangular_solve", "$0", "$1", inputs=[np.stack([a, a + 1]), real("rhs", (2, 3, 1))], options={"left_side": True, "lower": True})
    family.add("linalg.triangular_solve", "$0", "$1", inputs=[a.astype(np.float64), real("rhs", (3, 1)).astype(np.float64)], options={"left_side": True})
    z = (a + 1j * real("triz", (3, 3), -1, 1)).astype(np.complex64)
    family.add("linalg.triangular_solve", "$0", "$1", inputs=[z, complexes("rhs", (3, 2))], options={"left_side": True, "lower": True, "transpose_a": True, "conjugate_a": True})
    family.write()


# Functions given to the control primitives, by name, as both languages write them.
def running_sum(carry, x):
    return carry + x, carry * x


def damped(carry, x):
    position, velocity = carry
    velocity = velocity * 0.9 + x
    position = position + lax.sin(velocity)
    return (position, velocity), position


def below_ten(state):
    return state[0] < 10.0


def double(state):
    value, count = state
    return value * 2.0, count + 1


def sine(x):
    return lax.sin(x)


def cube(x):
    return x * x * x


def half(x):
    return x * 0.5


def add_index(i, x):
    return x + i.astype(x.dtype) * x


FUNCTIONS = {
    "runningSum": "(carry, x) => [carry + x, carry * x]",
    "damped": "([p, v], x) => { v1 = v * 0.9 + x; p1 = p + sin(v1); return [[p1, v1], p1] }",
    "belowTen": "([value, count]) => value < 10",
    "double": "([value, count]) => [value * 2, count + 1]",
    "sine": "(x) => sin(x)",
    "cube": "(x) => x * x * x",
    "half": "(x) => x * 0.5",
    "addIndex": "(i, x) => x + convert(i, dtype of x) * x",
}


def control():
    family = Family("control", functions=FUNCTIONS)
    carry, xs = np.float32(0.5), real("scan", (5,))
    for options in ({"xs": "$1"}, {"xs": "$1", "reverse": True}, {"xs": "$1", "unroll": 2}):
        family.add("scan", running_sum, "$0", inputs=[carry, xs], options=options, function=lax_scan, vmap=[(0, 0), (None, 0), (0, None)])
    family.add("scan", running_sum, "$0", inputs=[carry, np.zeros((0,), np.float32)], options={"xs": "$1"}, function=lax_scan)
    family.add("scan", damped, ("$0", "$1"), inputs=[real("p", (3,)), real("v", (3,)), real("f", (4, 3))], options={"xs": "$2"}, function=lax_scan, vmap=[(0, None, None), (None, 0, 1)])
    for start in (1.5, 20.0):
        family.add("while_loop", below_ten, double, ("$0", "$1"), inputs=[np.float32(start), np.int32(0)], vjp=False, vmap=[(0, None)] if start == 1.5 else ())
    for pred in (True, False):
        family.add("cond", "$0", sine, cube, "$1", inputs=[np.array(pred), real("cond", (3,))], function=lambda pred, trueFun, falseFun, *operands: lax.cond(pred, trueFun, falseFun, *operands), vmap=[(0, 0), (None, 1), (0, None)])
    for index in (0, 2, -1, 7):
        family.add("switch", "$0", [sine, cube, half], "$1", inputs=[np.int32(index), real("switch", (3,))], function=lambda index, branches, *operands: lax.switch(index, branches, *operands), vmap=[(0, None), (None, 0)], note="an index out of range is clamped")
    for bounds in ((0, 4), (2, 2)):
        family.add("fori_loop", *bounds, add_index, "$0", inputs=[real("fori", (2,))], vmap=[(0,)])
    family.add("map", cube, "$0", inputs=[real("map", (3, 2))], function=lambda f, xs: lax.map(f, xs))
    family.add("associative_scan", lax.add, "$0", inputs=[real("assoc", (5, 2))], vmap=[(0,)])
    family.add("associative_scan", lax.mul, "$0", inputs=[real("assoc", (4,))], options={"reverse": True})
    family.write()


def lax_scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """lax.scan with the port's signature, where xs is an option."""
    return lax.scan(f, init, xs, length=length, reverse=reverse, unroll=unroll)


FAMILIES = (elementwise_unary, elementwise_binary, bitwise, compare, convert, structure, reduce_, cumulative, contract,
            indexing, sorting, convolution, window, linalg, control)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for build in FAMILIES:
        if not wanted or build.__name__.strip("_") in wanted:
            build()
