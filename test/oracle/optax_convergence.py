"""Where every optimizer of optax goes: the loss along 200 steps of three classical problems, in float64.

Writes test/fixtures/optax/convergence.json. The problems are functions of a tree of parameters, written in both
languages; their numbers stand in the head:

    rosenbrock(x)  = 100 (x[1] - x[0]^2)^2 + (1 - x[0])^2
    bowl(x)        = 0.5 sum(curvatures (x - 2 mean(x))^2)          condition number 1e6, axes turned by a reflection
    iris(w, b)     = mean over flowers of the softmax cross entropy of features @ w + b

A case is `{ name, args, extra?, losses: { problem: [loss after each of the head's steps] } }`; see optax_.py for args and
extra. In float64 most losses can be compared to many digits. Some optimizers amplify rounding without bound on some
problem (signs of gradients that are nearly 0, line searches at the minimum): there a loss is null from the step on at
which optax itself gives another one when its gradients are rounded otherwise.

data/iris.csv: Edgar Anderson's measurements of 150 irises in cm (Bulletin of the American Iris Society 59, 1935), as
printed by R. A. Fisher in 1936; also UCI Machine Learning Repository, doi 10.24432/C56C76, CC BY 4.0.
"""

import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax

import fixture
from optax_ import Call, spelled

STEPS = (1, 2, 3, 5, 10, 20, 50, 100, 200)
# A loss is written down as long as it changes by no more than REPEATABLE, relatively, when each element of the
# gradients changes by NOISE times itself.
NOISE, REPEATABLE = 1e-15, 1e-7
SIZE = 8
CURVATURES = np.array([10.0 ** (-6 * i / (SIZE - 1)) for i in range(SIZE)])


def iris():
    """Features with mean 0 and deviation 1, and the kinds of the flowers."""
    table = np.loadtxt(pathlib.Path(__file__).parent / "data" / "iris.csv", delimiter=",", skiprows=1)
    features = table[:, :4]
    return (features - features.mean(0)) / features.std(0), table[:, 4].astype(np.int32)


FEATURES, LABELS = iris()
STARTS = {
    "rosenbrock": {"x": np.array([-1.2, 1.0])},
    "bowl": {"x": np.array([1.0, -1.0, 2.0, 0.5, -0.25, 1.5, -2.0, 1.0])},
    "iris": {"b": np.array([0.5, -0.25, 0.0]), "w": np.zeros((4, 3))},
}


def rosenbrock(params):
    x = params["x"]
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def bowl(params):
    x = params["x"]
    return 0.5 * jnp.sum(CURVATURES * (x - 2 * jnp.mean(x)) ** 2)


def flowers(params):
    logits = FEATURES @ params["w"] + params["b"]
    return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(logits, LABELS))


PROBLEMS = {"rosenbrock": rosenbrock, "bowl": bowl, "iris": flowers}

