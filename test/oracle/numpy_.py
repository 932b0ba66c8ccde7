"""jax.numpy: values, tangents, cotangents, batches.

Writes test/fixtures/numpy/{ufunc,reduction,shape,contraction,indexing,order}.json; family.py says what a case is.

    python numpy_.py [family ...]
"""

import sys

import jax.numpy as jnp
import numpy as np

import family as cases
from family import bf16, real, truth, whole

INF, NAN = np.inf, np.nan
MIXED = [np.float32, np.int32, np.uint8, np.bool_, bf16, np.float16]


def ints(values, dtype=np.int32):
    return np.array(values, dtype)


def ufunc():
    family = cases.Family("numpy", "ufunc", jnp)
    x = np.array([-2.5, -1.0, -0.3, 0.4, 1.0, 2.75], np.float32)
    y = np.array([1.5, -2.0, 0.7, 3.0, -0.25, 2.0], np.float32)
    for op in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin", "remainder", "fmod", "arctan2",
               "hypot", "logaddexp", "logaddexp2", "copysign", "floor_divide", "heaviside"):
        family.add(op, "$0", "$1", inputs=[x, y], vmap=[(0, 0), (None, 0)], vjp=op not in ("floor_divide",), jvp=op not in ("floor_divide",))
    i, j = ints([-7, 7, -7, 7, 0, 5]), ints([3, 3, -3, -3, 2, 1])
    for op in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "remainder", "fmod", "floor_divide", "bitwise_and",
               "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "gcd", "lcm"):
        family.add(op, "$0", "$1", inputs=[i, abs(j) if "shift" in op else j], jvp=False, vjp=False)
    for op in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor"):
        family.add(op, "$0", "$1", inputs=[i, np.array([-7, 1, 0, NAN, 0, 9], np.float32)], jvp=False, vjp=False)
    for a in MIXED:
        for b in MIXED:
            left, right = np.array([1, 0, 1]).astype(a), np.array([[2], [1]]).astype(b)
            family.add("add", "$0", "$1", inputs=[left, right], jvp=False, vjp=False)
            family.add("divide", "$0", "$1", inputs=[left, right], jvp=False, vjp=False)
    for value in (2, 2.5, True, -1):
        for a in MIXED:
            if a in (np.uint8,) and value == -1:
                continue
            family.add("multiply", "$0", value, inputs=[np.array([1, 0, 1]).astype(a)], jvp=False, vjp=False)
    for power in (2, 3, 0, -1, 0.5):
        family.add("power", "$0", power, inputs=[abs(x)])
    family.add("power", "$0", "$1", inputs=[abs(x), y])
    family.add("power", "$0", "$1", inputs=[ints([-3, 2, 5, 0, 7]), ints([3, 10, 0, 0, 2])], jvp=False, vjp=False)
    family.add("power", "$0", 3, inputs=[ints([-3, 2, 5])], jvp=False, vjp=False)
    for op in ("exp", "exp2", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "arcsinh", "cbrt", "square", "abs",
               "negative", "sign", "sinc", "degrees", "radians", "reciprocal", "floor", "ceil", "trunc", "rint"):
        family.add(op, "$0", inputs=[x], vmap=[(0,)])
    for op in ("log", "log2", "log10", "log1p", "sqrt", "arccosh"):
        family.add(op, "$0", inputs=[abs(x) + 1])
    for op in ("arcsin", "arccos", "arctanh"):
        family.add(op, "$0", inputs=[x / 3])
    for op in ("exp", "sqrt", "sin", "floor", "trunc", "rint", "sign", "square", "abs", "signbit", "isfinite", "isnan", "isinf"):
        family.add(op, "$0", inputs=[ints([4, 0, 9])], jvp=False, vjp=False)
    special = np.array([NAN, INF, -INF, -0.0, 0.0, 1.5], np.float32)
    for op in ("isnan", "isinf", "isfinite", "signbit", "sign", "nan_to_num", "abs", "isposinf", "isneginf"):
        family.add(op, "$0", inputs=[special], jvp=False, vjp=False)
    for op in ("maximum", "minimum", "fmax", "fmin", "logaddexp", "hypot", "floor_divide", "remainder"):
        family.add(op, "$0", "$1", inputs=[special, special[::-1].copy()], jvp=False, vjp=False)
    family.add("nan_to_num", "$0", inputs=[special], options={"nan": 7.0, "posinf": 8.0, "neginf": -9.0})
    for decimals in (0, 1, 2):
        family.add("round", "$0", inputs=[np.array([0.5, 1.5, 2.25, -0.125, 3.14159], np.float32)], options={"decimals": decimals}, jvp=False, vjp=False)
    family.add("clip", "$0", inputs=[x], options={"min": -1.0, "max": 1.0})
    family.add("clip", "$0", inputs=[i], options={"max": 2}, jvp=False, vjp=False)
    family.add("divmod", "$0", "$1", inputs=[x, y], jvp=False, vjp=False)
    family.add("modf", "$0", inputs=[x], jvp=False, vjp=False)
    family.add("ldexp", "$0", "$1", inputs=[x, ints([1, -2, 0, 5, 10, -7])], jvp=False, vjp=False)
    family.add("isclose", "$0", "$1", inputs=[special, np.array([NAN, INF, 3, 0, 1e-9, 1.50001], np.float32)], options={"equal_nan": True}, jvp=False, vjp=False)
    family.add("allclose", "$0", "$1", inputs=[x, x + np.float32(1e-7)], jvp=False, vjp=False)
    family.add("array_equal", "$0", "$1", inputs=[x, x], jvp=False, vjp=False)
    where = lambda condition, x, y: jnp.where(condition, x, y)
    family.add("where", "$0", "$1", "$2", inputs=[truth("w", (2, 3)), real("wx", (3,)), real("wy", (2, 1))], function=where)
    family.add("where", "$0", "$1", 0, inputs=[truth("w", (2, 3)), ints([1, 2, 3])], function=where, jvp=False, vjp=False)
    family.write()


