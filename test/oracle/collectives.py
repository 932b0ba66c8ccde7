"""Collectives inside vmap: values and gradients.

Writes test/fixtures/transforms/collectives.json. Every function takes one example and is written in TypeScript by the
same name (test/lax/collective.test.ts). A case is

    { function, inputs, outputs, gradients, outerGradients }

where outputs = vmap(f, axis_name="i")(inputs); nested functions are mapped a second time, over an axis "j" outside.
`gradients` are those inside (vmap(grad(sum . f))), `outerGradients` those outside (grad(sum . vmap(f))), null where
JAX has none.

    python collectives.py
"""

import jax
import jax.numpy as jnp
from jax import lax

import fixture

SIZE = 4


def shift(x):
    return lax.ppermute(x, "i", [(k, (k + 1) % SIZE) for k in range(SIZE)])


FUNCTIONS = {
    "psum": lambda x: lax.psum(jnp.sin(x), "i"),
    "psumOfConstant": lambda x: x * lax.psum(2.5, "i"),
    "psumTwice": lambda x: lax.psum(x * lax.psum(x * x, "i"), "i"),
    "pmean": lambda x: lax.pmean(x * x, "i"),
    "centered": lambda x: (x - lax.pmean(x, "i")) ** 3,
    "pmax": lambda x: lax.pmax(x, "i"),
    "pmin": lambda x: x * lax.pmin(x, "i"),
    "softmax": lambda x: (jnp.exp(x) / lax.psum(jnp.exp(x), "i")) ** 2,
    "axisIndex": lambda x: x * (1 + lax.axis_index("i")),
    "axisSize": lambda x: x * lax.axis_size("i"),
    "allGather": lambda x: lax.all_gather(x * x, "i"),
    "allGatherLast": lambda x: jnp.sin(lax.all_gather(x, "i", axis=1)),
    "allGatherTiled": lambda x: lax.all_gather(x, "i", tiled=True) ** 2,
    "psumScatter": lambda x: lax.psum_scatter(jnp.stack([x, 2 * x, x * x, -x]), "i"),
    "psumScatterTiled": lambda x: lax.psum_scatter(jnp.concatenate([x, 2 * x, x * x, -x]), "i", tiled=True),
    "ppermute": lambda x: shift(x) * x,
    "pshuffle": lambda x: lax.pshuffle(x, "i", [2, 0, 3, 1]) * x,
    "allToAll": lambda x: lax.all_to_all(jnp.outer(jnp.arange(1.0, SIZE + 1), x * x), "i", 0, 1),
    "allToAllTiled": lambda x: lax.all_to_all(jnp.outer(jnp.arange(1.0, 2 * SIZE + 1), x), "i", 0, 1, tiled=True),
    "insideJit": lambda x: jax.jit(lambda y: y * lax.psum(y, "i"))(x),
    "insideCheckpoint": lambda x: jax.checkpoint(lambda y: jnp.sin(y * lax.psum(y, "i")))(x),
    "unmappedInJit": lambda x: x * jax.jit(lambda y: lax.psum(y, "i"))(jnp.ones(())),
}

NESTED = {
    "psumOverBoth": lambda x: x * lax.psum(x, ("i", "j")),
    "psumOverOuter": lambda x: x * lax.psum(x, "j"),
    "psumOfPsum": lambda x: lax.psum(jnp.sin(lax.psum(x, "j")), "i"),
    "indexOverBoth": lambda x: x * lax.axis_index(("j", "i")),
    # vmap cannot gather over two axes at once; this is what it means.
    "gatherOverBoth": lambda x: lax.all_gather(lax.all_gather(x, "i"), "j").reshape(-1, *x.shape) ** 2,
    "gatherOverOuter": lambda x: lax.all_gather(x, "j", axis=1) ** 2,
    # vmap loses count of the axes of a psum_scatter over an outer axis; this is what it means.
    "scatterOverOuter": lambda x: lax.psum(jnp.stack([x, x * x, -x]), "j")[lax.axis_index("j")],
    "permuteOverOuter": lambda x: lax.ppermute(x, "j", [(0, 2), (1, 0), (2, 1)]) * x,
    "exchangeOverOuter": lambda x: lax.all_to_all(jnp.outer(jnp.arange(1.0, 4), x * x), "j", 0, 1),
}

def attempt(compute):
    """A list of one array; None where JAX cannot (pmax has no derivative; that of an all_to_all of unlike axes, taken
    inside, ends in an error about shapes)."""
    try:
        return [fixture.array(compute())]
    except (NotImplementedError, ValueError):
        return None


def case(name, f, mapped, x):
    total = lambda g: lambda v: jnp.sum(g(v))
    record = {"function": name, "inputs": [fixture.array(x)], "outputs": [fixture.array(mapped(f)(x))]}
    record["gradients"] = attempt(lambda: mapped(jax.grad(total(f)))(x))
    record["outerGradients"] = attempt(lambda: jax.grad(total(mapped(f)))(x))
    return record


def main():
    single = lambda f: jax.vmap(f, axis_name="i")
    double = lambda f: jax.vmap(jax.vmap(f, axis_name="i"), axis_name="j")
    cases = []
    with jax.enable_x64(True):
        for name, f in FUNCTIONS.items():
            cases.append(case(name, f, single, jnp.asarray(fixture.generator(name).normal(size=(SIZE, 3)).round(3))))
        for name, f in NESTED.items():
            cases.append(case(name, f, double, jnp.asarray(fixture.generator(name).normal(size=(3, SIZE, 2)).round(3))))
    fixture.write("transforms/collectives.json", {"size": SIZE}, cases)


if __name__ == "__main__":
    main()