SGD = Call("sgd", 1e-3)
VALUE = ("value",)
TABLE = [
    (Call("adabelief", 0.05), ()),
    (Call("adadelta", learning_rate=1.0), ()),
    (Call("adafactor", learning_rate=0.05), ()),
    (Call("adagrad", 0.5), ()),
    (Call("adam", 0.05), ()),
    (Call("adamax", 0.05), ()),
    (Call("adamaxw", 0.05), ()),
    (Call("adamw", 0.05), ()),
    (Call("adan", 0.05), ()),
    (Call("amsgrad", 0.05), ()),
    (Call("fromage", 0.02), ()),
    (Call("lamb", 0.02), ()),
    (Call("lars", 0.5), ()),
    (Call("lbfgs"), ("value", "grad", "value_fn")),
    (Call("lion", 0.01), ()),
    (Call("nadam", 0.05), ()),
    (Call("nadamw", 0.05), ()),
    (Call("noisy_sgd", 1e-3), ()),
    (Call("novograd", 0.02), ()),
    (Call("optimistic_gradient_descent", 1e-3), ()),
    (Call("optimistic_adam", 0.05), ()),
    (Call("optimistic_adam_v2", 0.05), ()),
    (Call("polyak_sgd"), VALUE),
    (Call("radam", 0.05), ()),
    (Call("rmsprop", 0.01), ()),
    (Call("rprop", 0.01), ()),
    (SGD, ()),
    (Call("sgd", 1e-3, momentum=0.9, nesterov=True), ()),
    (Call("sign_sgd", 0.01), ()),
    (Call("signum", 0.01), ()),
    (Call("sm3", 0.1), ()),
    (Call("yogi", 0.05), ()),
    (Call("contrib.acprop", 0.02), ()),
    (Call("contrib.ademamix", 0.02), ()),
    (Call("contrib.adopt", 0.05), ()),
    (Call("contrib.cocob", alpha=10.0), ()),
    (Call("contrib.dadapt_adamw", estim_lr0=1e-3), ()),
    (Call("contrib.dog", init_step=("distance", 1e-3)), ()),
    (Call("contrib.dowg", init_estim_sq_dist=1e-4), ()),
    (Call("contrib.galore", 0.05, rank=2), ()),
    (Call("contrib.madgrad", 0.05), ()),
    (Call("contrib.mechanize", SGD), ()),
    (Call("contrib.momo", 1e-2), VALUE),
    (Call("contrib.momo_adam", 0.05), VALUE),
    (Call("contrib.muon", 0.02), ()),
    (Call("contrib.prodigy", estim_lr0=1e-3), ()),
    (Call("contrib.sam", SGD, Call("sgd", 1e-4)), ()),
    (Call("contrib.schedule_free_sgd", learning_rate=1e-3), ()),
    (Call("contrib.schedule_free_adamw", learning_rate=0.05), ()),
    (Call("contrib.simplified_ademamix", 1e-3), ()),
    (Call("contrib.sophia", 0.02), ("obj_fn",)),
]


def losses_along(call, loss, start, extra):
    """The loss after each of STEPS; None once optax's own loss depends on how gradients are rounded."""
    tx = call.build()

    def step(carry, rounding):
        params, state = carry
        noise, scale = rounding
        value, gradient = jax.value_and_grad(loss)(params)
        leaves, structure = jax.tree.flatten(gradient)
        keys = jax.random.split(noise, len(leaves))
        signs = [jax.random.rademacher(k, g.shape, g.dtype) for k, g in zip(keys, leaves)]
        gradient = jax.tree.unflatten(structure, [g * (1 + scale * s) for g, s in zip(leaves, signs)])
        offered = {"value": value, "grad": gradient, "value_fn": loss, "obj_fn": loss}
        updates, state = tx.update(gradient, state, params, **{k: offered[k] for k in extra})
        params = optax.apply_updates(params, updates)
        return (params, state), loss(params)

    params = jax.tree.map(jnp.asarray, start)
    runs = 1 + 3
    noise = jax.random.split(jax.random.key(0), (STEPS[-1], runs))
    scales = jnp.where(jnp.arange(runs) == 0, 0, NOISE) * jnp.ones((STEPS[-1], 1))
    start_all = jax.tree.map(lambda x: jnp.stack([x] * runs), (params, tx.init(params)))
    _, losses = jax.jit(lambda s, r: jax.lax.scan(jax.vmap(step), s, r))(start_all, (noise, scales))
    exact, noisy = losses[:, 0], losses[:, 1:]
    strays = jnp.abs(noisy - exact[:, None]).max(1) > REPEATABLE * jnp.abs(exact)
    strays = jnp.cumsum(strays) > 0
    return [None if strays[k - 1] else fixture.number(exact[k - 1]) for k in STEPS]


def convergence():
    cases = []
    for call, extra in TABLE:
        case = {"name": spelled(call.name), "args": call.args()}
        if extra:
            case["extra"] = [fixture.camel(e) for e in extra]
        case["losses"] = {name: losses_along(call, PROBLEMS[name], STARTS[name], extra) for name in PROBLEMS}
        cases.append(case)
    header = {
        "steps": list(STEPS),
        "starts": {name: fixture.leaves_with_paths(start) for name, start in STARTS.items()},
        "curvatures": fixture.array(CURVATURES),
        "features": fixture.array(FEATURES),
        "labels": fixture.array(LABELS),
    }
    fixture.write("optax/convergence.json", header, cases)


if __name__ == "__main__":
    convergence()
