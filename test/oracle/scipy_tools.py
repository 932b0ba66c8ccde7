"""jax.scipy beyond special functions: signals, images, cosine transforms, samples, grids, matrices, solvers.

Writes test/fixtures/scipy/{signal,spectra,samples,matrices,solvers}.json; family.py says what a case is. Names are those of
the modules, behind the module's last word where two have the same.

    python scipy_tools.py [family ...]
"""

import sys

import jax
import jax.numpy as jnp
import jax.scipy as jsp
import numpy as np

import family as cases
from family import bf16, complexes, real, truth, whole

INF, NAN = np.inf, np.nan
f32 = lambda *xs: np.array(xs, np.float32)
i32 = lambda *xs: np.array(xs, np.int32)
NONE = dict(jvp=False, vjp=False)


def signal():
    family = cases.Family("scipy", "signal", jsp)
    add = family.add
    pairs = [((7,), (3,)), ((3,), (7,)), ((4, 5), (2, 3)), ((3, 4, 2), (2, 2, 1))]
    for mode in ("full", "same", "valid"):
        for a, b in pairs:
            x, y = real(f"signal{a}", a), real(f"kernel{b}", b)
            for op in ("convolve", "correlate"):
                add(f"signal.{op}", "$0", "$1", inputs=[x, y], options={"mode": mode})
                add(f"signal.{op}", "$0", "$1", inputs=[x, y], options={"mode": mode, "method": "fft"}, **NONE)
            add("signal.fftconvolve", "$0", "$1", inputs=[x, y], options={"mode": mode}, vmap=[(0, None)])
            if len(a) == 2:
                for op in ("convolve2d", "correlate2d"):
                    add(f"signal.{op}", "$0", "$1", inputs=[x, y], options={"mode": mode}, vmap=[(0, None), (0, 0)])
                    add(f"signal.{op}", "$0", "$1", inputs=[y, x], options={"mode": mode})
        add("signal.fftconvolve", "$0", "$1", inputs=[real("f", (3, 6)), real("g", (3, 2))], options={"mode": mode, "axes": 1})
        add("signal.fftconvolve", "$0", "$1", inputs=[complexes("f", (5,)), complexes("g", (3,))], options={"mode": mode})
        add("signal.correlate", "$0", "$1", inputs=[complexes("f", (5,)), complexes("g", (3,))], options={"mode": mode}, **NONE)
    add("signal.convolve", "$0", "$1", inputs=[i32(1, 2, 3), i32(4, 5)], **NONE)
    add("signal.convolve", "$0", "$1", inputs=[real("w", (6,), dtype=np.float64), real("v", (2,), dtype=np.float64)])
    image = real("image", (4, 5))
    places = [real("row", (3, 2), -2.5, 6.5), real("column", (3, 2), -2.5, 7.5)]
    for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
        for order in (0, 1):
            add("ndimage.map_coordinates", "$0", ["$1", "$2"], order, inputs=[image, *places], options={"mode": mode})
    add("ndimage.map_coordinates", "$0", ["$1"], 1, inputs=[i32(1, 5, 9), f32(0.25, 0.5, 1.75, 5)], options={"cval": 7}, **NONE)
    add("ndimage.map_coordinates", "$0", ["$1"], 1, inputs=[f32(1, 5, 9), f32(0.25, 3)], options={"cval": 2.0}, vmap=[(None, 0), (0, 0)])
    for op in ("dct", "idct"):
        for n in (1, 4, 5):
            x = real(f"{op}{n}", (2, n))
            add(f"fft.{op}", "$0", inputs=[x], vmap=[(0,)])
            add(f"fft.{op}", "$0", inputs=[x], options={"norm": "ortho", "axis": 0})
        add(f"fft.{op}", "$0", inputs=[real(op, (2, 4))], options={"n": 6})
        add(f"fft.{op}", "$0", inputs=[real(op, (2, 4))], options={"n": 3})
        add(f"fft.{op}", "$0", inputs=[complexes(op, (3,))])
        add(f"fft.{op}", "$0", inputs=[real(op, (4,), dtype=np.float64)])
    for op in ("dctn", "idctn"):
        x = real(op, (2, 3, 4))
        for options in ({}, {"norm": "ortho"}, {"axes": (0, 2)}, {"s": (3, 2)}, {"axes": (1,), "s": (5,)}):
            add(f"fft.{op}", "$0", inputs=[x], options=options)
    add("integrate.trapezoid", "$0", inputs=[real("area", (3, 4))], options={"dx": 0.5, "axis": 0})
    points = real("points", (5, 2))
    add("cluster.vq", "$0", "$1", inputs=[points, real("book", (3, 2))], function=jsp.cluster.vq.vq, jvp=True, vjp=False)
    add("cluster.vq", "$0", "$1", inputs=[f32(1, 2, 8), f32(0, 7)], function=jsp.cluster.vq.vq, **NONE)
    grid = [f32(0, 1, 2.5), f32(-1, 0, 2, 3)]
    values = real("grid", (3, 4, 2))
    xi = np.stack([real("x0", (6,), -0.5, 3), real("x1", (6,), -1.5, 3.5)], -1)
    for method in ("linear", "nearest"):
        for fill in (None, NAN, 5.0):
            def interpolate(x, y, values, xi, method=None, fillValue=None):
                return jsp.interpolate.RegularGridInterpolator((x, y), values, method=method, fill_value=fillValue)(xi)
            add("interpolate.grid", "$0", "$1", "$2", "$3", inputs=[*grid, values, xi], options={"method": method, "fillValue": fill}, function=interpolate, constant=(0, 1), jvp=fill is None, vjp=fill is None)
    family.write()


