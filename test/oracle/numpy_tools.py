"""jax.numpy beyond the everyday: polynomials, windows, bits, pieces, positions, histograms; and 64-bit arrays.

Writes test/fixtures/numpy/{polynomial,tools,wide}.json; family.py says what a case is.

    python numpy_tools.py [family ...]
"""

import sys

import jax.numpy as jnp
import numpy as np

import family as cases
from family import bf16, complexes, real, truth, whole

INF, NAN = np.inf, np.nan
f32 = lambda *xs: np.array(xs, np.float32)
i32 = lambda *xs: np.array(xs, np.int32)


def polynomial():
    family = cases.Family("numpy", "polynomial", jnp)
    add = family.add
    p, q = f32(1, -2.5, 0.5, 3), f32(2, 0.75)
    for op in ("polyadd", "polysub", "polymul"):
        add(op, "$0", "$1", inputs=[p, q], vmap=[(0, None), (0, 0)])
        add(op, "$0", "$1", inputs=[q, p])
        add(op, "$0", "$1", inputs=[i32(1, 2, 3), i32(4, 5)], jvp=False, vjp=False)
        add(op, "$0", "$1", inputs=[i32(1, 2), q], jvp=False, vjp=False)
    add("polymul", "$0", "$1", inputs=[f32(0, 0, 1, 2), f32(0, 3, 1)], options={"trim_leading_zeros": True}, jvp=False, vjp=False)
    add("polydiv", "$0", "$1", inputs=[p, q], vmap=[(0, 0)])
    add("polydiv", "$0", "$1", inputs=[q, p])
    add("polydiv", "$0", "$1", inputs=[f32(5, 6, 1), f32(1, 1)], options={"trim_leading_zeros": True}, jvp=False, vjp=False)
    for m in (0, 1, 2, 3, 4):
        add("polyder", "$0", inputs=[p], options={"m": m})
        add("polyint", "$0", inputs=[p], options={"m": m})
    add("polyder", "$0", inputs=[i32(3, 2, 1)], jvp=False, vjp=False)
    add("polyint", "$0", inputs=[p], options={"m": 2, "k": 3.0})
    add("polyint", "$0", "$1", inputs=[p, f32(1, 2)], function=lambda p, k: jnp.polyint(p, 2, k))
    add("polyval", "$0", "$1", inputs=[p, real("polyval", (2, 3))], vmap=[(None, 0), (0, None)])
    add("polyval", "$0", "$1", inputs=[real("polyval2", (3, 2)), f32(0.5, 2)])
    add("polyval", "$0", "$1", inputs=[i32(1, 2, 3), i32(0, 4)], options={"unroll": 2}, jvp=False, vjp=False)
    add("polyval", "$0", "$1", inputs=[f32(), f32(1, 2)], jvp=False, vjp=False)
    add("poly", "$0", inputs=[f32(1, 2, -0.5)], vmap=[(0,)])
    add("poly", "$0", inputs=[complexes("poly", (3,))])
    add("poly", "$0", inputs=[f32()], jvp=False, vjp=False)
    x, y = f32(-2, -1, 0, 0.5, 1.5, 3), f32(3, 1, 0.5, 0.25, 2, 9)
    add("polyfit", "$0", "$1", 2, inputs=[x, y])
    add("polyfit", "$0", "$1", 1, inputs=[x, np.stack([y, -y], 1)], jvp=False, vjp=False)
    add("polyfit", "$0", "$1", 1, inputs=[x, y, f32(1, 2, 1, 2, 1, 0.5)], options={"w": "$2"}, jvp=False, vjp=False)
    add("polyfit", "$0", "$1", 2, inputs=[x, y], options={"full": True}, jvp=False, vjp=False)
    for cov in (True, "unscaled"):
        add("polyfit", "$0", "$1", 2, inputs=[x, y], options={"cov": cov}, jvp=False, vjp=False)
    add("vander", "$0", inputs=[f32(1, 2.5, -3)], vmap=[(0,)])
    add("vander", "$0", inputs=[i32(1, 2, 3)], options={"N": 4, "increasing": True}, jvp=False, vjp=False)
    add("vander", "$0", inputs=[f32(2, 3)], options={"N": 0}, jvp=False, vjp=False)
    family.write()


