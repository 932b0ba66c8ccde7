"""What jax.lax has beyond the primitives: factorizations by invariants, reductions by any function, rarer forms.

Writes test/fixtures/lax/{linalg,rare}.json and test/fixtures/numpy/systems.json; family.py says what a case is. Factors that are unique up to signs are
compared through products that do not depend on them: the function of a case says which.

    python lax.py [family ...]
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import family as cases
from family import complexes, real, whole

T = lambda x: jnp.swapaxes(x, -1, -2)
H = lambda x: T(x).conj()


class Factors:
    """Functions of factorizations that every right one has in common. Mirrored in test/lax/linalg.test.ts."""

    @staticmethod
    def eigh_function(x):
        """v sin(w) v^H, and w."""
        v, w = lax.linalg.eigh(x)
        return (v * jnp.sin(w)[..., None, :]) @ H(v), w

    @staticmethod
    def svd_function(x):
        """u sin(s) v^H, and s."""
        u, s, vh = lax.linalg.svd(x, full_matrices=False)
        return (u * jnp.sin(s)[..., None, :]) @ vh, s

    @staticmethod
    def singular_values(x):
        return lax.linalg.svd(x, compute_uv=False)

    @staticmethod
    def full_singular_vectors(x):
        """u u^H and v v^H of the full factors, the identity."""
        u, _, vh = lax.linalg.svd(x)
        return u @ H(u), H(vh) @ vh


def linalg():
    family = cases.Family("lax", "linalg", Factors)
    lapack = lambda op: getattr(lax.linalg, op.split(".")[1])

    def add(op, *args, **kwargs):
        family.add(op, *args, function=lapack(op), **kwargs)

    square, tall, wide = real("square", (3, 3)) + 3 * np.eye(3, dtype=np.float32), real("tall", (4, 2)), real("wide", (2, 4))
    for x in (square, wide, tall, np.stack([square, square.T])):
        add("linalg.lu", "$0", inputs=[x], vmap=[(0,)] if x.ndim == 3 else ())
    add("linalg.lu", "$0", inputs=[complexes("lu", (3, 3))])
    add("linalg.lu", "$0", inputs=[np.array([[0, 1], [0, 2]], np.float32)], jvp=False, vjp=False, note="singular")
    add("linalg.lu", "$0", inputs=[square.astype(np.float64)])
    add("linalg.lu_pivots_to_permutation", "$0", 5, inputs=[np.array([[3, 2, 4], [0, 1, 2]], np.int32)])
    for x in (square, tall, wide, np.stack([tall, -tall])):
        for full in (True, False):
            add("linalg.qr", "$0", inputs=[x], options={"full_matrices": full})
    add("linalg.qr", "$0", inputs=[complexes("qr", (3, 2))], options={"full_matrices": False})
    add("linalg.qr", "$0", inputs=[real("pivots", (4, 3))], options={"pivoting": True, "full_matrices": False})
    add("linalg.cholesky_update", "$0", "$1", inputs=[np.triu(square), real("w", (3,))], jvp=False, vjp=False)
    add("linalg.symmetric_product", "$0", "$1", inputs=[tall, np.eye(4, dtype=np.float32)], options={"alpha": 0.5, "beta": 2.0})
    bands = [real(name, (4,), 0.2, 1) for name in ("below", "above")]
    add("linalg.tridiagonal_solve", "$0", "$1", "$2", "$3", inputs=[bands[0], real("main", (4,), 3, 5), bands[1], real("right", (4, 2))])
    for x in (square + square.T, complexes("eigh", (3, 3)), np.stack([square, -square])):
        family.add("eigh_function", "$0", inputs=[x])
    for x in (square, tall, wide, complexes("svd", (3, 2)), np.stack([tall, -tall])):
        family.add("svd_function", "$0", inputs=[x])
        family.add("singular_values", "$0", inputs=[x])
    low_rank = np.outer([1.0, 2, 3], [1, -1, 0.5]).astype(np.float32)
    for x in (low_rank, np.zeros((3, 2), np.float32), np.eye(3, dtype=np.float32)):
        family.add("svd_function", "$0", inputs=[x], jvp=False, vjp=False)
        family.add("full_singular_vectors", "$0", inputs=[x], jvp=False, vjp=False)
    family.write()


def rare():
    family = cases.Family("lax", "rare", lax)
    x = real("rare", (3, 4))
    for name, f in {"logaddexp": jnp.logaddexp, "quotient": lambda a, b: a * b / (a + b)}.items():
        positive = real(name, (2, 5), 0.5, 2)
        identity = -np.inf if name == "logaddexp" else np.inf
        start = np.float32(-5 if name == "logaddexp" else 4)
        add = family.add
        add("reduce", "$0", "$1", {"function": name}, [1], inputs=[positive, start], function=lambda a, i, _, d, f=f: lax.reduce(a, i, f, d))
        add("reduce_window", "$0", "$1", {"function": name}, [1, 2], inputs=[positive, start], options={"window_strides": [1, 2], "padding": "SAME"},
            function=lambda a, i, _, w, window_strides=None, padding="VALID", f=f: lax.reduce_window(a, i, f, w, window_strides, padding), jvp=False, vjp=False)
    for name, f in {"mul": lax.mul, "add": lax.add, "max": lax.max}.items():
        family.add("reduce_window", "$0", "$1", {"function": name}, [2, 2], inputs=[x, np.float32(2)], options={"padding": [[0, 1], [1, 0]]},
                   function=lambda a, i, _, w, padding="VALID", f=f: lax.reduce_window(a, i, f, w, (1, 1), padding), jvp=False, vjp=False)
    family.add("batch_matmul", "$0", "$1", inputs=[real("bm", (2, 3, 4)), real("bn", (2, 4, 2))])
    family.add("ragged_dot", "$0", "$1", "$2", inputs=[real("rl", (6, 3)), real("rr", (3, 3, 2)), np.array([2, 0, 3], np.int32)], jvp=False, vjp=False)
    image, kernel = real("image", (1, 5, 6, 2)), real("kernel", (3, 2, 2, 2))
    for options in ({}, {"transpose_kernel": True}, {"rhs_dilation": [2, 1]}):
        for padding in ("SAME", "VALID"):
            family.add("conv_transpose", "$0", "$1", [2, 1], padding, inputs=[image, kernel], options=options, jvp=False)
    family.add("conv_transpose", "$0", "$1", [2, 1], ((1, 1), (0, 1)), inputs=[image, kernel], options={"use_consistent_padding": True}, jvp=False, vjp=False)
    numbers = {"dimension_numbers": ["NHWC", "HWIO", "NHWC"]}
    tuples = lambda f: lambda *args, dimension_numbers=None, **kw: f(*args, dimension_numbers=dimension_numbers and tuple(dimension_numbers), **kw)
    family.add("conv_general_dilated_patches", "$0", [3, 2], [1, 2], "SAME", inputs=[image], options=numbers, function=tuples(lax.conv_general_dilated_patches), jvp=False)
    family.add("conv_general_dilated_patches", "$0", [2], [1], "VALID", inputs=[real("line", (2, 3, 5))], jvp=False)
    family.add("conv_general_dilated_local", "$0", "$1", [1, 1], "VALID", [2, 2], inputs=[real("li", (1, 3, 4, 2)), real("lk", (2, 3, 8, 3))], options=numbers, function=tuples(lax.conv_general_dilated_local), jvp=False)
    family.add("conv", "$0", "$1", [1], "SAME", inputs=[real("ci", (1, 2, 5)), real("ck", (3, 2, 2))], jvp=False)
    family.add("index_take", "$0", ["$1", "$2"], [0, 1], inputs=[real("src", (3, 4, 2)), np.array([0, -1, 2], np.int32), np.array([1, 5, -6], np.int32)], jvp=False, vjp=False)
    family.add("approx_min_k", "$0", 2, inputs=[x], options={"reduction_dimension": 1}, jvp=False, vjp=False)
    family.add("top_k", "$0", 2, inputs=[x], options={"axis": 0}, jvp=False)
    family.add("broadcast_to_rank", "$0", 3, inputs=[x], jvp=False, vjp=False)
    family.add("stack", ["$0", "$1"], inputs=[x, -x], options={"axis": 1}, jvp=False)
    family.add("unstack", "$0", inputs=[x], options={"axis": 1}, jvp=False)
    family.add("dynamic_update_slice_in_dim", "$0", "$1", "$2", 1, inputs=[x, real("new", (3, 2)), np.int32(-2)])
    family.write()


def systems():
    """jnp.linalg: what is solved with the factorizations."""
    family = cases.Family("numpy", "systems", jnp.linalg)
    for n in (1, 2, 3, 4):
        square = real(f"det{n}", (n, n)) + 2 * np.eye(n, dtype=np.float32)
        for op in ("det", "slogdet", "inv"):
            family.add(op, "$0", inputs=[square], vmap=[(0,)] if n == 2 else ())
        family.add("solve", "$0", "$1", inputs=[square, real("b", (n,))])
        family.add("solve", "$0", "$1", inputs=[square, real("b", (n, 2))])
    batch = real("batch", (2, 3, 3)) + 3 * np.eye(3, dtype=np.float32)
    family.add("solve", "$0", "$1", inputs=[batch, real("rb", (3, 2))], vmap=[(0, None)])
    family.add("solve", "$0", "$1", inputs=[batch, real("rv", (3,))])
    family.add("det", "$0", inputs=[batch])
    family.add("inv", "$0", inputs=[complexes("inv", (3, 3))])
    family.add("slogdet", "$0", inputs=[complexes("slogdet", (3, 3))], jvp=False, vjp=False)
    family.add("slogdet", "$0", inputs=[np.array([[1, 2], [2, 4]], np.float32)], jvp=False, vjp=False)
    family.add("det", "$0", inputs=[np.array([[1, 2], [2, 4]], np.float32)], note="singular")
    family.add("inv", "$0", inputs=[whole("inv", (3, 3)) + 20 * np.eye(3, dtype=np.int32)])
    tall = real("tall", (4, 2))
    for x in (tall, tall.T, complexes("pinv", (3, 2))):
        family.add("pinv", "$0", inputs=[x])
    family.add("pinv", "$0", inputs=[np.outer([1, 2, 3], [1, -1]).astype(np.float32)], jvp=False, vjp=False)
    family.add("lstsq", "$0", "$1", inputs=[tall, real("lb", (4,))], jvp=False, vjp=False, options={"numpy_resid": False})
    family.add("lstsq", "$0", "$1", inputs=[tall.T, real("lb", (2, 3))], jvp=False, vjp=False)
    family.add("eigvalsh", "$0", inputs=[batch])
    family.add("svdvals", "$0", inputs=[tall])
    family.add("svd", "$0", inputs=[batch[0] + batch[0].T], options={"compute_uv": False, "hermitian": True})
    family.add("qr", "$0", inputs=[tall], options={"mode": "r"})
    family.add("qr", "$0", inputs=[tall])
    family.add("qr", "$0", inputs=[tall], options={"mode": "complete"})
    family.write()


FAMILIES = (linalg, rare, systems)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in FAMILIES:
        if not wanted or make.__name__ in wanted:
            make()