def reduction():
    family = cases.Family("numpy", "reduction", jnp)
    x = real("reduction", (2, 3, 4))
    mask = truth("reduce-mask", (2, 3, 4)) | (np.arange(4) == 0)
    for op in ("sum", "prod", "mean", "var", "std", "max", "min"):
        family.add(op, "$0", inputs=[x])
        family.add(op, "$0", inputs=[x], options={"axis": 1}, vmap=[(0,), (2,)])
        family.add(op, "$0", inputs=[x], options={"axis": (0, -1), "keepdims": True})
        family.add(op, "$0", inputs=[x.astype(bf16)], options={"axis": 2}, jvp=False, vjp=False)
        for dtype in (np.int8, np.uint8, np.int32, np.bool_):
            family.add(op, "$0", inputs=[ints([[1, 2, 0], [3, 1, 1]]).astype(dtype)], options={"axis": 0}, jvp=False, vjp=False)
        initial = {"initial": 0.5} if op in ("max", "min") else {}
        family.add(op, "$0", inputs=[x, mask], options={"axis": 2, "where": "$1", **initial})
    for op in ("var", "std"):
        family.add(op, "$0", inputs=[x], options={"axis": 0, "ddof": 1})
    family.add("sum", "$0", inputs=[x], options={"axis": 0, "initial": 2.0})
    family.add("sum", "$0", inputs=[ints([1, 2], np.int8)], options={"promote_integers": False}, jvp=False, vjp=False)
    family.add("sum", "$0", inputs=[x], options={"axis": 0, "dtype": "float16"}, jvp=False, vjp=False)
    family.add("sum", "$0", inputs=[np.zeros((0, 3), np.float32)], options={"axis": 0})
    tie = np.array([[1.0, 3.0, 3.0], [NAN, 1.0, 2.0]], np.float32)
    for op in ("max", "min", "argmax", "argmin"):
        family.add(op, "$0", inputs=[tie], options={"axis": 1}, jvp=False, vjp=False)
    family.add("max", "$0", inputs=[tie[:1]], options={"axis": 1})
    for op in ("all", "any", "count_nonzero"):
        family.add(op, "$0", inputs=[ints([[1, 0], [2, 3]])], options={"axis": 1}, jvp=False, vjp=False)
        family.add(op, "$0", inputs=[truth(op, (2, 3))], jvp=False, vjp=False)
    for op in ("argmax", "argmin"):
        family.add(op, "$0", inputs=[x], jvp=False, vjp=False)
        family.add(op, "$0", inputs=[x], options={"axis": -1, "keepdims": True}, jvp=False, vjp=False)
    family.add("ptp", "$0", inputs=[x], options={"axis": 1})
    holes = np.where(mask, x, np.float32(NAN))
    for op in ("nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanargmax", "nanargmin", "nanmedian"):
        family.add(op, "$0", inputs=[holes], options={"axis": 2}, jvp=False, vjp=False)
        family.add(op, "$0", inputs=[ints([[1, 2, 0], [3, 1, 1]])], options={"axis": 1}, jvp=False, vjp=False)
    for op in ("cumsum", "cumprod"):
        family.add(op, "$0", inputs=[x])
        family.add(op, "$0", inputs=[x], options={"axis": 1}, vmap=[(0,)])
        family.add(op, "$0", inputs=[ints([1, 2, 3], np.int8)], jvp=False, vjp=False)
        family.add(op, "$0", inputs=[np.array([True, True])], jvp=False, vjp=False)
    family.add("cumulative_sum", "$0", inputs=[x], options={"axis": 1, "include_initial": True})
    family.add("diff", "$0", inputs=[x], options={"axis": 1, "n": 2})
    family.add("diff", "$0", inputs=[x], options={"prepend": 1.0, "append": 2.0})
    family.add("trapezoid", "$0", inputs=[x], options={"dx": 0.5, "axis": 1})
    family.add("trapezoid", "$0", inputs=[x, np.array([0, 1, 3, 4], np.float32)], options={"x": "$1"})
    family.add("average", "$0", inputs=[x, np.array([1, 2, 3], np.float32)], options={"axis": 1, "weights": "$1"})
    family.add("cov", "$0", inputs=[x[0]])
    family.add("corrcoef", "$0", inputs=[x[0]])
    family.add("linalg.norm", "$0", inputs=[x])
    for order in (1, 2, 3, INF, -INF):
        family.add("linalg.norm", "$0", inputs=[x], options={"axis": 1, "ord": order})
    for order in (1, -1, INF, "fro"):
        family.add("linalg.norm", "$0", inputs=[x], options={"axis": (0, 2), "ord": order, "keepdims": True})
    family.write()