def tools():
    family = cases.Family("numpy", "tools", jnp)
    add = family.add
    none = dict(jvp=False, vjp=False)
    for op in ("bartlett", "blackman", "hamming", "hanning"):
        for size in (0, 1, 2, 7):
            add(op, size, inputs=[])
    for size in (1, 8):
        add("kaiser", size, "$0", inputs=[np.float32(5.5)])
    add("i0", "$0", inputs=[f32(-3, -0.5, 0, 0.5, 7, 20)], vmap=[(0,)])
    add("i0", "$0", inputs=[i32(0, 3)], **none)
    bits = truth("bits", (3, 11))
    for options in ({}, {"axis": 0}, {"axis": -1, "bitorder": "little"}):
        add("packbits", "$0", inputs=[bits], options=options, **none)
    add("packbits", "$0", inputs=[i32(0, 5, 0, -1, 2, 0, 0, 1)], **none)
    bytes_ = whole("bytes", (2, 3), 0, 255, np.uint8)
    for options in ({}, {"axis": 1}, {"axis": 0, "bitorder": "little"}, {"axis": 1, "count": 5}, {"axis": 1, "count": 30}, {"count": -3}):
        add("unpackbits", "$0", inputs=[bytes_], options=options, **none)
    odd = f32(0, -0.0, 1, -3.75, 1e-3, 5e30, INF, -INF, NAN)
    add("frexp", "$0", inputs=[odd], **none)
    add("frexp", "$0", inputs=[f32(0.3, -5, 8)], vjp=False)
    add("frexp", "$0", inputs=[np.array([0.3, -5, 1e-300], np.float64)], **none)
    add("frexp", "$0", inputs=[np.array([1.5, -0.1], bf16)], **none)
    for dtype in (np.float32, np.float64, np.float16):
        add("spacing", "$0", inputs=[np.array([1, -1, 3.7, 0.1, -1000, INF, NAN], dtype)], **none)
    for options in ({}, {"axis": 0}, {"discont": 4.0}, {"period": 3.0}):
        add("unwrap", "$0", inputs=[real("unwrap", (3, 5), -9, 9)], options=options)
    add("unwrap", "$0", inputs=[i32(0, 3, 7, 2, 10)], options={"period": 5}, **none)
    for k in (0, 1, -1):
        for op in ("tril_indices_from", "triu_indices_from"):
            add(op, "$0", inputs=[np.zeros((3, 4), np.float32)], options={"k": k}, **none)
    add("diag_indices_from", "$0", inputs=[np.zeros((3, 3, 3), np.float32)], **none)
    add("ix", "$0", "$1", "$2", inputs=[i32(3, 1), i32(0, 2, 4), f32(0.5)], function=jnp.ix_, **none)
    add("fill_diagonal", "$0", "$1", inputs=[real("fill", (3, 4)), np.float32(7)], options={"inplace": False}, vmap=[(0, 0)])
    add("fill_diagonal", "$0", "$1", inputs=[real("fill", (4, 4)), f32(1, 2, 3)], options={"inplace": False})
    add("fill_diagonal", "$0", "$1", inputs=[real("fill", (2, 2, 2)), f32(1, 2)], options={"inplace": False})
    mask = truth("place", (2, 3))
    add("place", "$0", "$1", "$2", inputs=[real("place", (2, 3)), mask, f32(8, 9)], options={"inplace": False}, vmap=[(0, None, None)])
    for options in ({}, {"mode": "clip"}, {"mode": "wrap"}):
        add("put", "$0", "$1", "$2", inputs=[real("put", (2, 3)), i32(0, 4, 8, -1), f32(1, 2, 3)], options={"inplace": False, **options})
    for shape in ((2, 3), (7,), (2, 0), (3, 3)):
        add("resize", "$0", shape, inputs=[f32(1, 2, 3, 4)])
    for options in ({}, {"trim": "f"}, {"trim": "b"}):
        add("trim_zeros", "$0", inputs=[f32(0, 0, 1, 0, 2, 0)], options=options, **none)
        add("trim_zeros", "$0", inputs=[f32(0, 0, 0)], options=options, **none)
    add("trim_zeros", "$0", inputs=[np.pad(np.ones((1, 2), np.float32), 2)], **none)
    add("trim_zeros", "$0", inputs=[np.pad(np.ones((1, 2), np.float32), 2)], options={"axis": 1}, **none)
    add("sort_complex", "$0", inputs=[complexes("sort", (2, 4))], **none)
    add("sort_complex", "$0", inputs=[f32(3, 1, NAN, 2)], **none)
    repeated = f32(2, 1, NAN, 2, 0, NAN)
    for op in ("unique_all", "unique_counts", "unique_inverse", "unique_values"):
        add(op, "$0", inputs=[repeated], **none)
        add(op, "$0", inputs=[i32([3, 1], [1, 2])], options={"size": 5, "fill_value": 9}, **none)
    points = real("points", (20, 2), -2, 2)
    add("histogramdd", "$0", inputs=[points], options={"bins": 3}, **none)
    add("histogramdd", "$0", inputs=[points], options={"bins": [2, 4], "range": [(-1, 1), None], "density": True}, **none)
    add("histogramdd", "$0", inputs=[points, real("weights", (20,), 0, 1)], options={"bins": 2, "weights": "$1"}, **none)
    add("histogram2d", "$0", "$1", inputs=[points[:, 0], points[:, 1]], options={"bins": 4}, **none)
    add("histogram2d", "$0", "$1", inputs=[points[:, 0], points[:, 1]], options={"bins": [3, 2], "density": True}, **none)
    square = real("square", (3, 3)) + 3 * np.eye(3, dtype=np.float32)
    for p in (None, 2, -2, 1, -1, "fro"):
        add("linalg.cond", "$0", inputs=[square], options={"p": p}, vmap=[(0,)], jvp=p != -2, vjp=p != -2)
    add("linalg.cond", "$0", inputs=[real("tall", (2, 4, 3))])
    add("linalg.cond", "$0", inputs=[np.zeros((2, 2), np.float32)], options={"p": -2}, **none)
    for order in ("fro", "nuc", 1, -1, 2, -2):
        add("linalg.matrix_norm", "$0", inputs=[real("norms", (2, 3, 4))], options={"ord": order})
    add("linalg.matrix_norm", "$0", inputs=[real("norms", (2, 3, 4))], options={"keepdims": True})
    rank = np.array([[[1, 2, 3], [2, 4, 6], [0, 0, 1]], np.eye(3), np.zeros((3, 3))], np.float32)
    add("linalg.matrix_rank", "$0", inputs=[rank], vmap=[(0,)], **none)
    add("linalg.matrix_rank", "$0", inputs=[rank[1]], options={"rtol": 2.0}, **none)
    add("linalg.matrix_rank", "$0", inputs=[rank[1]], options={"hermitian": True}, **none)
    add("linalg.matrix_rank", "$0", inputs=[f32(0, 1)], **none)
    tensor = real("tensor", (2, 3, 6)) + np.eye(6, dtype=np.float32).reshape(2, 3, 6) * 4
    add("linalg.tensorinv", "$0", inputs=[tensor], options={"ind": 2})
    add("linalg.tensorinv", "$0", inputs=[tensor.reshape(6, 6)], options={"ind": 1})
    add("linalg.tensorsolve", "$0", "$1", inputs=[tensor, real("right", (2, 3))], vmap=[(0, 0)])
    add("linalg.tensorsolve", "$0", "$1", inputs=[tensor.transpose(0, 2, 1), real("right", (2, 3))], options={"axes": (1,)})
    x = f32(-2, -0.5, 0, 1, 3)
    pieces = lambda x: jnp.piecewise(x, [x < 0, x > 2], [lambda y: y * y, lambda y: jnp.sin(y), 7.0])
    add("piecewise", "$0", inputs=[x], function=pieces, vmap=[(0,)])
    add("piecewise.zero", "$0", inputs=[i32(-2, 0, 3)], function=lambda x: jnp.piecewise(x, [x < 0], [lambda y: -y]), **none)
    a, b = real("vectorize", (2, 1, 3)), real("vectorize2", (4, 3))
    add("vectorize.dot", "$0", "$1", inputs=[a, b], function=lambda a, b: jnp.vectorize(jnp.dot, signature="(n),(n)->()")(a, b), vmap=[(0, None)])
    add("vectorize.matvec", "$0", "$1", inputs=[real("m", (1, 2, 3)), b], function=lambda a, b: jnp.vectorize(lambda m, v: (m @ v, v.sum()), signature="(m,n),(n)->(m),()")(a, b))
    add("vectorize.plain", "$0", "$1", inputs=[a, b], function=lambda a, b: jnp.vectorize(lambda x, y: x * y + 1)(a, b))
    for axis in (0, 1, -1):
        add("apply_along_axis.cumsum", axis, "$0", inputs=[real("along", (2, 3, 4))], function=lambda axis, x: jnp.apply_along_axis(lambda v: jnp.cumsum(v) * v[0], axis, x))
        add("apply_along_axis.sum", axis, "$0", inputs=[real("along", (2, 3, 4))], function=lambda axis, x: jnp.apply_along_axis(jnp.sum, axis, x))
    add("apply_over_axes.sum", "$0", (0, 2), inputs=[real("over", (2, 3, 4))], function=lambda x, axes: jnp.apply_over_axes(jnp.sum, x, axes))
    ufunc = jnp.frompyfunc(lambda x, y: x + 2 * y, 2, 1, identity=0)
    plain = jnp.frompyfunc(lambda x, y: x + 2 * y, 2, 1)
    u = real("ufunc", (3, 4))
    for name, own in (("ufunc", ufunc), ("plain", plain)):
        add(f"{name}.call", "$0", "$1", inputs=[u, f32(1, 2, 3, 4)], function=lambda x, y, own=own: own(x, y))
        for axis in (0, 1, None):
            add(f"{name}.reduce", "$0", inputs=[u], options={"axis": axis}, function=lambda a, axis=0, own=own: own.reduce(a, axis=axis))
        add(f"{name}.reduce", "$0", inputs=[u], options={"axis": 1, "keepdims": True, "initial": 2.0}, function=lambda a, axis=0, keepdims=False, initial=None, own=own: own.reduce(a, axis=axis, keepdims=keepdims, initial=initial))
        add(f"{name}.accumulate", "$0", inputs=[u], options={"axis": 1}, function=lambda a, axis=0, own=own: own.accumulate(a, axis=axis))
        add(f"{name}.outer", "$0", "$1", inputs=[f32(1, 2), u], function=lambda a, b, own=own: own.outer(a, b))
        add(f"{name}.reduceat", "$0", "$1", inputs=[f32(1, 2, 3, 4, 5), i32(0, 2, 4)], function=lambda a, i, own=own: own.reduceat(a, i), **none)
        add(f"{name}.at", "$0", "$1", "$2", inputs=[f32(1, 2, 3), i32(0, 2, 0), f32(5, 6, 7)], function=lambda a, i, b, own=own: own.at(a, i, b, inplace=False), **none)
    add("ufunc.reduce", "$0", inputs=[u, truth("mask", (3, 4))], options={"where": "$1"}, function=lambda a, where=None: ufunc.reduce(a, where=where), **none)
    add("einsum", "ab,bc,cd,de->ae", "$0", "$1", "$2", "$3", inputs=[real("e0", (2, 5)), real("e1", (5, 3)), real("e2", (3, 4)), real("e3", (4, 2))])
    add("einsum", "abc,cd,bd,a->d", "$0", "$1", "$2", "$3", inputs=[real("e4", (2, 3, 4)), real("e5", (4, 5)), real("e6", (3, 5)), real("e7", (2,))])
    family.write()


