"""jax.scipy: the rarer special functions, matrices, and solvers.

Writes test/fixtures/scipy/{integrals,matrices,solvers}.json; family.py says what a case is.

    python scipy_functions.py [family ...]
"""

import sys

import jax
import jax.numpy as jnp
import jax.scipy.linalg as linalg_
import jax.scipy.optimize as optimize_
import jax.scipy.sparse.linalg as sparse_
import jax.scipy.special as special_
import numpy as np

import family as cases
from family import complexes, real, whole

INF, NAN = np.inf, np.nan
f32 = lambda *xs: np.array(xs, np.float32)
f64 = lambda *xs: np.array(xs, np.float64)
NONE = dict(jvp=False, vjp=False)


def integrals():
    family = cases.Family("scipy", "integrals", special_)
    add = family.add
    for n in (0, 1, 2, 3, 12):
        add("bernoulli", n, inputs=[], **NONE)
    add("bessel_jn", "$0", inputs=[f64(0.5, 1, 3, 8)], options={"v": 3}, function=special_.bessel_jn)
    add("bessel_jn", "$0", inputs=[f64(0.5, 12)], options={"v": 1, "n_iter": 60}, **NONE)
    for op in ("boxcox", "boxcox1p"):
        add(op, "$0", "$1", inputs=[f32(0.5, 1, 2, 3), f32(0, 2, -1.5, 0.5)], vmap=[(0, 0)])
    x = f32(-3, -0.5, 0.25, 1, 3, 5, 9)
    odd = f32(0, INF, -INF, NAN)
    for op in ("erfcx", "dawsn"):
        add(op, "$0", inputs=[f32(-2, -0.5, 0.25, 1, 4, 8)], vmap=[(0,)])
        add(op, "$0", inputs=[f64(-2, 0.5, 4, 20)], **NONE)
        add(op, "$0", inputs=[np.array([0.5, 2], np.float16)], **NONE)
    add("erfcx", "$0", inputs=[complexes("erfcx", (3,))], **NONE)
    add("wofz", "$0", inputs=[complexes("wofz", (6,))])
    add("wofz", "$0", inputs=[f32(0.5, -1)], **NONE)
    add("wofz", "$0", inputs=[complexes("wofz", (4,), np.complex128)], **NONE)
    positive = f32(0.1, 0.7, 1, 1.5, 3, 6, 12, 20, 40, 70)
    add("expi", "$0", inputs=[positive], vmap=[(0,)])
    add("expi", "$0", inputs=[-positive[:6]])
    add("expi", "$0", inputs=[f64(-2, 0.5, 5, 30)], **NONE)
    add("exp1", "$0", inputs=[positive[:7]], vjp=False)
    add("exp1", "$0", inputs=[f32(0, -1)], **NONE)
    add("expn", 2, "$0", inputs=[f32(0.1, 0.9, 1.5, 8)], vjp=False)
    add("expn", "$0", "$1", inputs=[f32(0, 1, 2, 3, 7, 6000, 1), f32(0.5, 0.5, 2, 0.2, 3, 2, 0)], **NONE)
    for op in ("sici", "fresnel"):
        add(op, "$0", inputs=[f32(-9, -3, -0.5, 0.5, 1, 3, 5, 9, 30)], vmap=[(0,)])
        add(op, "$0", inputs=[f64(-3, 0.5, 2, 9, 40)], **NONE)
        add(op, "$0", inputs=[odd], **NONE)
    add("spence", "$0", inputs=[f32(0.1, 0.4, 0.7, 1.2, 1.8, 3, 20)], jvp=False, vjp=False, vmap=[(0,)])
    add("spence", "$0", inputs=[f32(0, 1, -1)], **NONE)
    add("spence", "$0", inputs=[f64(0.3, 5)], **NONE)
    add("loggamma", "$0", inputs=[f32(0.5, 3, 10)])
    add("loggamma", "$0", inputs=[f32(-0.5, 0, -2)], **NONE)
    add("loggamma", "$0", inputs=[np.array([2 + 1j, 0.5 - 3j, -1.5 + 0.5j, -3.2 - 2j, 6 + 4j], np.complex64)], **NONE)
    add("loggamma", "$0", inputs=[np.array([-1, 0], np.complex64)], **NONE)
    add("owens_t", "$0", "$1", inputs=[f32(0.5, -1, 2, 0, 0.3, 3), f32(0.3, 0.9, 2, 1.5, 5, -0.4)], vmap=[(0, 0)])
    add("owens_t", "$0", "$1", inputs=[f32(1, 0.5, NAN), f32(1, 0, 1)], **NONE)
    a, b, z = f32(0.5, 1, 2, -2, 3), f32(1.5, 2, 0.7, 0.5, 4), f32(0.5, -1, 3, 2, 8)
    add("hyp1f1", "$0", "$1", "$2", inputs=[a, b, z], constant=(0, 1), vmap=[(0, 0, 0)])
    add("hyp1f1", "$0", "$1", "$2", inputs=[f32(0.5, 1.2), f32(1.5, 2), f32(0.5, 1.5)])
    add("hyp1f1", "$0", "$1", "$2", inputs=[f32(0, 2, 1), f32(1, 2, 0), f32(3, 3, 3)], **NONE)
    add("hyp2f1", "$0", "$1", "$2", "$3", inputs=[f32(0.5, 1, -2, 0.3), f32(1.2, 0.5, 1.5, 0.4), f32(2.5, 1.7, 0.5, 1.1), f32(0.5, -0.4, 3, 0.2)], constant=(0, 1, 2))
    add("hyp2f1", "$0", "$1", "$2", "$3", inputs=[f32(0.5), f32(1.2), f32(2.5), f32(0.4)])
    add("hyp2f1", "$0", "$1", "$2", "$3", inputs=[f32(0.5, 0.5, 1, 0, 1, 2, 0.5), f32(1.5, 1, 1, 2, 2, 3, 0.25), f32(3, 2.5, 2, 3, 2, 1, 1.5), f32(0.95, 1, 1, 0.5, 0.5, 0.5, 2)], **NONE)
    n, m = np.array([0, 1, 2, 3, 3, 4], np.int32), np.array([0, -1, 2, 0, -3, 1], np.int32)
    theta, phi = f32(0.3, 1, 1.5, 2, 2.5, 0.7), f32(0, 1, 2, 3, 4, 5)
    add("sph_harm_y", "$0", "$1", "$2", "$3", inputs=[n, m, theta, phi], options={"n_max": 4})
    family.write()