def shape():
    family = cases.Family("numpy", "shape", jnp)
    x = real("shape", (2, 3, 4))
    v = real("vector", (5,))
    family.add("reshape", "$0", (4, -1), inputs=[x], vmap=[(0,), (2,)])
    family.add("reshape", "$0", (4, 6), inputs=[x], options={"order": "F"})
    family.add("ravel", "$0", inputs=[x])
    family.add("transpose", "$0", inputs=[x])
    family.add("transpose", "$0", inputs=[x], options={"axes": (1, 0, -1)})
    family.add("moveaxis", "$0", (0, 1), (-1, 0), inputs=[x])
    family.add("swapaxes", "$0", 0, 2, inputs=[x])
    family.add("rollaxis", "$0", 2, inputs=[x])
    family.add("expand_dims", "$0", (0, -1), inputs=[x])
    family.add("squeeze", "$0", inputs=[x.reshape(2, 1, 12, 1)], options={"axis": 1})
    family.add("broadcast_to", "$0", (2, 3, 5), inputs=[real("b", (3, 1))])
    family.add("flip", "$0", inputs=[x], options={"axis": (0, 2)})
    for k in (0, 1, 2, 3):
        family.add("rot90", "$0", inputs=[x], options={"k": k, "axes": (0, 1)})
    for op in ("tril", "triu"):
        for k in (-1, 0, 2):
            family.add(op, "$0", inputs=[x], options={"k": k})
    for offset in (-1, 0, 2, 9):
        family.add("diagonal", "$0", inputs=[x], options={"offset": offset, "axis1": 1, "axis2": 2})
        family.add("trace", "$0", inputs=[x], options={"offset": offset})
        family.add("diag", "$0", inputs=[x[0]], options={"k": offset})
    for k in (-2, 0, 1):
        family.add("diag", "$0", inputs=[v], options={"k": k})
        family.add("eye", 3, inputs=[], options={"M": 4, "k": k}, jvp=False, vjp=False)
        family.add("tri", 3, inputs=[], options={"M": 4, "k": k, "dtype": "int32"}, jvp=False, vjp=False)
    family.add("concatenate", ["$0", "$1"], inputs=[x, x[:1]], options={"axis": 0})
    family.add("concatenate", ["$0", "$1"], inputs=[x, ints([1, 2])], options={"axis": None})
    family.add("stack", ["$0", "$1"], inputs=[v, v * 2], options={"axis": 1})
    for op in ("vstack", "hstack", "dstack", "column_stack"):
        family.add(op, ["$0", "$1"], inputs=[v, v * 2])
    family.add("split", "$0", 2, inputs=[x], options={"axis": 2})
    family.add("split", "$0", [1, 2], inputs=[x], options={"axis": 1})
    family.add("array_split", "$0", 3, inputs=[x], options={"axis": 2})
    family.add("unstack", "$0", inputs=[x], options={"axis": 1})
    family.add("tile", "$0", (2, 1, 3), inputs=[real("tile", (2, 2))])
    family.add("tile", "$0", 2, inputs=[x])
    family.add("repeat", "$0", 2, inputs=[x], options={"axis": 1})
    family.add("repeat", "$0", 2, inputs=[x[0]])
    family.add("repeat", "$0", "$1", inputs=[v, ints([1, 0, 2, 3, 1])], options={"total_repeat_length": 7})
    family.add("roll", "$0", 2, inputs=[x])
    family.add("roll", "$0", (1, -2), inputs=[x], options={"axis": (0, 2)})
    for mode in ("edge", "reflect", "symmetric", "wrap", "mean", "maximum", "minimum", "linear_ramp"):
        family.add("pad", "$0", ((1, 2), (2, 3)), inputs=[real("pad", (3, 4))], options={"mode": mode})
    family.add("pad", "$0", 1, inputs=[x[0]], options={"mode": "constant", "constant_values": 3.0})
    family.add("append", "$0", "$1", inputs=[v, x[0]])
    family.add("insert", "$0", 2, 9.0, inputs=[v])
    family.add("delete", "$0", 2, inputs=[x], options={"axis": 1})
    family.add("arange", 5, inputs=[], jvp=False, vjp=False)
    family.add("arange", 1, inputs=[], options={"stop": 2.5, "step": 0.5}, jvp=False, vjp=False)
    family.add("arange", 7, inputs=[], options={"stop": -2, "step": -3}, jvp=False, vjp=False)
    for options in ({"num": 5}, {"num": 7, "endpoint": False}, {"num": 1}, {"num": 4, "dtype": "int32"}):
        family.add("linspace", -1, 2.5, inputs=[], options=options, jvp=False, vjp=False)
    family.add("linspace", "$0", "$1", inputs=[v[:2], v[2:4]], options={"num": 4, "axis": 1})
    family.add("meshgrid", "$0", "$1", inputs=[v[:2], v[:3]])
    family.add("meshgrid", "$0", "$1", inputs=[v[:2], v[:3]], options={"indexing": "ij", "sparse": True})
    family.add("zeros", (2, 3), inputs=[], jvp=False, vjp=False)
    family.add("full", (2, 2), "$0", inputs=[v[:2]])
    family.add("ones_like", "$0", inputs=[ints([1, 2])], jvp=False, vjp=False)
    family.add("tril_indices", 3, inputs=[], options={"k": -1, "m": 4}, jvp=False, vjp=False)
    family.write()


