"""Transformations over each other: values and jaxprs of nestings of grad, vmap, jvp, jit, checkpoint, scan, cond and
custom derivatives.

Writes test/fixtures/transforms/nestings.json. Every transformation here takes a function of one real number to a
function of one real number, so that all nestings make sense; both lists are written out below, and in TypeScript by the
same names. A case is

    { function, transforms, x, value, jaxpr? }

where transforms = ["grad", "jit"] means grad(jit(f)), outermost first. `value` is float64 (64-bit types enabled), the
jaxpr is that of the float32 function, addresses removed.

    python transforms.py
"""

import itertools
import re

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import fixture

W = np.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]])

FUNCTIONS = {
    "sine": ("sin(x)", lambda x: jnp.sin(x)),
    "cube": ("x * x * x", lambda x: x * x * x),
    "quotient": ("sin(x) / (1 + x * x)", lambda x: jnp.sin(x) / (1.0 + x * x)),
    "sigmoid": ("1 / (1 + exp(-x))", lambda x: 1.0 / (1.0 + jnp.exp(-x))),
    "softplus": ("log1p(exp(x))", lambda x: jnp.log1p(jnp.exp(x))),
    "power": ("pow(abs(x), 2.5)", lambda x: jnp.power(jnp.abs(x), 2.5)),
    "piecewise": ("where(x > 1, x * x, 3 * x)", lambda x: jnp.where(x > 1.0, x * x, 3.0 * x)),
    "tie": ("max(x, 1) * x", lambda x: jnp.maximum(x, 1.0) * x),
    "network": (
        "sum(tanh(matmul([[0.5, -1, 0.25], [1.5, 0.75, -0.5]], [x, x * x, 1])))",
        lambda x: jnp.sum(jnp.tanh(jnp.asarray(W, x.dtype) @ jnp.stack([x, x * x, jnp.ones_like(x)]))),
    ),
    "taken": ("sum(take([x, x * x, x * x * x], [0, 2, 2]))", lambda x: jnp.sum(jnp.stack([x, x * x, x * x * x])[jnp.array([0, 2, 2])])),
    "accumulated": ("sum(cumsum([x, 2x, 3x]) * [x, 1, x])", lambda x: jnp.sum(jnp.cumsum(jnp.stack([x, 2 * x, 3 * x])) * jnp.stack([x, jnp.ones_like(x), x]))),
    "logSumExp": ("log(sum(exp([x, 2x, 1])))", lambda x: jnp.log(jnp.sum(jnp.exp(jnp.stack([x, 2 * x, jnp.ones_like(x)]))))),
    "constant": ("3, whatever x is", lambda x: jnp.full_like(x, 3.0)),
}


def spread(f):
    return lambda x: jnp.sum(jax.vmap(f)(x * jnp.array([1.0, 0.5, -0.25], x.dtype)))


def repeated(f):
    def body(carry, _):
        carry = f(carry)
        return carry, carry * 0.5

    def run(x):
        carry, outputs = lax.scan(body, x, None, length=3)
        return carry + jnp.sum(outputs)

    return run


def tripled(f):
    """A custom_vjp whose backward pass says three times the truth."""
    rule = jax.custom_vjp(f)
    rule.defvjp(lambda x: (f(x), x), lambda x, cotangent: (3.0 * cotangent * jax.grad(f)(x),))
    return rule


def doubled(f):
    """A custom_jvp whose tangent is twice the truth."""
    rule = jax.custom_jvp(f)

    @rule.defjvp
    def _(primals, tangents):
        value, tangent = jax.jvp(f, primals, tangents)
        return value, 2.0 * tangent

    return rule


TRANSFORMS = {
    "jit": ("jit(f)", jax.jit),
    "grad": ("grad(f)", jax.grad),
    "jvp": ("x => jvp(f, [x], [1])[1]", lambda f: lambda x: jax.jvp(f, (x,), (jnp.ones_like(x),))[1]),
    "vjp": ("x => vjp(f, x)[1](2)[0]", lambda f: lambda x: (lambda y, pull: pull(jnp.full_like(y, 2.0))[0])(*jax.vjp(f, x))),
    "vmap": ("x => sum(vmap(f)(x * [1, 0.5, -0.25]))", spread),
    "checkpoint": ("checkpoint(f)", jax.checkpoint),
    "scan": ("x => scan((c, _) => [f(c), 0.5 * f(c)], x, length 3): last carry + sum of outputs", repeated),
    "cond": ("x => cond(x > 1, f, y => y * y, x)", lambda f: lambda x: lax.cond(x > 1.0, f, lambda y: y * y, x)),
    "customVjp": ("customVjp(f), backward 3 * cotangent * grad(f)(x)", tripled),
    "customJvp": ("customJvp(f), tangent 2 * the true tangent", doubled),
}


def nest(name, transforms):
    function = FUNCTIONS[name][1]
    for transform in reversed(transforms):
        function = TRANSFORMS[transform][1](function)
    return function


def case(name, transforms, xs, with_jaxpr):
    """Values at some points; None where JAX refuses (forward mode through a custom_vjp)."""
    function = nest(name, transforms)
    record = {"function": name, "transforms": list(transforms), "x": list(xs)}
    try:
        with jax.enable_x64(True):
            record["value"] = [fixture.number(np.float64(function(jnp.float64(x)))) for x in xs]
    except (TypeError, ValueError, NotImplementedError) as error:
        return record | {"refused": type(error).__name__}
    if with_jaxpr:
        text = str(jax.make_jaxpr(function)(jnp.float32(xs[0])))
        record["jaxpr"] = re.sub(r" at 0x[0-9a-f]+", "", text)
    return record


def nestings():
    """All single transformations of all functions, all pairs for some, and a fixed sample of triples."""
    for name in FUNCTIONS:
        yield name, (), True
        for transform in TRANSFORMS:
            yield name, (transform,), True
    for name in ("quotient", "network"):
        for pair in itertools.product(TRANSFORMS, repeat=2):
            yield name, pair, name == "quotient"
    triples = list(itertools.product(TRANSFORMS, repeat=3))
    for index in fixture.generator("triples").choice(len(triples), 120, replace=False):
        yield "quotient", triples[index], False


def main():
    cases = []
    for name, transforms, with_jaxpr in nestings():
        points = (0.7, 1.3, 1.0) if name == "tie" and len(transforms) < 2 else (0.7, 1.3)
        cases.append(case(name, transforms, points, with_jaxpr))
    header = {
        "functions": {name: text for name, (text, _) in FUNCTIONS.items()},
        "transforms": {name: text for name, (text, _) in TRANSFORMS.items()},
    }
    fixture.write("transforms/nestings.json", header, cases)


if __name__ == "__main__":
    main()
