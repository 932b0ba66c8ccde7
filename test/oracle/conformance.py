"""Every differentiable callable of jax.numpy, lax, nn, scipy, random and ops, once, through every transformation.

Writes test/fixtures/conformance/{numpy,lax,nn,scipy,random}.json. A case is one call on small inputs, and what JAX says to it:

    { op, args, inputs, outputs, tangents, cotangents, batched, batchedCotangents, ulps? }

- `outputs`: the leaves of the value;
- `tangents`: those of the jvp along `direction`, for the inexact outputs;
- `cotangents`: of the inexact inputs, by the vjp along `direction` of the inexact outputs;
- `batched`: the outputs of vmap over the first axis of the inexact inputs, each stacked with 1.25 times itself;
- `batchedCotangents`: vmap of that vjp.

What is null cannot be differentiated (batched) in JAX either. `direction` is a formula, so that directions need not be
written down: ((7 i + 3) mod 11 - 5) / 4 for element i, and for imaginary parts that of element i + 4.

    python conformance.py [module ...]
"""

import sys

import jax
import jax.numpy as jnp
import jax.scipy
import numpy as np

import fixture
from family import REFUSALS, complexes, differentiable, real, resolve

MODULES = {"numpy": jnp, "lax": jax.lax, "nn": jax.nn, "scipy": jax.scipy, "random": jax.random, "ops": jax.ops}


def direction(x):
    i = np.arange(x.size)
    part = lambda shift: (((7 * (i + shift) + 3) % 11) - 5) / 4
    values = part(0) + 1j * part(4) if x.dtype.kind == "c" else part(0)
    return jnp.asarray(values.reshape(x.shape), x.dtype)


def split(leaves):
    return [i for i, x in enumerate(leaves) if differentiable(x)]


def attempt(op, what, compute):
    try:
        return fixture.arrays(compute())
    except REFUSALS as error:
        print(f"  {op}: no {what}:", str(error).split("\n")[0][:100], file=sys.stderr)
        return None


def case(path, args, options, inputs, ulps):
    module, _, op = path.partition(".")
    function = resolve(MODULES[module], op)
    values = [jnp.asarray(x) for x in inputs]
    moving = split(values)

    def call(*xs):
        full = [xs[moving.index(i)] if i in moving else v for i, v in enumerate(values)]
        return jax.tree.leaves(function(*[fixture.substitute(a, full) for a in args], **fixture.substitute(options, full)))

    def smooth(*xs):
        out = call(*xs)
        return [out[i] for i in split(out)]

    def pulled(*xs):
        out, pull = jax.vjp(smooth, *xs)
        return pull([direction(y) for y in out])

    xs = [values[i] for i in moving]
    stacked = [jnp.stack([x, x * np.asarray(1.25, x.dtype)]) for x in xs]
    outputs = call(*xs)
    record = {
        "op": ".".join(map(fixture.camel, path.split("."))),
        "args": fixture.ported_call(function, args, options),
        "inputs": fixture.arrays(values),
        "outputs": fixture.arrays(outputs),
    }
    derives = len(xs) > 0 and len(split(outputs)) > 0
    record["tangents"] = attempt(path, "jvp", lambda: jax.jvp(smooth, xs, [direction(x) for x in xs])[1]) if derives else None
    record["cotangents"] = attempt(path, "vjp", lambda: pulled(*xs)) if derives and record["tangents"] else None
    record["batched"] = attempt(path, "vmap", lambda: jax.vmap(call)(*stacked)) if xs else None
    record["batchedCotangents"] = attempt(path, "vmap of vjp", lambda: jax.vmap(pulled)(*stacked)) if record["cotangents"] else None
    if ulps:
        record["ulps"] = ulps
    return record


class Cases:
    def __init__(self, module):
        self.module, self.cases = module, []

    def add(self, ops, *args, inputs, ulps=None, **options):
        for op in ops.split():
            self.cases.append(case(f"{self.module}.{op}", args, options, [np.asarray(x) for x in inputs], ulps))

    def write(self):
        fixture.write(f"conformance/{self.module}.json", {"module": self.module}, self.cases)