def contraction():
    family = cases.Family("numpy", "contraction", jnp)
    a, b = real("a", (2, 3)), real("b", (3, 4))
    batch, other = real("batch", (2, 1, 3, 4)), real("other", (5, 4, 2))
    for op in ("matmul", "dot"):
        family.add(op, "$0", "$1", inputs=[a, b], vmap=[(0, None)] if op == "dot" else [(None, 1)])
        family.add(op, "$0", "$1", inputs=[a[0], b])
        family.add(op, "$0", "$1", inputs=[a, b[:, 0]])
        family.add(op, "$0", "$1", inputs=[a[0], b[:, 0]])
        family.add(op, "$0", "$1", inputs=[batch, other])
        family.add(op, "$0", "$1", inputs=[ints([[1, 2], [3, 4]]), ints([[1, 0], [2, 1]], np.int8)], jvp=False, vjp=False)
        family.add(op, "$0", "$1", inputs=[a.astype(bf16), b], jvp=False, vjp=False)
    family.add("matmul", "$0", "$1", inputs=[a[0][:3], real("m", (2, 3, 4))])
    family.add("matmul", "$0", "$1", inputs=[real("m", (2, 3, 4)), b[0]])
    family.add("inner", "$0", "$1", inputs=[a, b.T.copy()])
    family.add("outer", "$0", "$1", inputs=[a, b[:, 0]])
    family.add("vdot", "$0", "$1", inputs=[a, a * 2])
    family.add("vdot", "$0", "$1", inputs=[cases.complexes("v", (3,)), cases.complexes("w", (3,))])
    family.add("vecdot", "$0", "$1", inputs=[a, b[:, :2].T.copy()])
    family.add("kron", "$0", "$1", inputs=[a, b])
    family.add("cross", "$0", "$1", inputs=[a, b[:, :1].T.copy()])
    family.add("tensordot", "$0", "$1", inputs=[real("t", (2, 3, 4)), real("u", (4, 3, 5))], options={"axes": ((1, 2), (1, 0))})
    family.add("tensordot", "$0", "$1", inputs=[a, b], options={"axes": 1})
    family.add("tensordot", "$0", "$1", inputs=[a, b], options={"axes": 0})
    square = real("square", (3, 3))
    for text, operands in (
        ("ij,jk->ik", [a, b]), ("ij,jk", [a, b]), ("ij->ji", [a]), ("ij->", [a]), ("ii->i", [square]), ("ii", [square]), ("ij->j", [a]),
        ("bij,bjk->bik", [real("e", (2, 3, 4)), real("f", (2, 4, 2))]), ("i,j->ij", [a[0], b[0]]), ("ij,ij->i", [a, a + 1]),
        ("...ij,...jk->...ik", [batch, other]), ("ij,jk,kl->il", [a, b, real("c", (4, 2))]), ("bthd,bshd->bhts", [real("q", (2, 3, 2, 4)), real("k", (2, 5, 2, 4))]),
        ("ij,kj->", [a, b[:, :3].copy()]), ("i...->...", [a]), ("ij,j->ji", [a, b[:, 0]]),
    ):
        family.add("einsum", text, *[f"${i}" for i in range(len(operands))], inputs=operands, function=lambda subscripts, *x: jnp.einsum(subscripts, *x))
    family.write()


