"""haiku: names, first values and results of modules.

Writes test/fixtures/haiku/modules.json. A case is `{ name, seed, inputs, params, state, outputs }`: the function called
`name`, which is written in both languages (test/haiku/programs.ts), is transformed; init(PRNGKey(seed), ...inputs) gives
`params` and `state`, apply with them and PRNGKey(seed + 1) gives `outputs` and `newState`.

    python haiku_.py
"""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

import fixture


class Inner(hk.Module):
    def __init__(self, size, name=None):
        super().__init__(name=name)
        self.first = hk.Linear(size)
        self.second = hk.Linear(size, name="second")

    def __call__(self, x):
        return self.second(self.first(x)) + self.scaled(x)

    def scaled(self, x):
        return x * hk.get_parameter("scale", [x.shape[-1]], init=jnp.ones) + hk.Linear(x.shape[-1])(x)


class Outer(hk.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner(3, name="left")
        self.other = Inner(3)

    def __call__(self, x):
        y = self.inner(x) + self.other(x)
        y = y + hk.Linear(3)(x) + hk.Linear(3)(x)
        return self._build_late(y)

    def _build_late(self, x):
        return Inner(3, name="late")(hk.nets.MLP([4, 3])(x))


class Counter(hk.Module):
    def __call__(self, x):
        count = hk.get_state("count", [], jnp.int32, init=jnp.zeros)
        hk.set_state("count", count + 1)
        return x + count


def twice(x):
    layer = hk.Linear(3)
    return layer(layer(x))


def siblings(x):
    a = hk.Linear(3)
    b = hk.Linear(3)
    return a(x) + b(x) + hk.Linear(3, name="linear_5")(x) + hk.Linear(3)(x)


def sequential(x):
    return hk.Sequential([hk.nets.MLP([4], name="head"), hk.LayerNorm(-1, True, True, name="norm"), jnp.tanh])(x)


def loose(x):
    return x * hk.get_parameter("gain", [3], init=hk.initializers.Constant(2.5))


def scoped(x):
    with hk.name_scope("outside"):
        return hk.Linear(3)(x) + loose(x)


def keys(x):
    return jax.random.uniform(hk.next_rng_key(), [2]) + jax.random.uniform(hk.next_rng_key(), [2])


def rematerialized(x):
    layer = hk.nets.MLP([4, 3])
    return hk.remat(lambda y: layer(y) + jax.random.uniform(hk.next_rng_key(), [3]))(x) + jax.random.uniform(hk.next_rng_key(), [3])


def scanned(x):
    layer = hk.Linear(3)

    def step(h, v):
        next_h = jnp.tanh(layer(h) + v + jax.random.uniform(hk.next_rng_key(), [3]))
        count = hk.get_state("count", [], jnp.int32, init=jnp.zeros)
        hk.set_state("count", count + 1)
        return next_h, next_h * 2

    last, ys = hk.scan(step, x[0], x)
    return last + ys


def initializer(init):
    return lambda x: hk.get_parameter("w", [4, 3], x.dtype, init=init)


def in_bfloat16(x):
    return hk.nets.MLP([4, 3])(x.astype(jnp.bfloat16))


I = hk.initializers
x = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
PROGRAMS = {
    "linear": lambda x: hk.Linear(5)(x),
    "linear_vector": lambda x: hk.Linear(2)(x[0]),
    "linear_without_bias": lambda x: hk.Linear(5, with_bias=False)(x),
    "linear_biased": lambda x: hk.Linear(5, b_init=I.RandomNormal(stddev=0.5))(x),
    "mlp": lambda x: hk.nets.MLP([6, 4, 2])(x),
    "mlp_activated": lambda x: hk.nets.MLP([4, 4], activation=jnp.tanh, activate_final=True, name="encoder")(x),
    "mlp_dropout": lambda x: hk.nets.MLP([8, 2])(x, 0.5, hk.next_rng_key()),
    "layer_norm": lambda x: hk.LayerNorm(-1, True, True)(x),
    "layer_norm_plain": lambda x: hk.LayerNorm(-1, False, False)(x),
    "layer_norm_axes": lambda x: hk.LayerNorm([0, 1], True, False, eps=1e-2, param_axis=[0, 1])(x),
    "layer_norm_fast": lambda x: hk.LayerNorm(-1, True, True, use_fast_variance=True)(x),
    "rms_norm": lambda x: hk.RMSNorm(-1)(x),
    "embed": lambda x: hk.Embed(7, 4)(jnp.array([[1, 6], [0, 1]])),
    "embed_one_hot": lambda x: hk.Embed(7, 4, lookup_style="ONE_HOT")(jnp.array([1, 6])),
    "bias": lambda x: hk.Bias()(x),
    "dropout": lambda x: hk.dropout(hk.next_rng_key(), 0.3, x),
    "outer": lambda x: Outer()(x),
    "counter": lambda x: Counter()(x) + Counter()(x),
    "twice": twice,
    "siblings": siblings,
    "sequential": sequential,
    "loose": loose,
    "scoped": scoped,
    "keys": keys,
    "rematerialized": rematerialized,
    "scanned": scanned,
    "in_bfloat16": in_bfloat16,
    "random_normal": initializer(I.RandomNormal(stddev=2.0, mean=1.0)),
    "truncated_normal": initializer(I.TruncatedNormal(stddev=2.0, mean=1.0)),
    "random_uniform": initializer(I.RandomUniform(-1.0, 3.0)),
    "variance_scaling": initializer(I.VarianceScaling()),
    "variance_scaling_normal": initializer(I.VarianceScaling(2.0, "fan_out", "normal")),
    "variance_scaling_uniform": initializer(I.VarianceScaling(3.0, "fan_avg", "uniform")),
    "uniform_scaling": initializer(I.UniformScaling(2.0)),
    "identity": initializer(I.Identity(2.0)),
}


def bundles(tree):
    return {module: {name: fixture.array(leaf) for name, leaf in sorted(bundle.items())} for module, bundle in sorted(tree.items())}


def main():
    cases = []
    for name, program in PROGRAMS.items():
        transformed = hk.transform_with_state(program)
        params, state = transformed.init(jax.random.PRNGKey(42), x)
        out, new_state = transformed.apply(params, state, jax.random.PRNGKey(43), x)
        case = {"name": fixture.camel(name), "seed": 42, "inputs": [fixture.array(x)], "params": bundles(params), "state": bundles(state)}
        case |= {"outputs": [fixture.array(out)], "newState": bundles(new_state)}
        if jnp.issubdtype(out.dtype, jnp.floating):
            loss = lambda p, v: (transformed.apply(p, state, jax.random.PRNGKey(43), v)[0].astype(jnp.float32) ** 2).sum()
            by_params, by_input = jax.grad(loss, argnums=(0, 1))(params, x)
            case |= {"gradients": bundles(by_params), "inputGradient": fixture.array(by_input)}
        cases.append(case)
    fixture.write("haiku/modules.json", {"haiku": hk.__version__}, cases)


if __name__ == "__main__":
    main()