def spectra():
    family = cases.Family("scipy", "spectra", jsp.signal)
    add = family.add
    x, y = real("time", (2, 40)), real("other", (2, 40))
    for options in ({}, {"type": "constant"}, {"bp": (10, 25)}, {"axis": 0, "type": "constant"}):
        add("detrend", "$0", inputs=[x], options=options)
    add("stft", "$0", inputs=[x], options={"nperseg": 8}, vmap=[(0,)])
    for options in (
        {"nperseg": 8, "noverlap": 6, "fs": 10.0},
        {"nperseg": 7, "nfft": 16, "boundary": None, "padded": False},
        {"nperseg": 8, "boundary": "even"},
        {"nperseg": 8, "boundary": "odd"},
        {"nperseg": 8, "boundary": "constant"},
        {"nperseg": 8, "window": "hamming", "detrend": "constant"},
        {"nperseg": 8, "window": ("tukey", 0.25), "return_onesided": False},
        {"nperseg": 8, "window": ("kaiser", 4.0), "detrend": "linear"},
    ):
        add("stft", "$0", inputs=[x], options=options, **NONE)
    add("stft", "$0", inputs=[x.T.copy()], options={"nperseg": 8, "axis": 0}, **NONE)
    for window in ("boxcar", "hamming", "blackman", "bartlett", "nuttall", "blackmanharris", "flattop"):
        add("welch", "$0", inputs=[x], options={"nperseg": 9, "window": window}, **NONE)
    for options in ({}, {"nperseg": 16}, {"nperseg": 8, "scaling": "spectrum", "average": "median"}, {"nperseg": 8, "detrend": "linear", "fs": 2.0}, {"nperseg": 9, "return_onesided": False}):
        add("welch", "$0", inputs=[x], options=options)
        add("csd", "$0", "$1", inputs=[x, y], options=options, **NONE)
    add("csd", "$0", "$1", inputs=[x, y[:, :30]], options={"nperseg": 8}, **NONE)
    add("welch", "$0", inputs=[complexes("time", (32,))], options={"nperseg": 8}, **NONE)
    add("welch", "$0", inputs=[real("time", (32,), dtype=np.float64)], options={"nperseg": 8}, **NONE)
    Z = np.asarray(jsp.signal.stft(x, nperseg=8)[2])
    add("istft", "$0", inputs=[Z], options={"nperseg": 8}, vmap=[(0,)])
    add("istft", "$0", inputs=[Z], options={"nperseg": 8, "fs": 4.0, "boundary": False}, **NONE)
    add("istft", "$0", inputs=[np.moveaxis(Z, 0, -1).copy()], options={"nperseg": 8, "freq_axis": 0, "time_axis": 1}, **NONE)
    full = np.asarray(jsp.signal.stft(x, nperseg=8, noverlap=6, window="hamming", return_onesided=False)[2])
    add("istft", "$0", inputs=[full], options={"nperseg": 8, "noverlap": 6, "window": "hamming", "input_onesided": False}, **NONE)
    family.write()