def indexing():
    family = cases.Family("numpy", "indexing", jnp)
    x = real("indexing", (4, 5))
    i = ints([0, -1, 2])
    get = lambda x, *index: x[tuple(index)]
    family.add("get", "$0", "$1", inputs=[x, i], function=get, vmap=[(1, None), (None, 0)])
    family.add("get", "$0", "$1", "$2", inputs=[x, i, i], function=get)
    family.add("get", "$0", "$1", inputs=[x, ints([[0, 3], [1, 1]])], function=get)
    family.add("get", "$0", 1, "$1", inputs=[x, i], function=get)
    family.add("get", "$0", -1, inputs=[x], function=get)
    family.add("get", "$0", "...", "$1", inputs=[real("three", (2, 3, 4)), i], function=lambda x, dots, i: x[..., i])
    family.add("get", "$0", None, "$1", inputs=[x, i], function=get)
    family.add("outerGet", "$0", "$1", inputs=[real("three", (3, 4, 3)), i], function=lambda x, i: x[i, :, i])
    family.add("sliceGet", "$0", "$1", inputs=[real("three", (2, 4, 3)), i], function=lambda x, i: x[:, 1:3, i[:2]])
    family.add("backwards", "$0", inputs=[x], function=lambda x: x[::-2, 3:0:-1])
    values = real("values", (3, 5))
    for op in ("set", "add", "multiply", "min", "max"):
        at = lambda x, i, v, op=op: getattr(x.at[i], op)(v)
        unique = ints([0, -1, 2])
        smooth = {} if op in ("set", "add") else {"jvp": False, "vjp": False}
        family.add(f"at.{op}", "$0", "$1", "$2", inputs=[x, unique, values], function=at, **smooth)
        family.add(f"at.{op}", "$0", "$1", 2, inputs=[x, unique], function=at, **smooth)
        family.add(f"at.{op}", "$0", "$1", "$2", inputs=[x, ints([1, 9, 2]), values], function=at, note="out of bounds", **smooth)
        family.add(f"atSlice.{op}", "$0", "$1", inputs=[x, real("column", (2,))], function=lambda x, v, op=op: getattr(x.at[1:4:2, 2], op)(v), **smooth)
        family.add(f"atMixed.{op}", "$0", "$1", "$2", inputs=[x, unique, real("mixed", (3, 2))], function=lambda x, i, v, op=op: getattr(x.at[i, 1:3], op)(v), **smooth)
    family.add("at.add", "$0", "$1", "$2", inputs=[x, ints([1, 1, 1]), values], function=lambda x, i, v: x.at[i].add(v))
    for mode in ("fill", "clip", "wrap"):
        family.add("take", "$0", "$1", inputs=[x, ints([0, 7, -9, -1])], options={"axis": 1, "mode": mode})
        if mode != "wrap":
            family.add("take_along_axis", "$0", "$1", inputs=[x, ints([[0], [7], [-1], [2]])], options={"axis": 1, "mode": mode})
    family.add("take", "$0", "$1", inputs=[x, ints([[0, 6], [25, 3]])])
    family.add("take", "$0", "$1", inputs=[ints([1, 2, 3]), ints([0, 5])], jvp=False, vjp=False)
    family.add("take_along_axis", "$0", "$1", inputs=[x, ints([[0, 1, 2, 3, 0], [1, 1, 1, 1, 1]])], options={"axis": 0})
    family.add("unravel_index", "$0", (2, 3), inputs=[ints([0, 3, 5, -1])], jvp=False, vjp=False)
    family.write()