def matrices():
    family = cases.Family("scipy", "matrices", linalg_)
    add = family.add
    v, w = f32(1, 2, -3), f32(9, 4, 5, 6)
    add("toeplitz", "$0", inputs=[v])
    add("toeplitz", "$0", inputs=[v, w], options={"r": "$1"}, vmap=[(0, None), (0, 0)])
    add("toeplitz", "$0", inputs=[complexes("toeplitz", (2, 3))], **NONE)
    add("hankel", "$0", inputs=[v])
    add("hankel", "$0", inputs=[v, w], options={"r": "$1"})
    add("circulant", "$0", inputs=[w], vmap=[(0,)])
    add("circulant", "$0", inputs=[whole("circulant", (2, 3))], **NONE)
    add("leslie", "$0", "$1", inputs=[w, v])
    for op in ("companion", "fiedler_companion"):
        for p in (f32(2, 3, 5), f32(1, -16, 86, -176, 105), f32(2, 6)):
            add(op, "$0", inputs=[p])
    add("fiedler", "$0", inputs=[w])
    for mode in ("full", "same", "valid"):
        for n in (2, 5):
            add("convolution_matrix", "$0", n, inputs=[v], options={"mode": mode})
    for n in (1, 4):
        for op in ("hilbert", "invhilbert", "hadamard"):
            add(op, n, inputs=[], **NONE)
        for kind in ("symmetric", "lower", "upper"):
            add("pascal", n, inputs=[], options={"kind": kind}, **NONE)
            add("invpascal", n, inputs=[], options={"kind": kind}, **NONE)
        add("helmert", n, inputs=[], **NONE)
        add("helmert", n, inputs=[], options={"full": True}, **NONE)
        for scale in (None, "sqrtn", "n"):
            add("dft", n, inputs=[], options={"scale": scale}, **NONE)
    a, b = real("matrix", (4, 4)), real("matrix-b", (3, 3))
    add("hessenberg", "$0", inputs=[a], options={"calc_q": True}, **NONE)
    add("hessenberg", "$0", inputs=[complexes("hessenberg", (3, 3))], **NONE)
    add("lax.hessenberg", "$0", inputs=[np.stack([a, a.T])], function=jax.lax.linalg.hessenberg, **NONE)
    symmetric = a + a.T
    for lower in (True, False):
        def tridiagonal(x, lower=True):
            return jax.lax.linalg.tridiagonal(x, lower=lower)
        add("lax.tridiagonal", "$0", inputs=[symmetric], options={"lower": lower}, function=tridiagonal, **NONE)
    tall = real("tall", (4, 2))
    add("polar", "$0", inputs=[tall], **NONE)
    add("polar", "$0", inputs=[tall.T.copy()], options={"side": "left"}, **NONE)
    add("polar", "$0", inputs=[a], options={"method": "svd"}, **NONE)
    c = real("c", (3, 4))
    add("qr_multiply", "$0", "$1", inputs=[tall, c], function=lambda a, c: linalg_.qr_multiply(a, c), **NONE)
    add("qr_multiply", "$0", "$1", inputs=[tall, real("d", (2, 3))], options={"mode": "left"}, function=lambda a, c, mode="right": linalg_.qr_multiply(a, c, mode), **NONE)
    d, e = f32(1, -2, 3, 0.5), f32(0.5, 1, -1)
    add("eigh_tridiagonal", "$0", "$1", inputs=[d, e], options={"eigvals_only": True}, function=lambda d, e, eigvals_only=False: linalg_.eigh_tridiagonal(d, e, eigvals_only=eigvals_only), **NONE)
    add("eigh_tridiagonal", "$0", "$1", inputs=[d, e], options={"eigvals_only": True, "select": "i", "select_range": (1, 2)}, function=lambda d, e, eigvals_only=False, select="a", select_range=None: linalg_.eigh_tridiagonal(d, e, eigvals_only=eigvals_only, select=select, select_range=select_range), **NONE)
    add("expm_frechet", "$0", "$1", inputs=[b / 2, c[:, :3].copy()], function=lambda A, E: linalg_.expm_frechet(A, E), **NONE)
    definite = b @ b.T + np.eye(3, dtype=np.float32)
    add("sqrtm", "$0", inputs=[definite], **NONE)
    add("sqrtm", "$0", inputs=[b], **NONE)
    add("funm.sin", "$0", inputs=[definite], function=lambda A: linalg_.funm(A, jnp.sin), **NONE)
    add("solve_sylvester", "$0", "$1", "$2", inputs=[a + 4 * np.eye(4, dtype=np.float32), b, real("rhs", (4, 3))], function=lambda A, B, C: linalg_.solve_sylvester(A, B, C), **NONE)
    w3 = b + np.diag(f32(1, 5, 9))
    add("eigvals.sorted", "$0", inputs=[w3], function=lambda A: jnp.sort(jnp.linalg.eigvals(A).real))
    add("eigvals.sum", "$0", inputs=[a], function=lambda A: (jnp.linalg.eigvals(A) ** 3).sum().real)
    add("eig.magnitudes", "$0", inputs=[w3], function=magnitudes)
    add("roots.sum", "$0", inputs=[f32(1, -6, 11, -6.5)], function=lambda p: (jnp.roots(p, strip_zeros=False) ** 2).sum().real)
    add("det", "$0", inputs=[np.zeros((4, 4), np.float32) + np.outer(f32(1, 2, 3, 4), f32(1, 0, -1, 2))], function=jnp.linalg.det)
    singular = a.copy()
    singular[3] = singular[0] + singular[1]
    add("det", "$0", inputs=[singular], function=jnp.linalg.det, vjp=False)
    add("det", "$0", inputs=[np.diag(f32(1, 2, 0, 3))], function=jnp.linalg.det)
    add("det", "$0", inputs=[a], function=jnp.linalg.det, vmap=[(0,)])
    family.write()