# Inputs: two by three numbers of both signs, their absolute values, numbers below 0.8, positive definite matrices, ...
x = np.array([[-2.5, -0.75, 0.4], [1.25, 2.0, -1.3]], np.float32)
y = np.array([[0.5, 2.25, -0.6], [1.75, -1.5, 0.9]], np.float32)
positive = np.abs(x) + np.float32(0.3)
above = np.abs(x) + np.float32(1.1)
small = np.array([[-0.7, -0.25, 0.1], [0.45, 0.6, -0.35]], np.float32)
unit = np.array([[0.1, 0.25, 0.4], [0.55, 0.7, 0.35]], np.float32)
i = np.array([[5, -3, 2], [7, 0, -1]], np.int32)
vector = np.array([0.5, -1.5, 2.25, 0.75], np.float32)
square = np.array([[2.0, 0.5, -0.25], [0.75, 3.0, 0.5], [-0.5, 0.25, 1.5]], np.float32)
definite = np.array([[3.0, 0.5, -0.25], [0.5, 2.0, 0.75], [-0.25, 0.75, 4.0]], np.float32)
cube = real("cube", (2, 3, 4))
wave = np.array([0.5, -1.25, 2.0, 0.25, -0.75, 1.5], np.float32)
key = np.array([0, 42], np.uint32)


