"""Taylor mode: derivatives of functions along a curve, by nested forward mode, which is their definition. Where
jax.experimental.jet has all the rules it has to agree.

Writes test/fixtures/transforms/jet.json. A case is { function, primals, series, output, terms }: the functions are
written in TypeScript by the same names (test/transform/jet.test.ts); `series` holds the derivatives of the curve.

    python jet.py
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental.jet import jet

import fixture

ORDER = 5
W = jnp.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]])

FUNCTIONS = {
    **{
        name: (getattr(jnp, name),)
        for name in "exp expm1 log log1p sin cos tan sinh cosh tanh sqrt cbrt square arctan arcsinh".split()
    },
    "logistic": (jax.nn.sigmoid,),
    "rsqrt": (lax.rsqrt,),
    "erf": (lax.erf,),
    "lgamma": (lax.lgamma,),
    "cube": (lambda x: x**3,),
    "inverseSquare": (lambda x: lax.integer_pow(x, -2),),
    "power": (lambda x: x**2.5,),
    "product": (lambda x, y: x * y,),
    "quotient": (lambda x, y: x / y,),
    "powerOfBoth": (lambda x, y: x**y,),
    "atan2": (lambda x, y: jnp.arctan2(x, y),),
    "maximum": (lambda x, y: jnp.maximum(x, y) * x,),
    "network": (lambda x: jnp.tanh(W.astype(x.dtype) @ x) @ jnp.array([1.0, 2.0], x.dtype),),
    "quadratic": (lambda x, y: jnp.dot(x, y) * jnp.sum(x),),
    "softmax": (lambda x: jnp.exp(x) / jnp.sum(jnp.exp(x)),),
    "jitted": (lambda x: jax.jit(lambda y: jnp.sin(y) * y)(x),),
    "selected": (lambda x: jnp.where(x > 1, x * x, jnp.sin(x)),),
    "composed": (lambda x: jnp.log(1.0 + jnp.exp(jnp.sin(x)) ** 2),),
}


def along(f, primals, series):
    """Derivatives of f along the curve by nested forward mode, which is their definition."""

    def curve(t):
        points, power = list(primals), 1.0
        for k in range(ORDER):
            power = power * t / (k + 1)
            points = [p + power * s[k] for p, s in zip(points, series)]
        return f(*points)

    terms, g = [], curve
    for _ in range(ORDER):
        g = (lambda h: lambda t: jax.jvp(h, (t,), (jnp.ones_like(t),))[1])(g)
        terms.append(g(jnp.zeros(())))
    return f(*primals), terms


def main():
    cases = []
    with jax.enable_x64(True):
        for name, (f,) in FUNCTIONS.items():
            draw = fixture.generator("jet", name)
            count = f.__code__.co_argcount if hasattr(f, "__code__") and f.__name__ == "<lambda>" else 1
            primals = [jnp.asarray(draw.uniform(0.3, 1.7, 3).round(3)) for _ in range(count)]
            series = [[jnp.asarray(draw.normal(size=3).round(3)) for _ in range(ORDER)] for _ in range(count)]
            output, terms = along(f, primals, series)
            try:
                _, again = jet(f, primals, series)
                np.testing.assert_allclose(again, terms, rtol=1e-7, atol=1e-7, err_msg=name)
            except (NotImplementedError, KeyError):
                print(f"{name}: no rule in jax.experimental.jet")
            cases.append(
                {
                    "function": name,
                    "primals": [fixture.array(x) for x in primals],
                    "series": [[fixture.array(t) for t in s] for s in series],
                    "output": fixture.array(output),
                    "terms": [fixture.array(t) for t in terms],
                }
            )
    fixture.write("transforms/jet.json", {"order": ORDER}, cases)


if __name__ == "__main__":
    main()
