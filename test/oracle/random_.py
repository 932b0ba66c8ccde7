"""jax.random: exact bits of keys and samplers (threefry2x32), scalars and shapes, 32 bits and fewer.

Writes test/fixtures/random/*.json. A case is `{ op, key, args, outputs }`: `random[op](key, ...args)` with key =
random.key(seed) where `key` is {seed}, wrapKeyData of two words where it is {data}. Outputs are {dtype, shape, bits}:
the words themselves as unsigned integers (a float32's bit pattern is a uint32), so that "equal" means equal. Operations
marked `exact: false` go through transcendental functions, whose last bit belongs to the engine; they carry `data` too.

    python random_.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

import fixture

SEEDS = (0, 1, 42, 2**31 - 1, 2**32 - 1, -1)
EXACT = {"split", "foldIn", "key", "PRNGKey", "keyData", "bits", "uniform", "randint", "permutation", "choice", "bernoulli", "rademacher", "clone"}


def bits(value):
    """An array as {dtype, shape, bits}; a typed key as the words in it."""
    if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return {"dtype": "key<fry>", "shape": list(value.shape), "bits": np.asarray(random.key_data(value)).reshape(-1).tolist()}
    value = np.asarray(value)
    words = value.reshape(-1).view(f"uint{8 * value.dtype.itemsize}") if value.dtype != bool else value.reshape(-1).astype(np.uint8)
    return {"dtype": str(value.dtype), "shape": list(value.shape), "bits": words.tolist()}


def case(op, key_source, *positional, **options):
    function = getattr(random, op)
    if "seed" in key_source:
        key = random.key(key_source["seed"])
    else:
        key = random.wrap_key_data(jnp.asarray(key_source["data"], jnp.uint32))
    result = function(key, *positional, **options)
    record = {"op": fixture.camel(op), "key": key_source, "args": fixture.ported_call(function, (None, *positional), options)[1:]}
    record["outputs"] = [bits(x) for x in jax.tree.leaves(result)]
    if record["op"] not in EXACT:
        record["exact"] = False
        record["data"] = [fixture.array(x)["data"] for x in jax.tree.leaves(result)]
    return record


def keys():
    cases = []
    for seed in SEEDS:
        cases.append({"op": "PRNGKey", "args": [seed], "outputs": [bits(random.PRNGKey(seed))]})
        cases.append({"op": "key", "args": [seed], "outputs": [bits(random.key(seed))]})
        source = {"seed": seed}
        cases += [case("key_data", source), case("split", source), case("split", source, num=5), case("split", source, num=(2, 3))]
        cases += [case("fold_in", source, n) for n in (0, 1, 2**31 - 1)]
    cases += [case("split", {"data": [0xDEADBEEF, 7]}), case("clone", {"seed": 3}), case("split", {"seed": 0}, num=1)]
    fixture.write("random/keys.json", {"seeds": list(SEEDS)}, cases)


SHAPES = ((), (1,), (5,), (2, 3), (0, 2))


def samplers():
    cases, at = [], {"seed": 0}

    def add(op, *positional, source=at, **options):
        cases.append(case(op, source, *positional, **options))

    for dtype in ("uint32", "uint8", "uint16"):
        for shape in SHAPES:
            add("bits", shape=shape, dtype=dtype)
    for shape in SHAPES:
        for op in ("uniform", "normal", "gumbel", "exponential"):
            add(op, shape=shape)
    for dtype in ("bfloat16", "float16"):
        for op in ("uniform", "normal", "gumbel", "exponential", "truncated_normal"):
            extra = (-2.0, 2.0) if op == "truncated_normal" else ()
            add(op, *extra, shape=(6,), dtype=dtype)
    for seed in SEEDS:
        for op in ("uniform", "normal", "bits"):
            add(op, source={"seed": seed}, shape=(3,))
    add("uniform", shape=(6,), minval=-2.0, maxval=5.0)
    add("uniform", shape=(101,))
    add("normal", shape=(101,))
    for low, high in ((0, 10), (-5, 5), (0, 2**31 - 1), (-(2**31), 2**31 - 1), (3, 3), (5, 2), (0, 1)):
        add("randint", (8,), low, high)
    for dtype in ("uint8", "int8", "uint32", "int16"):
        add("randint", (8,), 0, 100, dtype=dtype)
    for n in (0, 1, 7, 100):
        add("permutation", n)
    matrix = jnp.arange(12.0).reshape(4, 3)
    cases += with_array(at, "permutation", matrix, {}, {"axis": 1}, {"independent": True}, {"axis": 1, "independent": True})
    for options in ({}, {"shape": (3,)}, {"shape": (3,), "replace": False}, {"shape": (2, 2), "p": [0.1, 0.2, 0.3, 0.4]}, {"shape": (3,), "p": [0.1, 0.2, 0.3, 0.4], "replace": False}):
        python = options | ({"p": jnp.array(options["p"], jnp.float32)} if "p" in options else {})
        record = case("choice", at, 4, **python)
        record["args"] = [4] + ([fixture.parameter(options)] if options else [])
        cases.append(record)
    cases += with_array(at, "choice", jnp.array([2.0, 5.0, 7.0]), {"shape": (4,)}, {"shape": (2,), "replace": False})
    logits = jnp.array([[0.5, -1.0, 2.0], [0.0, 0.0, 0.0]], jnp.float32)
    cases += with_array(at, "categorical", logits, {}, {"axis": 0}, {"shape": (4, 2)}, {"shape": (2, 2), "replace": False})
    for p in (0.0, 0.25, 0.5, 1.0):
        add("bernoulli", p=p, shape=(8,))
    cases += [case("multinomial", at, 20.0, jnp.array([[0.1, 0.2, 0.7], [0.5, 0.0, 0.5]], jnp.float32)), case("multinomial", at, jnp.array([5.0, 400.0]), jnp.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]], jnp.float32))]
    add("binomial", 1000.0, 0.3, shape=(6,))
    for mode in ("low", "high"):
        add("gumbel", shape=(6,), mode=mode)
        add("bernoulli", p=0.3, shape=(8,), mode=mode)
    for low, high in ((-2.0, 2.0), (0.0, 1.0), (-10.0, -1.0), (1.0, 3.0)):
        add("truncated_normal", low, high, shape=(6,))
    for op in ("rademacher", "cauchy", "laplace", "logistic", "maxwell"):
        add(op, shape=(6,))
    for a in (0.3, 1.0, 4.5):
        add("gamma", a, shape=(4,))
        add("loggamma", a, shape=(4,))
        add("poisson", 3 * a, shape=(6,))
        add("chisquare", a, shape=(4,))
        add("t", a, shape=(4,))
        add("pareto", a, shape=(4,))
        add("beta", a, 2.0, shape=(4,))
        add("rayleigh", a, shape=(4,))
    add("poisson", 50.0, shape=(6,))
    add("geometric", 0.3, shape=(6,))
    add("lognormal", sigma=0.5, shape=(4,))
    add("triangular", 0.0, 1.0, 3.0, shape=(4,))
    add("wald", 1.5, shape=(4,))
    add("weibull_min", 1.5, 2.0, shape=(4,))
    add("binomial", 10.0, 0.3, shape=(6,))
    add("generalized_normal", 1.5, shape=(4,))
    add("ball", 3, shape=(2,))
    add("orthogonal", 3)
    add("double_sided_maxwell", 1.0, 2.0, shape=(4,))
    add("f", 2.0, 3.0, shape=(4,))
    cases += with_array(at, "dirichlet", jnp.array([0.5, 1.0, 2.0]), {"shape": (2,)})
    mean, covariance = jnp.array([1.0, -1.0]), jnp.array([[2.0, 0.5], [0.5, 1.0]])
    for method in ("cholesky",):
        cases.append(case("multivariate_normal", at, mean, covariance, shape=(3,), method=method))
    fixture.write("random/samplers.json", {}, cases)


def gradients():
    """How samples move with their parameters: jvp in the direction of 1, at key(0), for each parameter."""
    cases = []
    for op, parameters in {
        "gamma": [[0.05, 0.3, 1.0, 4.5, 40.0]],
        "loggamma": [[0.05, 0.3, 1.0, 4.5, 40.0]],
        "beta": [[0.3, 1.0, 4.5], [2.0, 0.5, 30.0]],
        "t": [[1.0, 4.5, 20.0]],
        "dirichlet": [[0.5, 1.0, 2.0]],
        "chisquare": [[1.0, 4.5, 20.0]],
    }.items():
        arrays = [jnp.array(p, jnp.float32) for p in parameters]
        function = lambda *p: getattr(random, op)(random.key(0), *p)
        _, tangent = jax.jvp(function, arrays, [jnp.ones_like(a) for a in arrays])
        cases.append({"op": fixture.camel(op), "inputs": fixture.arrays(arrays), "outputs": fixture.arrays([tangent])})
    fixture.write("random/gradients.json", {}, cases)


def wide():
    """Seeds, bits, floats and integers of 64 bits, with jax_enable_x64."""
    cases = []
    with jax.enable_x64(True):
        for seed in (2**40 + 5, -3):
            cases.append({"op": "key", "args": [fixture.number(seed)], "outputs": [bits(random.key(seed))]})
        for op, options in (("bits", {}), ("uniform", {}), ("uniform", {"dtype": "float32"}), ("normal", {}), ("exponential", {})):
            cases.append(case(op, {"seed": 1}, shape=(4,), **options))
        cases.append(case("randint", {"seed": 1}, (5,), -(2**40), 2**41))
        cases.append(case("permutation", {"seed": 1}, 6))
        cases.append(case("rademacher", {"seed": 1}, shape=(8,), dtype="float32"))
    for c in cases:
        for out in c["outputs"]:
            out["bits"] = [str(b) for b in out["bits"]]
    fixture.write("random/wide.json", {"x64": True}, cases)


def with_array(source, op, array, *option_sets):
    return [case(op, source, array, **options) for options in option_sets]


def through_transforms():
    """vmap over keys and jit leave the bits what they are."""
    split = random.split(random.key(7), 3)
    cases = []
    for name, function in {
        "vmapNormal": lambda k: random.normal(k, (4,)),
        "vmapSplit": lambda k: random.split(k, 2),
        "vmapRandint": lambda k: random.randint(k, (4,), 0, 100),
        "vmapFoldIn": lambda k: random.fold_in(k, 9),
    }.items():
        cases.append({"op": name, "keys": bits(split)["bits"], "outputs": [bits(jax.jit(jax.vmap(function))(split))]})
    fixture.write("random/transforms.json", {"meaning": "vmap of normal(k, shape [4]), split(k, 2), randint(k, [4], 0, 100), foldIn(k, 9) over split(key(7), 3)"}, cases)


if __name__ == "__main__":
    keys()
    samplers()
    through_transforms()
    gradients()
    wide()