def numpy():
    c = Cases("numpy")
    c.add("abs absolute fabs negative positive square exp exp2 expm1 sin cos tan sinh cosh tanh arctan atan arcsinh asinh cbrt sinc "
          "deg2rad rad2deg degrees radians reciprocal conj conjugate real nan_to_num sign floor ceil trunc rint round around "
          "ravel transpose matrix_transpose flip fliplr flipud sum prod mean var std max min amax amin ptp cumsum cumprod "
          "nansum nanprod nanmean nanvar nanstd nanmax nanmin nancumsum nancumprod median nanmedian sort diff tril triu trace diagonal "
          "rot90 copy array asarray atleast_1d atleast_2d atleast_3d ones_like zeros_like empty_like squeeze argmax argmin argsort "
          "nanargmax nanargmin isfinite isnan isinf isneginf isposinf signbit logical_not all any count_nonzero imag angle diagflat "
          "unstack broadcast_arrays gradient modf sort_complex unwrap isreal iscomplex ", "$0", inputs=[x])
    c.add("log log2 log10 log1p sqrt", "$0", inputs=[positive])
    c.add("arccosh acosh", "$0", inputs=[above])
    c.add("arcsin asin arccos acos arctanh atanh i0", "$0", inputs=[small])
    c.add("add subtract multiply divide true_divide maximum minimum fmax fmin arctan2 atan2 hypot logaddexp logaddexp2 copysign remainder mod "
          "fmod floor_divide divmod heaviside nextafter equal not_equal less less_equal greater greater_equal logical_and logical_or "
          "logical_xor isclose allclose array_equal array_equiv", "$0", "$1", inputs=[x, y])
    c.add("power float_power pow", "$0", "$1", inputs=[positive, y])
    c.add("ldexp", "$0", "$1", inputs=[x, i])
    c.add("bitwise_and bitwise_or bitwise_xor gcd lcm left_shift right_shift bitwise_left_shift bitwise_right_shift", "$0", "$1", inputs=[np.abs(i), np.abs(i[::-1])])
    c.add("bitwise_not bitwise_invert invert bitwise_count", "$0", inputs=[i])
    c.add("full_like", "$0", 2.5, inputs=[x])
    c.add("clip", "$0", inputs=[x], min=-1.0, max=1.5)
    c.add("sum prod mean var std max min cumsum cumprod nanmean nansum median argmax all", "$0", inputs=[x], axis=1)
    c.add("cumulative_sum cumulative_prod", "$0", inputs=[x], axis=1)
    c.add("quantile nanquantile", "$0", 0.3, inputs=[x])
    c.add("percentile nanpercentile", "$0", 40.0, inputs=[x], axis=1)
    c.add("average", "$0", inputs=[x, positive], axis=1, weights="$1")
    c.add("cov corrcoef", "$0", inputs=[x])
    c.add("where", "$0", "$1", "$2", inputs=[x > 0, x, y])
    c.add("select", ["$0", "$1"], ["$2", "$3"], inputs=[x > 0, y > 0, x, y])
    c.add("choose", "$0", ["$1", "$2"], inputs=[(x > 0).astype(np.int32), x, y])
    c.add("reshape", "$0", (3, 2), inputs=[x])
    c.add("moveaxis", "$0", 0, 2, inputs=[cube])
    c.add("swapaxes", "$0", 0, 2, inputs=[cube])
    c.add("rollaxis", "$0", 2, inputs=[cube])
    c.add("expand_dims", "$0", 1, inputs=[x])
    c.add("broadcast_to", "$0", (2, 2, 3), inputs=[x])
    c.add("concatenate stack vstack hstack dstack column_stack concat block", ["$0", "$1"], inputs=[x, y])
    c.add("append", "$0", "$1", inputs=[x, y])
    c.add("split array_split", "$0", 3, inputs=[x], axis=1)
    c.add("hsplit vsplit", "$0", 1, inputs=[x])
    c.add("dsplit", "$0", 2, inputs=[cube])
    c.add("tile", "$0", (2, 1), inputs=[x])
    c.add("repeat", "$0", 2, inputs=[x], axis=1)
    c.add("roll", "$0", 2, inputs=[x], axis=1)
    c.add("pad", "$0", ((1, 0), (2, 1)), inputs=[x])
    c.add("delete", "$0", 1, inputs=[x], axis=1)
    c.add("insert", "$0", 1, "$1", inputs=[x, vector[:2]], axis=1)
    c.add("diag", "$0", inputs=[x], k=1)
    c.add("take", "$0", "$1", inputs=[x, np.array([2, 0])], axis=1)
    c.add("take_along_axis", "$0", "$1", inputs=[x, np.array([[2, 0], [1, 1]])], axis=1)
    c.add("put_along_axis", "$0", "$1", "$2", inputs=[x, np.array([[2, 0], [1, 0]]), y[:, :2]], axis=1, inplace=False)
    c.add("put", "$0", "$1", "$2", inputs=[x, np.array([2, 0]), vector[:2]], inplace=False)
    c.add("partition argpartition", "$0", 1, inputs=[x])
    c.add("searchsorted", "$0", "$1", inputs=[np.sort(vector), x])
    c.add("interp", "$0", "$1", "$2", inputs=[small, np.array([-1.0, -0.3, 0.2, 0.9], np.float32), vector])
    c.add("convolve correlate", "$0", "$1", inputs=[vector, wave])
    c.add("trapezoid", "$0", inputs=[x])
    c.add("ediff1d", "$0", inputs=[x])
    c.add("linspace", "$0", "$1", inputs=[vector[:2], vector[2:]], num=4)
    c.add("logspace", "$0", "$1", inputs=[small[0], small[1]], num=4, ulps=256)
    c.add("geomspace", "$0", "$1", inputs=[positive[0], positive[1]], num=4, ulps=256)
    c.add("meshgrid", "$0", "$1", inputs=[vector[:2], vector[1:]])
    c.add("vander", "$0", inputs=[vector])
    c.add("polyval", "$0", "$1", inputs=[vector, small])
    c.add("matmul dot", "$0", "$1", inputs=[x, y.T.copy()])
    c.add("inner vecdot vdot", "$0", "$1", inputs=[x, y])
    c.add("outer kron", "$0", "$1", inputs=[x, y])
    c.add("cross", "$0", "$1", inputs=[x, y])
    c.add("matvec", "$0", "$1", inputs=[x, vector[:3]])
    c.add("vecmat", "$0", "$1", inputs=[vector[:2], x])
    c.add("tensordot", "$0", "$1", inputs=[x, y], axes=((1,), (1,)))
    c.add("einsum", "ij,kj->ik", "$0", "$1", inputs=[x, y])
    c.add("histogram", "$0", inputs=[x], bins=4, ulps=64)
    c.add("bincount", "$0", inputs=[np.array([1, 0, 2, 1], np.int32), vector], weights="$1", length=4)
    c.add("nonzero flatnonzero argwhere", "$0", inputs=[x > 0], size=3)
    c.add("isin", "$0", "$1", inputs=[i, np.array([2, 7], np.int32)])
    c.add("unravel_index", "$0", (2, 3), inputs=[np.array([4, 1])])
    c.add("fft.fft fft.ifft fft.fft2 fft.ifft2 fft.fftn fft.ifftn", "$0", inputs=[complexes("fft", (2, 3))])
    c.add("fft.rfft fft.rfft2 fft.rfftn fft.ihfft", "$0", inputs=[np.stack([wave, wave[::-1]])])
    c.add("fft.irfft fft.irfft2 fft.irfftn fft.hfft", "$0", inputs=[complexes("irfft", (2, 3))])
    c.add("fft.fftshift fft.ifftshift", "$0", inputs=[x])
    c.add("linalg.det linalg.slogdet linalg.inv linalg.pinv linalg.qr", "$0", inputs=[square], ulps=256)
    c.add("linalg.cholesky linalg.eigvalsh", "$0", inputs=[definite], ulps=256)
    c.add("linalg.svdvals", "$0", inputs=[x], ulps=256)
    c.add("linalg.norm linalg.vector_norm linalg.matrix_transpose linalg.diagonal linalg.trace", "$0", inputs=[x])
    c.add("linalg.solve", "$0", "$1", inputs=[square, x.T.copy()], ulps=256)
    c.add("linalg.matmul", "$0", "$1", inputs=[x, y.T.copy()])
    c.add("linalg.multi_dot", ["$0", "$1", "$2"], inputs=[x, square, y.T.copy()])
    c.add("linalg.matrix_power", "$0", 3, inputs=[square], ulps=256)
    c.add("linalg.outer", "$0", "$1", inputs=[vector, wave])
    c.add("linalg.cross linalg.vecdot", "$0", "$1", inputs=[x, y])
    c.add("linalg.tensordot", "$0", "$1", inputs=[x, y], axes=((1,), (1,)))
    c.add("linalg.matrix_norm", "$0", inputs=[x])
    c.write()