def magnitudes(A):
    """The magnitudes of eigenvectors' elements, which no choice of phase changes, by rising eigenvalue."""
    w, _, v = jax.lax.linalg.eig(A, enable_eigvec_derivs=True)
    return jnp.abs(v[:, jnp.argsort(w.real)])


def solvers():
    family = cases.Family("scipy", "solvers", sparse_)
    add = family.add
    a = real("solver", (5, 5))
    definite = a @ a.T + 3 * np.eye(5, dtype=np.float32)
    general = a + 6 * np.eye(5, dtype=np.float32)
    b = real("solver-b", (5,))
    add("cg", "$0", "$1", inputs=[definite, b], options={"tol": 1e-6}, function=lambda A, b, tol=1e-5: sparse_.cg(A, b, tol=tol)[0])
    add("bicgstab", "$0", "$1", inputs=[general, b], options={"tol": 1e-6}, function=lambda A, b, tol=1e-5: sparse_.bicgstab(A, b, tol=tol)[0])
    for method in ("batched", "incremental"):
        add("gmres", "$0", "$1", inputs=[general, b], options={"tol": 1e-6, "solve_method": method}, function=lambda A, b, tol=1e-5, solve_method="batched": sparse_.gmres(A, b, tol=tol, solve_method=solve_method)[0])
    z = complexes("solver", (4, 4))
    zb = complexes("solver-b", (4,))
    hermitian = z @ z.conj().T + 3 * np.eye(4, dtype=np.complex64)
    add("cg", "$0", "$1", inputs=[hermitian.astype(np.complex64), zb], function=lambda A, b: sparse_.cg(A, b)[0], **NONE)
    rosenbrock = lambda x: jnp.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1 - x[:-1]) ** 2.0)
    for method in ("BFGS", "l-bfgs-experimental-do-not-rely-on-this"):
        for x0 in (f64(-1.2, 1), f64(1.3, 0.7, 0.8, 1.9, 1.2)):
            def minimized(x, method):
                r = optimize_.minimize(rosenbrock, x, method=method)
                return r.x, r.fun, r.success, r.status, r.nit, r.nfev
            add("minimize.rosenbrock", "$0", method, inputs=[x0], function=minimized, **NONE)
    family.write()


FAMILIES = (integrals, matrices, solvers)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in FAMILIES:
        if not wanted or make.__name__ in wanted:
            make()