def samples():
    family = cases.Family("scipy", "samples", jsp.stats)
    add = family.add
    mu = f32(0, 0.3, 2.5, 9.9, 30, 99, 250)
    add("poisson.entropy", "$0", inputs=[mu], **NONE)
    add("poisson.entropy", "$0", inputs=[f32(0.3, 2.5, 30, 250)], vmap=[(0,)], **NONE)
    add("poisson.entropy", "$0", "$1", inputs=[f32(2.5), f32(1, 2, 3)], function=lambda mu, loc: jsp.stats.poisson.entropy(mu, loc), **NONE)
    k, n = f32(0, 1, 3, 5, 6, -1), f32(5, 5, 5, 5, 5, 5)
    p = f32(0.3, 0.2, 0.7, 0.5, 0.5, 0.5)
    for f in ("logpmf", "pmf"):
        add(f"binom.{f}", "$0", "$1", "$2", inputs=[k, n, p], constant=(0, 1), vjp=f == "pmf", jvp=f == "pmf", vmap=[(0, 0, 0)])
        add(f"binom.{f}", "$0", "$1", "$2", inputs=[i32(2, 3), np.int32(5), np.float32(0.25)], options={"loc": 1}, **NONE)
        add(f"binom.{f}", "$0", "$1", "$2", inputs=[f32(0, 0, 4), f32(0, 3, 4), f32(0.5, 0, 1)], **NONE)
        add(f"nbinom.{f}", "$0", "$1", "$2", inputs=[f32(0, 1, 4, 10), f32(2, 3.5, 1, 4), f32(0.3, 0.2, 0.7, 0.5)], constant=(0,))
        add(f"nbinom.{f}", "$0", "$1", "$2", inputs=[f32(-1, 2), f32(2, 3), f32(0.3, 1)], **NONE)
        add(f"betabinom.{f}", "$0", "$1", "$2", "$3", inputs=[f32(0, 1, 3), f32(5, 5, 3), f32(0.5, 2, 1), f32(2, 1.5, 1)], constant=(0, 1))
        add(f"betabinom.{f}", "$0", "$1", "$2", "$3", inputs=[f32(0, 6, -1, 1), f32(0, 5, 5, -1), f32(1, 1, 1, 1), f32(1, 1, 1, 1)], **NONE)
        add(f"multinomial.{f}", "$0", "$1", "$2", inputs=[i32(1, 2, 0), np.int32(3), f32(0.2, 0.5, 0.3)])
        add(f"multinomial.{f}", "$0", "$1", "$2", inputs=[i32(1, 2, 0), np.int32(4), f32(0.2, 0.5, 0.3)], **NONE)
        d = f.replace("pmf", "pdf")
        add(f"dirichlet.{d}", "$0", "$1", inputs=[f32(0.2, 0.5, 0.3), f32(1.5, 2, 0.7)], vmap=[(0, None), (None, 0)])
        add(f"dirichlet.{d}", "$0", "$1", inputs=[f32([0.2, 0.6], [0.5, 0.3]), f32(1.5, 2, 0.7)])
        add(f"dirichlet.{d}", "$0", "$1", inputs=[f32(0.2, 0.5, 0.5), f32(1.5, 2, 0.7)], **NONE)
        add(f"gennorm.{d}", "$0", "$1", inputs=[f32(-2, 0.5, 1, 3), f32(1, 2, 0.7, 3)], vmap=[(0, 0)])
        add(f"vonmises.{d}", "$0", "$1", inputs=[f32(-2, 0.5, 1, 3), f32(1, 2, 0.7, 30)])
        add(f"vonmises.{d}", "$0", "$1", inputs=[f32(1), f32(0, -1)], **NONE)
        add(f"wrapcauchy.{d}", "$0", "$1", inputs=[f32(0.5, 1, 3), f32(0.1, 0.5, 0.9)])
        add(f"wrapcauchy.{d}", "$0", "$1", inputs=[f32(-1, 7, 1, 1), f32(0.5, 0.5, 0, 1)], **NONE)
    add("gennorm.cdf", "$0", "$1", inputs=[f32(-2, 0.5, 1, 3), f32(1, 2, 0.7, 3)], constant=(1,))
    add("gennorm.cdf", "$0", "$1", inputs=[f32(0), f32(1, 2)], **NONE)
    for f in ("logpdf", "pdf", "logcdf", "cdf", "logsf", "sf"):
        add(f"truncnorm.{f}", "$0", "$1", "$2", inputs=[f32(-0.5, 0.2, 1.2, 2.2, -2.5), f32(-1, -1, 1, 2, -3), f32(1, 0.5, 3, 2.5, -2)], vmap=[(0, 0, 0)])
        add(f"truncnorm.{f}", "$0", "$1", "$2", inputs=[f32(-2, 2, 0, 0), f32(-1, -1, 1, 0), f32(1, 1, 0, 1)], **NONE)
        add(f"truncnorm.{f}", "$0", "$1", "$2", inputs=[f32(1.5, 3), f32(-1, 0.5), f32(2, 1.5)], options={"loc": 1, "scale": 2.0}, **NONE)
    repeated = i32([3, 1, 1, 2], [2, 1, 3, 2], [3, 0, 1, 0])
    for axis in (0, 1, None):
        add("mode", "$0", inputs=[repeated], options={"axis": axis}, **NONE)
        add("mode", "$0", inputs=[repeated.astype(np.float32)], options={"axis": axis, "keepdims": True}, **NONE)
    add("mode", "$0", inputs=[f32(1, NAN, NAN, 1, NAN)], **NONE)
    for method in ("average", "min", "max", "dense", "ordinal"):
        add("rankdata", "$0", inputs=[repeated], options={"method": method}, **NONE)
        add("rankdata", "$0", inputs=[real("ranks", (2, 5), digits=0)], options={"method": method, "axis": 1}, vmap=[(0,)], **NONE)
    add("rankdata", "$0", inputs=[f32(1, NAN, 2)], **NONE)
    x = real("sem", (3, 4))
    for options in ({}, {"axis": None}, {"axis": 1, "ddof": 0, "keepdims": True}):
        add("sem", "$0", inputs=[x], options=options)
    add("sem", "$0", inputs=[np.where(truth("holes", (3, 4)), x, np.float32(NAN))], options={"nan_policy": "omit", "axis": 1}, **NONE)
    data, at = real("kde", (2, 6)), real("kde-at", (2, 3))
    weights = f32(1, 2, 1, 3, 1, 1)

    def kde(method):
        def f(data, points, bw_method=None):
            return getattr(jsp.stats.gaussian_kde(data, bw_method=bw_method), method)(points)
        return f

    for method in ("evaluate", "pdf", "logpdf"):
        for bw in (None, "silverman", 0.7):
            add(f"gaussian_kde.{method}", "$0", "$1", inputs=[data, at], options={"bw_method": bw}, function=kde(method))
    add("gaussian_kde.weighted", "$0", "$1", "$2", inputs=[data, weights, at], function=lambda d, w, p: jsp.stats.gaussian_kde(d, weights=w).logpdf(p))
    add("gaussian_kde.line", "$0", "$1", inputs=[data[0], f32(-1, 0, 2)], function=lambda d, p: jsp.stats.gaussian_kde(d)(p))
    add("gaussian_kde.integrate_box_1d", "$0", "$1", "$2", inputs=[data[0], np.float32(-1), np.float32(2)], function=lambda d, a, b: jsp.stats.gaussian_kde(d).integrate_box_1d(a, b))
    add("gaussian_kde.integrate_gaussian", "$0", "$1", "$2", inputs=[data, f32(0.5, -1), f32([2, 0.5], [0.5, 1])], function=lambda d, m, c: jsp.stats.gaussian_kde(d).integrate_gaussian(m, c))
    add("gaussian_kde.integrate_kde", "$0", "$1", inputs=[data, real("kde2", (2, 4))], function=lambda d, e: jsp.stats.gaussian_kde(d).integrate_kde(jsp.stats.gaussian_kde(e)))
    add("gaussian_kde.resample", "$0", inputs=[data], function=lambda d: jsp.stats.gaussian_kde(d).resample(jax.random.key(3), (4,)), **NONE)
    family.write()


FAMILIES = (signal, spectra, samples)

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in FAMILIES:
        if not wanted or make.__name__ in wanted:
            make()