def lax():
    c = Cases("lax")
    c.add("abs neg sign exp exp2 expm1 sin cos tan sinh cosh tanh asinh atan cbrt square logistic erf erfc floor ceil round is_finite "
          "stop_gradient bessel_i0e bessel_i1e reciprocal", "$0", inputs=[x])
    c.add("real imag conj", "$0", inputs=[complexes("parts", (2, 3))])
    c.add("log log1p sqrt rsqrt lgamma digamma", "$0", inputs=[positive])
    c.add("acosh", "$0", inputs=[above])
    c.add("asin acos atanh erf_inv", "$0", inputs=[small])
    c.add("add sub mul div rem max min atan2 eq ne lt le gt ge nextafter complex", "$0", "$1", inputs=[x, y])
    c.add("pow igamma igammac", "$0", "$1", inputs=[positive, np.abs(y)], ulps=64)
    c.add("integer_pow", "$0", 3, inputs=[x])
    c.add("clamp", "$0", "$1", "$2", inputs=[np.float32(-1), x, np.float32(1.5)])
    c.add("select", "$0", "$1", "$2", inputs=[x > 0, x, y])
    c.add("select_n", "$0", "$1", "$2", inputs=[x > 0, x, y])
    c.add("bitwise_and bitwise_or bitwise_xor shift_left shift_right_arithmetic shift_right_logical", "$0", "$1", inputs=[np.abs(i), np.abs(i[::-1])])
    c.add("bitwise_not population_count clz", "$0", inputs=[i])
    c.add("convert_element_type", "$0", "float16", inputs=[x], ulps=1)
    c.add("bitcast_convert_type", "$0", "int32", inputs=[x])
    c.add("reduce_precision", "$0", 5, 4, inputs=[x])
    c.add("reduce_sum reduce_max reduce_min reduce_prod", "$0", (1,), inputs=[x])
    c.add("reduce_and reduce_or", "$0", (1,), inputs=[x > 0])
    c.add("argmax argmin", "$0", 1, "int32", inputs=[x])
    c.add("cumsum cumprod cummax cummin cumlogsumexp", "$0", inputs=[x], axis=1)
    c.add("reshape", "$0", (3, 2), inputs=[x])
    c.add("transpose", "$0", (1, 0), inputs=[x])
    c.add("broadcast", "$0", (2,), inputs=[x])
    c.add("broadcast_in_dim", "$0", (2, 4, 3), (0, 2), inputs=[x])
    c.add("expand_dims", "$0", (1,), inputs=[x])
    c.add("squeeze", "$0", (1,), inputs=[x[:, None]])
    c.add("rev", "$0", (1,), inputs=[x])
    c.add("collapse", "$0", 0, inputs=[cube], stop_dimension=2)
    c.add("concatenate", ["$0", "$1"], 1, inputs=[x, y])
    c.add("pad", "$0", "$1", [(1, 0, 1), (-1, 2, 0)], inputs=[x, np.float32(0.5)])
    c.add("slice", "$0", (0, 1), (2, 3), inputs=[x])
    c.add("slice_in_dim", "$0", 1, 3, inputs=[x], axis=1)
    c.add("index_in_dim", "$0", 1, inputs=[x], axis=1)
    c.add("dynamic_slice", "$0", ("$1", "$2"), (1, 2), inputs=[x, np.int32(1), np.int32(1)])
    c.add("dynamic_slice_in_dim", "$0", "$1", 2, inputs=[x, np.int32(1)], axis=1)
    c.add("dynamic_index_in_dim", "$0", "$1", inputs=[x, np.int32(1)], axis=1)
    c.add("dynamic_update_slice", "$0", "$1", ("$2", "$3"), inputs=[x, y[:1, :2], np.int32(1), np.int32(0)])
    c.add("dynamic_update_slice_in_dim", "$0", "$1", "$2", 1, inputs=[x, y[:, :2], np.int32(1)])
    c.add("dynamic_update_index_in_dim", "$0", "$1", "$2", 1, inputs=[x, y[:, 0], np.int32(2)])
    c.add("sort", "$0", inputs=[x])
    c.add("sort_key_val", "$0", "$1", inputs=[x, y])
    c.add("top_k", "$0", 2, inputs=[x])
    c.add("dot", "$0", "$1", inputs=[x, y.T.copy()])
    c.add("dot_general", "$0", "$1", (((1,), (1,)), ((), ())), inputs=[x, y])
    c.add("batch_matmul", "$0", "$1", inputs=[cube, cube.transpose(0, 2, 1).copy()])
    image, kernel = real("image", (1, 2, 5, 4)), real("kernel", (3, 2, 2, 2))
    c.add("conv", "$0", "$1", (1, 1), "SAME", inputs=[image, kernel], ulps=64)
    c.add("conv_general_dilated", "$0", "$1", (2, 1), [(1, 0), (0, 1)], inputs=[image, kernel], rhs_dilation=(1, 2), ulps=64)
    c.add("conv_with_general_padding", "$0", "$1", (1, 1), [(1, 0), (0, 1)], (1, 1), (1, 1), inputs=[image, kernel], ulps=64)
    c.add("conv_transpose", "$0", "$1", (2, 2), "SAME", inputs=[real("imaget", (1, 3, 2, 2)), real("kernelt", (2, 2, 2, 3))], ulps=64)
    c.add("fft", "$0", "FFT", (3,), inputs=[complexes("laxfft", (2, 3))])
    c.add("full_like", "$0", 2.5, inputs=[x])
    c.add("iota", "float32", 4, inputs=[])
    c.add("broadcasted_iota", "int32", (2, 3), 1, inputs=[])
    c.add("full", (2, 3), "$0", inputs=[np.float32(1.5)])
    c.write()


