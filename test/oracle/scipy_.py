"""jax.scipy: special functions and distributions.

Writes test/fixtures/scipy/{special,stats}.json; family.py says what a case is. Names are those of jax.scipy.special, and
DISTRIBUTION.FUNCTION of jax.scipy.stats.

    python scipy_.py [family ...]
"""

import sys

import jax.scipy.special as special_
import jax.scipy.stats as stats_
import numpy as np

import family as cases
from family import real

INF, NAN = np.inf, np.nan
f32 = lambda *xs: np.array(xs, np.float32)


def special():
    family = cases.Family("scipy", "special", special_)
    add = family.add
    for op in ("digamma", "erf", "erfc", "expit", "gammaln", "gamma", "i0", "i0e", "i1", "i1e", "ndtr", "log_ndtr", "factorial"):
        add(op, "$0", inputs=[f32(0.1, 0.5, 1.0, 2.5, 4.0, 7.5)], vmap=[(0,)])
    add("gamma", "$0", inputs=[f32(-0.5, -1.5, -2.5)])
    for op in ("ndtr", "log_ndtr"):
        add(op, "$0", inputs=[f32(-30, -12, -9, -3, -0.5, 0, 0.5, 4, 6, 12)])
        add(op, "$0", inputs=[np.array([-30, -12, -3, 0, 4, 9], np.float64)])
    p = f32(1e-10, 1e-4, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999)
    for op in ("logit", "ndtri", "erfinv"):
        add(op, "$0", inputs=[p])
    add("ndtri", "$0", inputs=[f32(0, 1)], jvp=False, vjp=False)
    for op in ("xlogy", "xlog1py", "beta", "betaln", "rel_entr", "kl_div", "poch"):
        add(op, "$0", "$1", inputs=[f32(0.5, 1, 2, 3.5), f32(0.3, 1.5, 2, 0.7)], vmap=[(0, 0)])
    for op in ("xlogy", "xlog1py", "rel_entr", "kl_div"):
        add(op, "$0", "$1", inputs=[f32(0, 0, 1), f32(0, 2, 0)], jvp=False, vjp=False)
    add("entr", "$0", inputs=[f32(0.2, 1, 2.5)])
    add("entr", "$0", inputs=[f32(0, -1)], jvp=False, vjp=False)
    a, x = f32(0.1, 0.5, 1, 2, 5, 30, 3), f32(0.05, 2, 0.5, 3, 2, 40, 10)
    for op in ("gammainc", "gammaincc"):
        add(op, "$0", "$1", inputs=[a, x])
        add(op, "$0", "$1", inputs=[f32(1, 2, 0, 1), f32(0, INF, 1, -1)], jvp=False, vjp=False)
    add("betainc", "$0", "$1", "$2", inputs=[f32(0.5, 2, 5, 1), f32(1, 3, 0.7, 10), f32(0.2, 0.9, 0.5, 0.05)], constant=(0, 1))
    add("betainc", "$0", "$1", "$2", inputs=[f32(1, 1), f32(2, 2), f32(0, 1)], jvp=False, vjp=False)
    add("multigammaln", "$0", 3, inputs=[f32(2, 4.5)])
    add("comb", "$0", "$1", inputs=[f32(5, 7, 3), f32(2, 0, 5)], jvp=False, vjp=False)
    add("gammaln", "$0", inputs=[np.array([1, 3, 6], np.int32)])
    add("zeta", "$0", inputs=[f32(2, 3.5)], options={"q": 1.5}, jvp=False, vjp=False)
    add("polygamma", "$0", "$1", inputs=[np.array([1, 2], np.int32), f32(0.5, 3)], jvp=False, vjp=False)
    family.write()


# Distribution: parameters, points, quantile functions.
DISTRIBUTIONS = {
    "norm": ((), (-2.5, 0.0, 1.2, 30.0)),
    "cauchy": ((), (-2.5, 0.0, 1.2)),
    "laplace": ((), (-2.5, 0.3, 1.2)),
    "logistic": ((), (-2.5, 0.0, 1.2)),
    "expon": ((), (-1.0, 0.4, 2.5)),
    "uniform": ((), (-0.5, 0.4, 1.5)),
    "gamma": ((2.5,), (0.4, 2.5, 7.0)),
    "beta": ((2.5, 0.7), (0.1, 0.5, 0.9)),
    "t": ((3.5,), (-2.5, 0.0, 1.2)),
    "chi2": ((3.5,), (0.4, 2.5, 7.0)),
    "pareto": ((2.5,), (1.1, 2.5, 7.0)),
    "gumbel_l": ((), (-2.5, 0.0, 1.2)),
    "gumbel_r": ((), (-2.5, 0.0, 1.2)),
}


def stats():
    family = cases.Family("scipy", "stats", stats_)
    for name, (parameters, points) in DISTRIBUTIONS.items():
        module = getattr(stats_, name)
        for function in ("logpdf", "pdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"):
            if not hasattr(module, function):
                continue
            at = f32(0.05, 0.5, 0.95) if function in ("ppf", "isf") else f32(*points)
            inputs = [at, *(np.float32(p) for p in parameters)]
            names = [f"${i}" for i in range(len(inputs))]
            held = tuple(range(1, len(inputs))) if name == "beta" and "pdf" not in function else ()
            family.add(f"{name}.{function}", *names, inputs=inputs, constant=held)
            if name != "t" or function == "logpdf":
                family.add(f"{name}.{function}", *names, inputs=inputs, options={"loc": 0.5, "scale": 2.0}, jvp=False, vjp=False)
    k = np.array([0, 1, 3, -1], np.int32)
    for function in ("pmf", "logpmf", "cdf"):
        family.add(f"poisson.{function}", "$0", 2.5, inputs=[k], jvp=False, vjp=False)
        family.add(f"bernoulli.{function}", "$0", 0.3, inputs=[k], jvp=False, vjp=False)
    family.add("poisson.logpmf", 3, "$0", inputs=[f32(0.5, 2.5)])
    family.add("bernoulli.ppf", "$0", 0.3, inputs=[f32(0.1, 0.7, 0.9)], jvp=False, vjp=False)
    mean, cov = f32(0.5, -1), np.array([[2, 0.5], [0.5, 1]], np.float32)
    for function in ("logpdf", "pdf"):
        family.add(f"multivariate_normal.{function}", "$0", "$1", "$2", inputs=[real("mvn", (3, 2)), mean, cov])
    family.write()


FAMILIES = (special, stats)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in FAMILIES:
        if not wanted or make.__name__ in wanted:
            make()