def order():
    family = cases.Family("numpy", "order", jnp)
    x = real("order", (3, 5))
    ties = np.array([2.0, NAN, 1.0, 2.0, -INF, 1.0, INF], np.float32)
    for op in ("sort", "argsort"):
        family.add(op, "$0", inputs=[x], jvp=op == "sort", vjp=op == "sort", vmap=[(0,)])
        family.add(op, "$0", inputs=[x], options={"axis": 0, "descending": True}, jvp=op == "sort", vjp=op == "sort")
        family.add(op, "$0", inputs=[ties], jvp=False, vjp=False)
        family.add(op, "$0", inputs=[ties], options={"descending": True}, jvp=False, vjp=False)
        family.add(op, "$0", inputs=[ints([3, 1, 2, 1])], jvp=False, vjp=False)
    family.add("lexsort", ["$0", "$1"], inputs=[ints([1, 2, 3, 4]), ints([2, 1, 2, 1])], jvp=False, vjp=False)
    edges = np.array([0.0, 1.0, 1.0, 2.0, 4.0], np.float32)
    asked = np.array([[-1.0, 0.0, 1.0], [1.5, 4.0, NAN]], np.float32)
    for side in ("left", "right"):
        family.add("searchsorted", "$0", "$1", inputs=[edges, asked], options={"side": side}, jvp=False, vjp=False)
    for right in (False, True):
        family.add("digitize", "$0", "$1", inputs=[asked[0], edges], options={"right": right}, jvp=False, vjp=False)
        family.add("digitize", "$0", "$1", inputs=[asked[0], edges[::-1].copy()], options={"right": right}, jvp=False, vjp=False)
    for op in ("median", "quantile", "percentile", "nanquantile"):
        q = () if op == "median" else (0.3,) if op != "percentile" else (30.0,)
        family.add(op, "$0", *q, inputs=[x], options={"axis": 1})
        family.add(op, "$0", *q, inputs=[x], options={"keepdims": True})
    for method in ("linear", "lower", "higher", "midpoint", "nearest"):
        family.add("quantile", "$0", "$1", inputs=[x, np.array([0, 0.25, 0.6, 1], np.float32)], options={"axis": 0, "method": method}, jvp=False, vjp=False)
    family.add("median", "$0", inputs=[ties], jvp=False, vjp=False)
    numbers = ints([3, 1, 2, 1, 3, 3])
    family.add("unique", "$0", inputs=[numbers], jvp=False, vjp=False)
    family.add("unique", "$0", inputs=[numbers], options={"return_index": True, "return_inverse": True, "return_counts": True}, jvp=False, vjp=False)
    family.add("unique", "$0", inputs=[numbers], options={"size": 5, "fill_value": 9, "return_counts": True}, jvp=False, vjp=False)
    family.add("nonzero", "$0", inputs=[ints([[0, 1, 2], [0, 0, 3]])], jvp=False, vjp=False)
    family.add("nonzero", "$0", inputs=[ints([[0, 1, 2], [0, 0, 3]])], options={"size": 5, "fill_value": 7}, jvp=False, vjp=False)
    family.add("argwhere", "$0", inputs=[ints([[0, 1, 2], [0, 0, 3]])], jvp=False, vjp=False)
    family.add("isin", "$0", "$1", inputs=[ints([[1, 2], [3, 4]]), ints([2, 3, 9])], jvp=False, vjp=False)
    family.add("bincount", "$0", inputs=[numbers], options={"minlength": 6}, jvp=False, vjp=False)
    family.add("bincount", "$0", inputs=[numbers, real("weights", (6,))], options={"weights": "$1", "length": 3}, jvp=False, vjp=False)
    family.add("histogram", "$0", inputs=[x], options={"bins": 4}, jvp=False, vjp=False)
    family.add("histogram", "$0", inputs=[x], options={"bins": 3, "range": (-1.0, 2.0), "density": True}, jvp=False, vjp=False)
    for op in ("union1d", "intersect1d", "setdiff1d", "setxor1d"):
        family.add(op, "$0", "$1", inputs=[numbers, ints([2, 5])], jvp=False, vjp=False)
    points, values = np.array([0.0, 1.0, 3.0, 4.0], np.float32), np.array([1.0, -1.0, 2.0, 0.0], np.float32)
    family.add("interp", "$0", "$1", "$2", inputs=[np.array([-1.0, 0.5, 1.0, 2.5, 9.0], np.float32), points, values])
    family.add("interp", "$0", "$1", "$2", inputs=[np.array([-1.0, 0.5, 9.0], np.float32), points, values], options={"left": -5.0, "right": 5.0})
    family.add("interp", "$0", "$1", "$2", inputs=[np.array([-1.0, 0.5, 9.0], np.float32), points, values], options={"period": 5.0}, jvp=False, vjp=False)
    family.write()