def nn():
    c = Cases("nn")
    c.add("relu relu6 sigmoid silu swish softplus log_sigmoid elu selu celu gelu leaky_relu hard_sigmoid hard_tanh hard_silu hard_swish mish soft_sign "
          "tanh glu softmax log_softmax logsumexp standardize squareplus sparse_plus sparse_sigmoid identity logmeanexp",
          "$0", inputs=[np.concatenate([x, y], 1)])
    c.add("log1mexp", "$0", inputs=[positive])
    c.add("one_hot", "$0", 4, inputs=[np.array([2, 0, 3])])
    c.add("dot_product_attention", "$0", "$1", "$2", inputs=[real("q", (3, 2, 4)), real("k", (3, 2, 4)), real("v", (3, 2, 4))], ulps=64)
    c.write()


def scipy():
    c = Cases("scipy")
    c.add("special.erf special.erfc special.expit special.i0e special.i1e special.i0 special.i1 special.ndtr special.log_ndtr special.softmax "
          "special.log_softmax special.logsumexp", "$0", inputs=[x], ulps=64)
    c.add("special.erfinv", "$0", inputs=[small])
    c.add("special.logit special.ndtri special.entr", "$0", inputs=[unit], ulps=64)
    c.add("special.gammaln special.digamma special.gamma special.factorial", "$0", inputs=[positive], ulps=256)
    c.add("special.xlogy special.xlog1py special.rel_entr special.kl_div special.beta special.betaln special.gammainc special.gammaincc",
          "$0", "$1", inputs=[positive, np.abs(y)], ulps=512)
    c.add("special.betainc", "$0", "$1", "$2", inputs=[np.abs(y), positive, unit], ulps=512)
    c.add("special.multigammaln", "$0", 2, inputs=[above], ulps=256)
    c.add("linalg.cholesky linalg.expm", "$0", inputs=[definite], ulps=512)
    c.add("linalg.det linalg.inv", "$0", inputs=[square], ulps=256)
    c.add("linalg.lu_factor", "$0", inputs=[square], ulps=256)
    c.add("linalg.solve", "$0", "$1", inputs=[square, x.T.copy()], ulps=256)
    c.add("linalg.solve_triangular", "$0", "$1", inputs=[square, x.T.copy()], lower=True, ulps=256)
    c.add("linalg.block_diag", "$0", "$1", inputs=[x, square])
    for name, start, end in (("norm", x, "pdf logpdf cdf logcdf sf logsf"), ("logistic", x, "pdf logpdf cdf sf"), ("laplace", x, "pdf logpdf cdf"),
                             ("cauchy", x, "pdf logpdf cdf logcdf sf logsf"), ("expon", positive, "pdf logpdf cdf logcdf sf logsf")):
        for op in end.split():
            c.add(f"stats.{name}.{op}", "$0", inputs=[start], ulps=256)
    for op in ("norm.ppf", "norm.isf", "logistic.ppf", "logistic.isf", "cauchy.ppf", "cauchy.isf", "expon.ppf", "uniform.pdf", "uniform.logpdf",
               "uniform.cdf", "uniform.ppf"):
        c.add(f"stats.{op}", "$0", inputs=[unit], ulps=256)
    for op in "pdf logpdf cdf logcdf sf logsf".split():
        c.add(f"stats.gamma.{op}", "$0", "$1", inputs=[positive, np.abs(y)], ulps=1024)
        c.add(f"stats.beta.{op}", "$0", "$1", "$2", inputs=[unit, positive, np.abs(y)], ulps=1024)
    c.add("stats.t.pdf stats.t.logpdf", "$0", "$1", inputs=[x, positive], ulps=512)
    c.add("stats.multivariate_normal.pdf stats.multivariate_normal.logpdf", "$0", "$1", "$2", inputs=[x, vector[:3], definite], ulps=1024)
    c.add("stats.bernoulli.pmf stats.bernoulli.logpmf stats.bernoulli.cdf", "$0", "$1", inputs=[np.array([[0, 1, 1], [1, 0, 0]]), unit], ulps=64)
    c.add("stats.poisson.pmf stats.poisson.logpmf stats.poisson.cdf", "$0", "$1", inputs=[np.array([[0, 1, 4], [1, 2, 3]]), positive], ulps=512)
    c.write()