def wide():
    """The everyday functions on 64-bit arrays."""
    family = cases.Family("numpy", "wide", jnp)
    add = family.add
    none = dict(jvp=False, vjp=False)
    x, y = real("wide", (2, 3), dtype=np.float64), real("wide2", (2, 3), 0.5, 3, dtype=np.float64)
    i, j = whole("wide", (2, 3), dtype=np.int64), whole("wide2", (2, 3), 1, 9, np.int64)
    u = whole("wide3", (2, 3), 0, 9, np.uint64)
    z = complexes("wide", (2, 3), np.complex128)
    big = np.array([2**53 + 1, -(2**53) - 1, 2**62 + 3], np.int64)
    for op in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "remainder", "arctan2", "hypot", "logaddexp"):
        add(op, "$0", "$1", inputs=[x, y])
    for op in ("add", "subtract", "multiply", "divide", "floor_divide", "remainder", "maximum", "bitwise_xor", "gcd", "left_shift"):
        add(op, "$0", "$1", inputs=[i, j], **none)
        add(op, "$0", "$1", inputs=[u, abs(j).astype(np.uint64)], **none)
    for op in ("add", "subtract", "multiply", "divide"):
        add(op, "$0", "$1", inputs=[z, z[::-1].copy()])
        for left in (np.float32, np.int32, np.uint64, np.complex64, np.bool_):
            for right in (np.float64, np.int64, np.uint64, np.complex128):
                if op != "subtract" or not (left == np.bool_):
                    add(op, "$0", "$1", inputs=[np.array([1, 0], left), np.array([1, 1], right)], **none)
    for op in ("add", "multiply", "subtract"):
        add(op, "$0", "$1", inputs=[big, np.array([1, 1, 3], np.int64)], **none)
    for op in ("exp", "log", "sin", "cos", "tanh", "sqrt", "log1p", "expm1", "arctan", "cbrt", "square", "sinh", "log2", "exp2"):
        add(op, "$0", inputs=[y], vmap=[(0,)])
    for op in ("exp", "sin", "cos", "sqrt", "tanh", "log", "square"):
        add(op, "$0", inputs=[z])
    for op in ("abs", "real", "imag", "angle", "conj"):
        add(op, "$0", inputs=[z])
    for op in ("sum", "prod", "mean", "var", "max", "argmax", "cumsum", "sort", "argsort"):
        differentiable = op not in ("argmax", "argsort")
        add(op, "$0", inputs=[x], options={"axis": 1}, jvp=differentiable, vjp=differentiable)
        add(op, "$0", inputs=[i], options={"axis": 0}, **none)
        if op not in ("var",):
            add(op, "$0", inputs=[u], options={"axis": 0}, **none)
    for op in ("sum", "prod", "mean", "cumsum"):
        add(op, "$0", inputs=[z], options={"axis": 1})
    add("matmul", "$0", "$1", inputs=[x, y.T.copy()])
    add("matmul", "$0", "$1", inputs=[i, j.T.copy()], **none)
    add("matmul", "$0", "$1", inputs=[z, z.T.copy()])
    add("einsum", "ij,kj->ik", "$0", "$1", inputs=[x, y])
    add("linspace", 0.0, 1.0, inputs=[], options={"num": 5, "dtype": "float64"}, x64=True)
    add("arange", 5, inputs=[], x64=True)
    add("arange", 1, inputs=[], options={"stop": 3, "step": 0.5}, x64=True)
    add("zeros", (2,), inputs=[], x64=True)
    add("eye", 2, inputs=[], x64=True)
    add("where", "$0", "$1", 0.5, inputs=[x > 0, x], function=lambda c, x, y: jnp.where(c, x, y))
    add("nonzero", "$0", inputs=[i], **none)
    add("searchsorted", "$0", "$1", inputs=[np.sort(x[0]), y], **none)
    add("digitize", "$0", "$1", inputs=[x, np.array([-1.0, 0, 2])], **none)
    add("unique", "$0", inputs=[i], **none)
    add("histogram", "$0", inputs=[x], **none)
    add("interp", "$0", "$1", "$2", inputs=[x, np.array([-1.0, 0, 2]), np.array([3.0, 1, 4])])
    add("power", "$0", "$1", inputs=[y, x])
    add("power", "$0", 3, inputs=[i], **none)
    add("linalg.inv", "$0", inputs=[x[:, :2] + 4 * np.eye(2)])
    add("linalg.det", "$0", inputs=[real("det", (4, 4), dtype=np.float64)])
    add("fft.fft", "$0", inputs=[z])
    add("fft.rfft", "$0", inputs=[x])
    for op in ("isnan", "isfinite", "signbit", "floor", "ceil", "round"):
        add(op, "$0", inputs=[np.array([NAN, INF, -INF, -0.0, 1.5, 2.5])], **none)
    family.write()


FAMILIES = (polynomial, tools, wide)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in FAMILIES:
        if not wanted or make.__name__ in wanted:
            make()