def signal():
    family = cases.Family("numpy", "signal", jnp)
    x, kernel = real("signal", (6,)), real("kernel", (3,))
    for op in ("convolve", "correlate"):
        for mode in ("full", "same", "valid"):
            family.add(op, "$0", "$1", inputs=[x, kernel], options={"mode": mode})
            family.add(op, "$0", "$1", inputs=[kernel, x], options={"mode": mode}, jvp=False, vjp=False)
    family.add("convolve", "$0", "$1", inputs=[ints([1, 2, 3]), ints([0, 1])], jvp=False, vjp=False)
    for n in (5, 6):
        z, r = cases.complexes("z", (2, n)), real("r", (2, n))
        family.add("fft.fft", "$0", inputs=[z], vmap=[(1,)])
        family.add("fft.ifft", "$0", inputs=[z], options={"axis": 0, "norm": "ortho"})
        family.add("fft.fft", "$0", inputs=[r], options={"n": 4})
        family.add("fft.rfft", "$0", inputs=[r], options={"norm": "forward"}, vmap=[(0,)])
        family.add("fft.irfft", "$0", inputs=[z])
        family.add("fft.irfft", "$0", inputs=[z], options={"n": 5})
        family.add("fft.hfft", "$0", inputs=[z], jvp=False, vjp=False)
        family.add("fft.ihfft", "$0", inputs=[r], jvp=False, vjp=False)
        family.add("fft.fftfreq", n, inputs=[], options={"d": 0.5}, jvp=False, vjp=False)
        family.add("fft.rfftfreq", n, inputs=[], jvp=False, vjp=False)
        family.add("fft.fftshift", "$0", inputs=[r])
        family.add("fft.ifftshift", "$0", inputs=[r], options={"axes": 1})
    cube = real("cube", (2, 3, 4))
    family.add("fft.fft2", "$0", inputs=[cube])
    family.add("fft.rfft2", "$0", inputs=[cube])
    family.add("fft.fftn", "$0", inputs=[cube], options={"s": (3, 3), "axes": (0, 2)})
    family.add("fft.irfftn", "$0", inputs=[cases.complexes("cube", (2, 3, 3))])
    family.add("fft.rfftn", "$0", inputs=[cube])
    matrix = real("spd", (3, 3))
    spd = matrix @ matrix.T + np.eye(3, dtype=np.float32)
    for upper in (False, True):
        family.add("linalg.cholesky", "$0", inputs=[spd], options={"upper": upper})
    family.add("linalg.matrix_power", "$0", 5, inputs=[matrix / 3])
    family.write()


FAMILIES = (ufunc, reduction, shape, contraction, indexing, order, signal)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in FAMILIES:
        if not wanted or make.__name__ in wanted:
            make()