def random():
    c = Cases("random")
    shape = (2, 3)
    c.add("uniform normal exponential gumbel laplace logistic cauchy rademacher", "$0", inputs=[key], shape=shape, ulps=64)
    c.add("truncated_normal", "$0", "$1", "$2", inputs=[key, small, positive], shape=shape, ulps=256)
    c.add("gamma loggamma", "$0", "$1", inputs=[key, positive], ulps=1024)
    c.add("beta", "$0", "$1", "$2", inputs=[key, positive, np.abs(y)], ulps=2048)
    c.add("dirichlet", "$0", "$1", inputs=[key, positive], ulps=2048)
    c.add("t chisquare pareto", "$0", "$1", inputs=[key, positive], ulps=2048)
    c.add("multivariate_normal", "$0", "$1", "$2", inputs=[key, vector[:3], definite], method="cholesky", ulps=256)
    c.add("bernoulli", "$0", inputs=[key, unit], p="$1")
    c.add("poisson", "$0", "$1", inputs=[key, positive])
    c.add("categorical", "$0", "$1", inputs=[key, x])
    c.add("permutation", "$0", "$1", inputs=[key, x])
    c.add("choice", "$0", "$1", inputs=[key, x], shape=(3,))
    c.write()


def ops():
    c = Cases("ops")
    c.add("segment_sum segment_prod segment_max segment_min", "$0", "$1", inputs=[cube[0], np.array([0, 1, 0])], num_segments=2)
    c.write()


if __name__ == "__main__":
    for name in sys.argv[1:] or ["numpy", "lax", "nn", "scipy", "random", "ops"]:
        globals()[name]()
