"""Every optimizer, transformation, schedule and loss of optax: what it does, step by step.

Writes test/fixtures/optax/*.json. Files of optimizers have in their head the trees of parameters, the gradients of ten
steps and the value of the loss that goes with each; a case is

    { name, args, then?, tree, synced?, gradients, extra?, updates, params, stateAfterOne, state }

`optax[name](...args)`, called again with `then` where that is given, makes the transformation ("contrib.x" lies in optax.contrib); `tree` says which parameters;
`synced` wraps them in LookaheadParams.initSynced; `gradients` is "given" (those of the head) or "bowl" (of the function `bowl` at the current parameters)
or "perExample" (three gradients [g, -0.5 g, 2 g], stacked in front, for each given g);
`extra` names the further arguments of `update`: value, grad, valueFn, objFn, gradFn. `updates` has the ten updates,
`params` the parameters after them, the states are {path: array} with camelCased field names.
In args, {"optax": name} is that function of optax itself, {"call": name, "args": [...]} is the result of another optax function, {"function": name} one of the head's.

    python optax_.py [aliases transforms wrappers contrib schedules losses functions ...]
"""

import sys
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import optax

import family as cases
import fixture
from family import bf16, real, truth, whole

warnings.filterwarnings("ignore")
STEPS = 10


class Call:
    """A call of an optax function, as an object here and as data there."""

    def __init__(self, name, *positional, **keywords):
        self.then = keywords.pop("then", None)  # the arguments with which the result is called in turn
        self.name, self.positional, self.keywords = name, positional, keywords
        self.function = cases.resolve(optax, name)

    def build(self):
        made = self.function(*map(build, self.positional), **{k: build(v) for k, v in self.keywords.items()})
        return made(*map(build, self.then[0]), **{k: build(v) for k, v in self.then[1].items()}) if self.then else made

    def args(self):
        """The ported arguments; nested calls become {"call", "args"}."""
        return fixture.ported_call(self.function, self.positional, self.keywords)

    def to_json(self):
        return {"call": spelled(self.name), "args": self.args()}


class Named:
    """A function of optax handed over as such: {"optax": name}."""

    def __init__(self, name):
        self.name, self.function = name, cases.resolve(optax, name)

    def to_json(self):
        return {"optax": spelled(self.name)}


def spelled(name):
    return ".".join(map(fixture.camel, name.split(".")))


def build(value):
    if isinstance(value, Call):
        return value.build()
    if isinstance(value, Named):
        return value.function
    if isinstance(value, list):
        return [build(v) for v in value]
    if type(value) is tuple:
        return tuple(build(v) for v in value)
    if isinstance(value, dict):
        return {k: build(v) for k, v in value.items()}
    return value


# Functions that are written in both languages.
def bowl(params):
    """sum over leaves i = 0, 1, ... of 0.5 (i + 1) sum((p - 0.5)^2), in float32"""
    return sum(
        0.5 * (i + 1) * jnp.sum((leaf.astype(jnp.float32) - 0.5) ** 2) for i, leaf in enumerate(jax.tree.leaves(params))
    )


def every_other(step, **extra):
    """step % 2 == 0"""
    return step % 2 == 0


def only_matrices(params):
    """a tree of booleans: rank > 1"""
    return jax.tree.map(lambda x: x.ndim > 1, params)


def labels(params):
    """a tree of 'big' (rank > 1) and 'small'"""
    return jax.tree.map(lambda x: "big" if x.ndim > 1 else "small", params)


def add_params(updates, params):
    """updates + 0.5 params"""
    return jax.tree.map(lambda u, p: u + 0.5 * p, updates, params)


def half_leaf(update, param):
    """0.5 update, leaf by leaf"""
    return 0.5 * update


def total(tree):
    """the sum of all elements"""
    return sum(jnp.sum(x.astype(jnp.float32)) for x in jax.tree.leaves(tree))


FUNCTIONS = {fixture.camel(f.__name__): f.__doc__ for f in (bowl, every_other, only_matrices, labels, add_params, half_leaf, total)}

TREES = {
    "mixed": {"dense": {"b": real("b", (4,)), "w": real("w", (3, 4))}, "scale": np.float32(0.75), "table": real("table", (2, 2)).astype(bf16)},
    "float32": {"dense": {"b": real("b", (4,)), "w": real("w", (3, 4))}, "scale": np.float32(0.75)},
    "arrays": {"dense": {"b": real("b", (4,)), "w": real("w", (3, 4))}},
    "matrix": {"w": real("w", (3, 4))},
}
MASK = {"dense": {"b": False, "w": True}, "scale": False, "table": True}


def given_gradients(name):
    """Ten trees like the parameters, decreasing in size; one element is zero throughout."""
    steps = []
    for step in range(STEPS):
        draw = lambda path, x: np.asarray(real(f"{name}{step}{path}", np.shape(x), -2, 2, np.float32, 2) / (1 + step // 4), jnp.asarray(x).dtype)
        tree = jax.tree_util.tree_map_with_path(lambda path, x: draw(fixture.path_text(path), x), TREES[name])
        first = next(k for k in tree)
        (tree[first]["b"] if first == "dense" else tree[first]).flat[0] = 0
        steps.append(tree)
    return steps


GRADIENTS = {name: given_gradients(name) for name in TREES}
VALUES = [float(np.float32(v)) for v in (3.0, 2.5, 2.6, 1.75, 1.5, 1.5, 1.25, 1.0, 0.9, 0.85)]


def trajectory(call, tree, gradients, extra, synced):
    """Ten steps of a transformation, as a case."""
    tx = call.build()
    params = jax.tree.map(jnp.asarray, TREES[tree])
    if synced:
        params = optax.LookaheadParams.init_synced(params)
    state = tx.init(params)
    case = {"name": spelled(call.name), "args": call.args(), "tree": tree, "gradients": gradients}
    if call.then:
        inner = call.positional[0].function
        case["then"] = fixture.ported_call(inner, *call.then)
    if synced:
        case["synced"] = True
    if extra:
        case["extra"] = [fixture.camel(e) for e in extra]
    # Not jitted, JAX multiplies b2**count out; RAdam subtracts nearly equal numbers made of it.
    update = jax.jit(tx.update) if call.name.endswith("radam") else tx.update
    updates_of = []
    for step in range(STEPS):
        if gradients == "bowl":
            value, gradient = jax.value_and_grad(bowl)(params)
        else:
            value, gradient = jnp.float32(VALUES[step]), jax.tree.map(jnp.asarray, GRADIENTS[tree][step])
        if gradients == "perExample":
            gradient = jax.tree.map(lambda g: jnp.stack([g, -0.5 * g, 2 * g]), gradient)
        offered = {"value": value, "grad": gradient, "value_fn": bowl, "obj_fn": bowl, "grad_fn": lambda p, _=None: jax.grad(bowl)(p)}
        updates, state = update(gradient, state, params, **{k: offered[k] for k in extra})
        params = optax.apply_updates(params, updates)
        updates_of.append([a["data"] for a in fixture.arrays(updates)])
        if step == 0:
            case["stateAfterOne"] = fixture.leaves_with_paths(state)
    return case | {"updates": updates_of, "params": fixture.arrays(params), "state": fixture.leaves_with_paths(state)}


def write_trajectories(file, table):
    """`table` rows: (Call, choices). A transformation that refuses the bfloat16 leaf gets the float32 tree,
    one that also refuses scalars the tree of arrays."""
    done, failures = [], []
    for call, choices in table:
        gradients, extra = choices.get("gradients", "given"), choices.get("extra", ())
        for tree in [choices["tree"]] if "tree" in choices else ["mixed", "float32", "arrays"]:
            try:
                done.append(trajectory(call, tree, gradients, extra, choices.get("synced", False)))
                break
            except (TypeError, ValueError, AssertionError, IndexError, KeyError, AttributeError, NotImplementedError) as error:
                failure = f"{call.name} {call.args()} on the {tree} tree: {type(error).__name__} {str(error)[:150]!r}"
                print(f"  {failure}", file=sys.stderr)
        else:
            failures.append(failure)
    if failures:
        raise SystemExit("not made:\n" + "\n".join(failures))
    used = sorted({c["tree"] for c in done})
    header = {
        "functions": FUNCTIONS,
        "trees": {k: fixture.leaves_with_paths(TREES[k]) for k in used},
        "gradients": {k: [fixture.leaves_with_paths(g) for g in GRADIENTS[k]] for k in used},
        "values": VALUES,
    }
    fixture.write(f"optax/{file}.json", header, done)


DECAY = Call("exponential_decay", 0.1, 3, 0.5)


def option_sets(name, *sets):
    """[(positional..., {options})] -> calls"""
    return [Call(name, *[v for v in s if not isinstance(v, dict)], **(s[-1] if s and isinstance(s[-1], dict) else {})) for s in sets]


def with_rate(name, *sets):
    """An alias whose first argument is the learning rate: plain, with a schedule, and with each further set."""
    return [Call(name, 0.1), Call(name, DECAY)] + [Call(name, 0.05, **s) for s in sets]


def each(rows, **choices):
    return [(row, choices) for row in rows]


def aliases():
    half_dtype = {"mu_dtype": "bfloat16"}
    rows = []
    rows += with_rate("sgd", {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.5, "accumulator_dtype": "bfloat16"})
    rows += with_rate("adam", {"b1": 0.8, "b2": 0.95, "eps": 1e-3}, {"nesterov": True}, {"eps_root": 1e-4}, half_dtype)
    rows += with_rate("adamw", {"weight_decay": 0.1, "mask": only_matrices}, {"weight_decay": 0.1, "mask": MASK}, {"nesterov": True, "b1": 0.5}, half_dtype)
    rows += with_rate("nadam", {"b1": 0.8, "b2": 0.95})
    rows += with_rate("nadamw", {"weight_decay": 0.1, "mask": only_matrices})
    rows += with_rate("adamax", {"b1": 0.5, "b2": 0.9, "eps": 1e-3})
    rows += with_rate("adamaxw", {"weight_decay": 0.1, "mask": only_matrices})
    rows += with_rate("amsgrad", {"b1": 0.5, "b2": 0.9, "eps": 1e-3}, {"bias_correction_mu": False, "bias_correction_nu": False})
    rows += with_rate("adabelief", {"b1": 0.5, "eps": 1e-3}, {"nesterov": True})
    rows += with_rate("adagrad", {"initial_accumulator_value": 0.0}, {"eps": 1e-2})
    rows += with_rate("adan", {"weight_decay": 0.1, "mask": only_matrices}, {"b1": 0.9, "b2": 0.8, "b3": 0.95})
    rows += option_sets("adadelta", (), ({"learning_rate": 1.0, "rho": 0.5},), ({"learning_rate": 0.5, "weight_decay": 0.1, "weight_decay_mask": only_matrices},))
    rows += option_sets("adafactor", ({"learning_rate": 0.1, "min_dim_size_to_factor": 2},), ({"learning_rate": 0.1},),
                        ({"learning_rate": DECAY, "min_dim_size_to_factor": 2, "momentum": 0.9, "weight_decay_rate": 0.01},),
                        ({"min_dim_size_to_factor": 2, "multiply_by_parameter_scale": False, "clipping_threshold": None, "decay_rate": 0.5},))
    rows += with_rate("fromage", {"min_norm": 0.5})
    rows += with_rate("lamb", {"weight_decay": 0.1, "mask": only_matrices}, {"b1": 0.5, "eps": 1e-2})
    rows += with_rate("lars", {"weight_decay": 0.1}, {"momentum": 0.5, "nesterov": True, "trust_coefficient": 0.1}, {"weight_decay": 0.1, "weight_decay_mask": only_matrices, "trust_ratio_mask": only_matrices})
    rows += with_rate("lion", {"b1": 0.5, "b2": 0.9, "weight_decay": 0.1}, {"weight_decay": 0.1, "mask": only_matrices})
    rows += with_rate("noisy_sgd", {"eta": 0.1, "gamma": 0.3, "key": 7})
    rows += with_rate("novograd", {"weight_decay": 0.1}, {"b1": 0.5, "b2": 0.9})
    rows += with_rate("optimistic_gradient_descent", {"alpha": 0.5, "beta": 0.25})
    rows += option_sets("optimistic_adam", (0.1,), (0.05, {"optimism": 0.3}), (0.05, {"nesterov": False}))
    rows += with_rate("optimistic_adam_v2", {"alpha": 0.5, "beta": 0.25}, {"nesterov": False})
    rows += with_rate("radam", {"b1": 0.5, "b2": 0.5, "threshold": 2.0}, {"nesterov": True, "b2": 0.5})
    rows += with_rate("rmsprop", {"decay": 0.5, "centered": True}, {"momentum": 0.9, "nesterov": True}, {"initial_scale": 1.0, "eps_in_sqrt": False}, {"bias_correction": True})
    rows += option_sets("rprop", (0.1,), (0.05, {"eta_minus": 0.3, "eta_plus": 1.5}), (0.05, {"max_step_size": 0.2}))
    rows += with_rate("sign_sgd")
    rows += with_rate("signum", {"beta": 0.5})
    rows += option_sets("sm3", (0.1,), (0.05, {"momentum": 0.5}), (0.05, {"momentum": 0.0}))
    rows += with_rate("yogi", {"b1": 0.5, "b2": 0.9, "eps": 1e-2})
    rows = each(rows)
    rows += each(option_sets("polyak_sgd", (), ({"max_learning_rate": 0.1},), ({"f_min": 0.5, "eps": 0.1, "scaling": 0.5},), ({"variant": "sps+"},)), extra=("value",))
    rows += each(option_sets("lbfgs", ({"learning_rate": 0.1, "memory_size": 3, "linesearch": None},), ({"learning_rate": 0.5, "linesearch": None, "scale_init_precond": False},)), gradients="bowl")
    rows += each(option_sets("lbfgs", (), ({"memory_size": 2},), ({"linesearch": Call("scale_by_backtracking_linesearch", 10)},)), tree="float32", gradients="bowl", extra=("value", "grad", "value_fn"))
    write_trajectories("aliases", rows)


def transforms():
    rows = []

    def add(name, *sets, **choices):
        rows.extend(each(option_sets(name, *sets), **choices))

    add("add_decayed_weights", ({"weight_decay": 0.1},), ({"weight_decay": 0.1, "mask": MASK},), ({"weight_decay": 0.1, "mask": only_matrices},), ({"weight_decay": DECAY},))
    add("adaptive_grad_clip", (0.1,), (0.5, {"eps": 0.1}), (0.01,), tree="float32")
    add("add_noise", (0.1, 0.5, {"seed": 3}), (0.01, 0.0, {"key": 0}))
    add("apply_every", (), ({"k": 3},), ({"k": 4},))
    add("centralize", ())
    add("clip", (0.5,), (1.5,), (0.0,))
    add("clip_by_block_rms", (0.5,), (1.0,), (5.0,))
    add("clip_by_global_norm", (1.0,), (3.0,), (100.0,))
    add("ema", (0.9,), (0.5, {"debias": False}), (0.9, {"accumulator_dtype": "bfloat16"}))
    add("identity", ())
    add("keep_params_nonnegative", ())
    add("normalize_by_update_norm", (), ({"scale_factor": 2.0},), ({"eps": 0.5},))
    add("scale", (0.5,), (-2.0,), (0.0,))
    add("scale_by_adadelta", (), ({"rho": 0.5},), ({"eps": 0.1},))
    add("scale_by_adam", (), ({"b1": 0.5, "b2": 0.9},), ({"nesterov": True, "eps_root": 1e-3},))
    add("scale_by_adamax", (), ({"b1": 0.5},), ({"b2": 0.5, "eps": 0.1},))
    add("scale_by_adan", (), ({"b1": 0.5, "b2": 0.5},), ({"b3": 0.5, "eps_root": 1e-3},))
    add("scale_by_amsgrad", (), ({"b1": 0.5},), ({"bias_correction_mu": False},))
    add("scale_by_belief", (), ({"b1": 0.5, "b2": 0.9},), ({"nesterov": True},))
    add("scale_by_distance_over_gradients", (), ({"reps_rel": 0.1},), ({"global_scale": 0.5, "eps": 0.1},))
    add("scale_by_factored_rms", (), ({"min_dim_size_to_factor": 2},), ({"factored": False, "decay_rate": 0.5},))
    add("scale_by_lbfgs", (), ({"memory_size": 2},), ({"scale_init_precond": False},), gradients="bowl", tree="float32")
    add("scale_by_learning_rate", (0.1,), (DECAY,), (0.1, {"flip_sign": False}))
    add("scale_by_lion", (), ({"b1": 0.5},), ({"b2": 0.5, "mode": "smooth"},))
    add("scale_by_novograd", (), ({"b1": 0.5},), ({"weight_decay": 0.1, "b2": 0.9},))
    add("scale_by_optimistic_gradient", (), ({"alpha": 0.5},), ({"beta": 0.25},))
    add("scale_by_param_block_norm", (), ({"min_scale": 1.0},), ({"min_scale": 10.0},))
    add("scale_by_param_block_rms", (), ({"min_scale": 1.0},), ({"min_scale": 10.0},))
    add("scale_by_polyak", (), ({"f_min": 0.5},), ({"max_learning_rate": 0.05, "eps": 0.1},), extra=("value",))
    add("scale_by_radam", (), ({"b2": 0.5},), ({"threshold": 2.0, "nesterov": True},))
    add("scale_by_rms", (), ({"decay": 0.5, "eps_in_sqrt": False},), ({"initial_scale": 1.0, "bias_correction": True},))
    add("scale_by_rprop", (0.1,), (0.01, {"eta_minus": 0.3}), (0.1, {"max_step_size": 0.15}))
    add("scale_by_rss", (), ({"initial_accumulator_value": 0.0},), ({"eps": 0.1},))
    add("scale_by_schedule", (DECAY,), (Call("linear_schedule", 1.0, 0.0, 5),), (Call("constant_schedule", 0.3),))
    add("scale_by_sign", ())
    add("scale_by_sm3", (), ({"b1": 0.5},), ({"b2": 0.9, "eps": 0.1},))
    add("scale_by_stddev", (), ({"decay": 0.5, "eps_in_sqrt": False},), ({"initial_scale": 1.0, "bias_correction": True},))
    add("scale_by_trust_ratio", (), ({"min_norm": 2.0},), ({"trust_coefficient": 0.1, "eps": 0.5},))
    add("scale_by_yogi", (), ({"b1": 0.5, "eps": 0.1},), ({"initial_accumulator_value": 0.5},))
    add("scale_by_backtracking_linesearch", (10,), (5, {"decrease_factor": 0.5, "max_learning_rate": 0.5}), (8, {"store_grad": True}), gradients="bowl", tree="float32", extra=("value", "grad", "value_fn"))
    add("scale_by_zoom_linesearch", (10,), (5, {"initial_guess_strategy": "one"}), (8, {"curv_rtol": 0.1, "max_learning_rate": 0.5}), gradients="bowl", tree="float32", extra=("value", "grad", "value_fn"))
    add("set_to_zero", ())
    add("stateless", (add_params,))
    add("stateless_with_tree_map", (half_leaf,))
    add("trace", (0.9,), (0.5, {"nesterov": True}), (0.9, {"accumulator_dtype": "bfloat16"}))
    add("zero_nans", ())
    write_trajectories("transforms", rows)


def wrappers():
    adam, sgd, halve = Call("adam", 0.1), Call("sgd", 0.1, momentum=0.9), Call("scale", -0.5)
    both = {"big": adam, "small": sgd}
    rows = [
        Call("chain", Call("clip_by_global_norm", 1.0), adam),
        Call("chain", Call("scale_by_adam"), Call("add_decayed_weights", 0.1), halve),
        Call("chain", Call("clip", 0.5)),
        Call("named_chain", ("clip", Call("clip", 0.5)), ("rate", halve)),
        Call("apply_if_finite", adam, 2), Call("apply_if_finite", sgd, 0),
        Call("flatten", adam), Call("flatten", Call("clip_by_global_norm", 1.0)), Call("flatten", Call("rmsprop", 0.1, centered=True)),
        Call("freeze", MASK), Call("freeze", {"dense": True, "scale": False, "table": False}),
        Call("inject_hyperparams", Named("adam"), then=((DECAY,), {"b1": 0.5})),
        Call("inject_hyperparams", Named("sgd"), then=((0.1,), {"momentum": DECAY})),
        Call("inject_hyperparams", Named("adamw"), static_args=("weight_decay",), then=((0.1,), {"weight_decay": 0.1})),
        Call("inject_stateful_hyperparams", Named("adam"), then=((DECAY,), {"eps": 1e-3})),
        Call("masked", adam, MASK), Call("masked", sgd, only_matrices), Call("masked", halve, MASK),
        Call("MultiSteps", adam, 2), Call("MultiSteps", sgd, 3, use_grad_mean=False), Call("MultiSteps", sgd, 1),
        Call("partition", both, labels), Call("partition", {"big": Call("set_to_zero"), "small": adam}, labels),
        Call("multi_transform", both, labels),
        Call("selective_transform", adam, freeze_mask=MASK),
        Call("conditionally_transform", halve, every_other), Call("conditionally_transform", adam, every_other),
        Call("conditionally_mask", halve, every_other), Call("conditionally_mask", adam, every_other),
        Call("monitor", {"ema": Call("measure_with_ema", total, 0.9), "plain": Call("measure_with_ema", total, 0.5, debias=False)}),
        Call("monitor", {"total": total}), Call("snapshot", "total", total),
        Call("with_extra_args_support", adam),
    ]
    lookaheads = [Call("lookahead", sgd, 2, 0.5), Call("lookahead", adam, 3, 0.25), Call("lookahead", adam, 2, 0.5, reset_state=True)]
    write_trajectories("wrappers", each(rows) + each(lookaheads, synced=True))


def contrib():
    rows = []

    def add(name, *sets, **choices):
        rows.extend(each(option_sets("contrib." + name, *sets), **choices))

    sgd = Call("sgd", 0.1)
    add("acprop", (0.1,), (DECAY,), (0.05, {"b1": 0.5, "weight_decay": 0.1}))
    add("ademamix", (0.1,), (DECAY,), (0.05, {"b3": 0.9, "alpha": 2.0, "weight_decay": 0.1}))
    add("adopt", (0.1,), (DECAY,), (0.05, {"nesterov": True}), (0.05, {"use_clipping": False}))
    add("cocob", (), ({"alpha": 10.0},), ({"learning_rate": 0.5, "weight_decay": 0.1},))
    add("dadapt_adamw", (), ({"learning_rate": 0.5, "betas": (0.5, 0.9)},), ({"estim_lr0": 1e-3, "weight_decay": 0.1},))
    add("dog", (), ({"learning_rate": 0.5, "init_step": ("distance", 0.1)},), ({"init_step": ("learning_rate", 0.1), "weight_decay": 0.1},))
    add("dowg", (), ({"learning_rate": 0.5, "eps": 1e-2},), ({"init_estim_sq_dist": 0.1, "weight_decay": 0.1},))
    add("galore", (0.1, {"rank": 2}), (DECAY, {"rank": 1, "update_proj_gap": 3}), (0.05, {"rank": 2, "scale": 0.5, "weight_decay": 0.1}), tree="float32")
    add("madgrad", (0.1,), (DECAY,), (0.05, {"momentum": 0.5, "weight_decay": 0.1}))
    add("mechanize", (sgd,), (sgd, {"weight_decay": 0.1, "s_init": 1e-3}), (Call("adam", 0.1), {"num_betas": 3}))
    add("momo", (), ({"learning_rate": 0.1, "beta": 0.5},), ({"lower_bound": 0.5, "weight_decay": 0.1},), ({"adapt_lower_bound": True},), extra=("value",))
    add("momo_adam", (), ({"learning_rate": 0.1, "b1": 0.5},), ({"lower_bound": 0.5, "weight_decay": 0.1},), ({"adapt_lower_bound": True},), extra=("value",))
    add("muon", (0.1,), (DECAY, {"nesterov": False}), (0.05, {"adaptive": True, "weight_decay": 0.1}), (0.05, {"consistent_rms": 0.2}), (0.05, {"preconditioning": "spectral"}), (0.05, {"preconditioning": "aol"}), tree="float32")
    add("normalize", ())
    add("prodigy", (), ({"learning_rate": 0.5, "safeguard_warmup": True},), ({"estim_lr0": 1e-3, "weight_decay": 0.1, "betas": (0.5, 0.9)},))
    add("reduce_on_plateau", ({"patience": 1},), ({"patience": 0, "factor": 0.5, "cooldown": 1},), ({"patience": 1, "accumulation_size": 2, "min_scale": 0.2},), extra=("value",))
    add("sam", (sgd, Call("chain", Call("contrib.normalize"), Call("sgd", 0.05))), (sgd, Call("sgd", 0.05), {"sync_period": 3, "reset_state": False}))
    add("sam", (sgd, Call("sgd", 0.05), {"opaque_mode": True}), gradients="bowl", tree="float32", extra=("grad_fn",))
    add("scale_by_acprop", (), ({"b1": 0.5},), ({"b2": 0.5},))
    add("scale_by_ademamix", (), ({"b1": 0.5},), ({"alpha": 2.0, "b3": 0.5},))
    add("scale_by_adopt", (), ({"b1": 0.5},), ({"nesterov": True},))
    add("scale_by_cocob", (), ({"alpha": 10.0},))
    add("scale_by_galore", ({"rank": 2},), ({"rank": 1, "update_proj_gap": 3},), tree="float32")
    add("scale_by_madgrad", (0.1,), (0.1, {"momentum": 0.5}))
    numbers = {"weight_dimension_numbers": {"w": optax.contrib.MuonDimensionNumbers()}}
    add("scale_by_muon", (numbers,), ({"ns_steps": 3} | numbers,), ({"nesterov": False, "beta": 0.5} | numbers,), tree="matrix")
    add("scale_by_simplified_ademamix", (), ({"b1": 0.5, "b2": 0.5},), ({"alpha": 2.0},))
    add("simplified_ademamix", (0.1,), (DECAY,), (0.05, {"alpha": 2.0, "weight_decay": 0.1}))
    add("schedule_free", (sgd, 0.1), (Call("adam", 0.1, b1=0.0), 0.1, {"b1": 0.5}), (sgd, 0.1, {"weight_lr_power": 1.0}))
    add("schedule_free_adamw", (), ({"learning_rate": 0.1, "warmup_steps": 3},), ({"learning_rate": 0.1, "b1": 0.5, "weight_decay": 0.1},))
    add("schedule_free_sgd", (), ({"learning_rate": 0.1, "warmup_steps": 3},), ({"learning_rate": 0.1, "b1": 0.5, "weight_decay": 0.1},))
    add("sophia", (0.1,), (DECAY, {"update_interval": 3}), (0.05, {"b1": 0.5, "gamma": 0.1, "weight_decay": 0.1}), gradients="bowl", tree="float32", extra=("obj_fn",))
    add("differentially_private_aggregate", (1.0, 0.1, {"seed": 3}), (5.0, 0.0, {"seed": 3}), (1.0, 1.0, {"key": 7}), tree="float32", gradients="perExample")
    add("dpsgd", (0.1, 1.0, 0.1, 3), (DECAY, 5.0, 0.0, 3), (0.1, 1.0, 0.5, 3, {"momentum": 0.9, "nesterov": True}), tree="float32", gradients="perExample")
    add("split_real_and_imaginary", (Call("adam", 0.1),))
    write_trajectories("contrib", rows)


def schedules():
    table = [
        Call("constant_schedule", 0.3), Call("constant_schedule", 0.0), Call("constant_schedule", -1.5),
        Call("cosine_decay_schedule", 1.0, 100), Call("cosine_decay_schedule", 0.5, 50, alpha=0.1), Call("cosine_decay_schedule", 1.0, 150, exponent=2.0),
        Call("exponential_decay", 1.0, 20, 0.5), Call("exponential_decay", 1.0, 20, 0.5, transition_begin=30, staircase=True),
        Call("exponential_decay", 1.0, 10, 0.5, end_value=0.1), Call("exponential_decay", 0.1, 10, 2.0, end_value=1.0),
        Call("linear_schedule", 1.0, 0.1, 50), Call("linear_schedule", 0.0, 1.0, 100, transition_begin=20), Call("linear_schedule", 0.5, 0.2, 0),
        Call("polynomial_schedule", 1.0, 0.1, 2.0, 100), Call("polynomial_schedule", 1.0, 0.1, 0.5, 50, transition_begin=25), Call("polynomial_schedule", 0.0, 1.0, 3, 150),
        Call("piecewise_constant_schedule", 1.0, {50: 0.5, 100: 0.1}), Call("piecewise_constant_schedule", 2.0), Call("piecewise_constant_schedule", 1.0, {0: 2.0, 10: 3.0}),
        Call("piecewise_interpolate_schedule", "linear", 1.0, {50: 0.5, 100: 2.0}), Call("piecewise_interpolate_schedule", "cosine", 1.0, {50: 0.5, 100: 2.0}), Call("piecewise_interpolate_schedule", "linear", 0.7),
        Call("warmup_constant_schedule", 0.0, 1.0, 30), Call("warmup_constant_schedule", 0.5, 0.1, 10), Call("warmup_constant_schedule", 0.0, 2.0, 1),
        Call("warmup_cosine_decay_schedule", 0.0, 1.0, 20, 150), Call("warmup_cosine_decay_schedule", 0.1, 1.0, 50, 100, end_value=0.05), Call("warmup_cosine_decay_schedule", 0.0, 1.0, 10, 180, exponent=2.0),
        Call("warmup_exponential_decay_schedule", 0.0, 1.0, 20, 30, 0.5), Call("warmup_exponential_decay_schedule", 0.0, 1.0, 20, 30, 0.5, transition_begin=10, staircase=True), Call("warmup_exponential_decay_schedule", 0.1, 1.0, 50, 10, 0.5, end_value=0.2),
        Call("cosine_onecycle_schedule", 150, 1.0), Call("cosine_onecycle_schedule", 200, 0.5, pct_start=0.5), Call("cosine_onecycle_schedule", 100, 1.0, div_factor=10.0, final_div_factor=100.0),
        Call("linear_onecycle_schedule", 150, 1.0), Call("linear_onecycle_schedule", 200, 0.5, pct_start=0.4, pct_final=0.9), Call("linear_onecycle_schedule", 100, 1.0, div_factor=10.0, final_div_factor=100.0),
        Call("sgdr_schedule", [{"init_value": 0.0, "peak_value": 1.0, "warmup_steps": 10, "decay_steps": 60}, {"init_value": 0.0, "peak_value": 0.5, "warmup_steps": 5, "decay_steps": 100}]),
        Call("sgdr_schedule", [{"init_value": 0.1, "peak_value": 1.0, "warmup_steps": 20, "decay_steps": 200, "end_value": 0.05}]),
        Call("join_schedules", [Call("constant_schedule", 1.0), Call("linear_schedule", 1.0, 0.0, 50), Call("constant_schedule", 0.1)], [40, 120]),
        Call("join_schedules", [Call("linear_schedule", 0.0, 1.0, 20), Call("cosine_decay_schedule", 1.0, 100)], [20]),
    ]
    done = []
    for call in table:
        schedule = call.build()
        values = jax.vmap(lambda count: jnp.asarray(schedule(count), jnp.float32))(jnp.arange(200, dtype=jnp.int32))
        done.append({"name": spelled(call.name), "args": call.args(), "values": fixture.array(values)["data"]})
    fixture.write("optax/schedules.json", {"counts": "0, 1, ..., 199"}, done)


def losses():
    family = cases.Family("optax", "losses", optax)
    add = lambda *a, **k: family.add(*a, vmap=k.pop("vmap", ()), jvp=False, **k)
    logits, other = real("logits", (4, 5)), real("other", (4, 5))
    probabilities = np.asarray(np.exp(other) / np.exp(other).sum(-1, keepdims=True), np.float32)
    log_p = np.asarray(logits - np.log(np.exp(logits).sum(-1, keepdims=True)), np.float32)
    classes, binary = np.array([0, 4, 2, 2], np.int32), truth("binary", (4, 5)).astype(np.float32)
    where = truth("where", (4, 5))
    for dtype in (np.float32, bf16):
        x, y = logits.astype(dtype), other.astype(dtype)
        add("l2_loss", "$0", inputs=[x])
        for op in ("l2_loss", "squared_error", "log_cosh"):
            add(op, "$0", inputs=[x, y], options={"targets": "$1"})
        for delta in (0.5, 1.0, 3.0):
            add("huber_loss", "$0", inputs=[x, y], options={"targets": "$1", "delta": delta})
        add("softmax_cross_entropy", "$0", "$1", inputs=[x, probabilities.astype(dtype)])
        add("softmax_cross_entropy_with_integer_labels", "$0", "$1", inputs=[x, classes])
        add("sigmoid_binary_cross_entropy", "$0", "$1", inputs=[x, binary.astype(dtype)])
    add("log_cosh", "$0", inputs=[np.array([0, 50, -90, 1e-4], np.float32)])
    add("squared_error", "$0", inputs=[logits])
    add("huber_loss", "$0", inputs=[np.array([-1.0, 1.0, 0.0, 3.0], np.float32)])
    for options in ({"axis": 0}, {"where": "$2"}):
        add("softmax_cross_entropy", "$0", "$1", inputs=[logits, probabilities, where], options=options)
        for op in ("kl_divergence", "convex_kl_divergence", "generalized_kl_divergence"):
            add("losses." + op, "$0", "$1", inputs=[log_p, probabilities, where], options=options)
    add("softmax_cross_entropy", "$0", "$1", inputs=[np.array([[-np.inf, 0.0, 1.0]], np.float32), np.array([[0, 0.5, 0.5]], np.float32)])
    add("safe_softmax_cross_entropy", "$0", "$1", inputs=[np.array([[-np.inf, 0.0, 1.0]], np.float32), np.array([[0, 0.5, 0.5]], np.float32)])
    add("safe_softmax_cross_entropy", "$0", "$1", inputs=[logits, probabilities])
    add("softmax_cross_entropy_with_integer_labels", "$0", "$1", inputs=[logits, np.array([0, 1, 2, 3, 0], np.int32)], options={"axis": 0})
    add("softmax_cross_entropy_with_integer_labels", "$0", "$1", inputs=[logits, classes, where], options={"where": "$2"})
    add("sigmoid_binary_cross_entropy", "$0", "$1", inputs=[np.array([-100, 100, 0], np.float32), np.array([0, 1, 0.5], np.float32)])
    for options in ({}, {"gamma": 1.0}, {"alpha": 0.25, "gamma": 3.0}):
        add("sigmoid_focal_loss", "$0", "$1", inputs=[logits, binary], options=options)
    for op in ("cosine_similarity", "cosine_distance"):
        for options in ({}, {"epsilon": 0.1}, {"axis": 0}):
            add(op, "$0", "$1", inputs=[logits, other], options=options)
    for op in ("kl_divergence", "convex_kl_divergence"):
        add(op, "$0", "$1", inputs=[log_p, probabilities])
    add("generalized_kl_divergence", "$0", "$1", inputs=[log_p, probabilities])
    add("losses.kl_divergence_with_log_targets", "$0", "$1", inputs=[log_p, np.log(probabilities)])
    for alpha in (0.0, 0.1, 1.0):
        add("smooth_labels", "$0", alpha, inputs=[probabilities])
    add("hinge_loss", "$0", "$1", inputs=[real("h", (6,)), np.array([1, -1, 1, -1, 1, 1], np.float32)])
    add("losses.perceptron_loss", "$0", "$1", inputs=[real("h", (6,)), np.array([1, -1, 1, -1, 1, 1], np.float32)])
    add("losses.sparsemax_loss", "$0", "$1", inputs=[real("h", (6,)), np.array([1, 0, 1, 0, 1, 1], np.int32)])
    for op in ("multiclass_hinge_loss", "multiclass_perceptron_loss", "multiclass_sparsemax_loss"):
        add("losses." + op, "$0", "$1", inputs=[logits, classes])
    for options in ({}, {"epsilon": 0.5}, {"epsilon": -0.5, "axis": 0}):
        add("losses.poly_loss_cross_entropy", "$0", "$1", inputs=[logits, probabilities], options=options)
    for options in ({}, {"where": "$2"}, {"weights": "$3"}, {"reduce_fn": None}):
        add("losses.ranking_softmax_loss", "$0", "$1", inputs=[logits, binary, where, np.abs(other)], options=options)
    for options in ({}, {"margin": 0.2}, {"norm_degree": 1}):
        add("losses.triplet_margin_loss", "$0", "$1", "$2", inputs=[logits, other, binary], options=options)
    for temperature in (0.07, 0.5, 2.0):
        add("ntxent", "$0", "$1", inputs=[logits, np.array([0, 0, 1, 1], np.int32)], options={"temperature": temperature})
    for options in ({}, {"smooth": 0.1}):
        add("losses.binary_dice_loss", "$0", "$1", inputs=[probabilities, binary], options=options)
    for options in ({}, {"alpha": 0.3, "beta": 0.7}, {"reduction": "none"}, {"ignore_background": True}):
        add("losses.dice_loss", "$0", "$1", inputs=[logits, binary], options=options)
    add("losses.dice_loss", "$0", "$1", inputs=[probabilities, binary], options={"apply_softmax": False}, vjp=False)
    for options in ({}, {"smooth": 0.1}, {"ignore_background": True}):
        add("losses.multiclass_generalized_dice_loss", "$0", "$1", inputs=[logits, binary], options=options)
    ctc = [real("ctc", (2, 6, 4)), np.array([[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1]], np.float32), np.array([[1, 2, 2], [3, 1, 0]], np.int32), np.array([[0, 0, 0], [0, 0, 1]], np.float32)]
    for options in ({}, {"blank_id": 3}, {"log_epsilon": -1e4}):
        add("ctc_loss_with_forward_probs", "$0", "$1", "$2", "$3", inputs=ctc, options=options, constant=(1, 3), vjp=False)
        add("ctc_loss", "$0", "$1", "$2", "$3", inputs=ctc, options=options, constant=(1, 3))
    family.write()


def functions():
    family = cases.Family("optax", "functions", optax)
    x, y = real("fx", (5,)), real("fy", (5,))
    m = real("fm", (3, 4))
    for op in ("projection_non_negative", "projection_simplex", "projection_l1_ball", "projection_l1_sphere", "projection_l2_ball", "projection_l2_sphere", "projection_linf_ball", "projection_hypercube"):
        family.add("projections." + op, "$0", inputs=[x])
        if op != "projection_non_negative":
            family.add("projections." + op, "$0", inputs=[x], options={"scale": 0.5})
    family.add("projections.projection_box", "$0", -1.0, 0.5, inputs=[x])
    family.add("projections.projection_hyperplane", "$0", "$1", 0.5, inputs=[x, y])
    family.add("projections.projection_halfspace", "$0", "$1", -0.5, inputs=[x, y])
    family.add("projections.projection_vector", "$0", "$1", inputs=[x, y])
    family.add("global_norm", ["$0", "$1"], inputs=[x, m])
    family.add("global_norm", ["$0"], inputs=[np.zeros(3, np.float32)])
    family.add("safe_norm", "$0", 0.5, inputs=[x])
    family.add("safe_norm", "$0", 0.0, inputs=[m], options={"axis": 1, "keepdims": True})
    family.add("safe_norm", "$0", 0.1, inputs=[np.zeros(3, np.float32)])
    family.add("safe_root_mean_squares", "$0", 0.5, inputs=[x])
    family.add("safe_root_mean_squares", "$0", 0.1, inputs=[np.zeros(3, np.float32)])
    family.add("safe_increment", "$0", inputs=[np.int32(2**31 - 1)])
    family.add("safe_increment", "$0", inputs=[np.int32(4)])
    family.add("apply_updates", ["$0", "$1"], ["$2", "$3"], inputs=[x, m.astype(bf16), y, real("fn", (3, 4))])
    family.add("incremental_update", ["$0"], ["$1"], 0.1, inputs=[x, y])
    for steps in (4, 5):
        family.add("periodic_update", ["$0"], ["$1"], "$2", 2, inputs=[x, y, np.int32(steps)], jvp=False, vjp=False)
    for order in (1, 2):
        family.add("update_moment", ["$0"], ["$1"], 0.9, order, inputs=[x, y])
        family.add("update_moment_per_elem_norm", ["$0"], ["$1"], 0.9, order, inputs=[x, y])
    family.add("update_infinity_moment", ["$0"], ["$1"], 0.9, 1e-3, inputs=[x, np.abs(y)])
    family.add("bias_correction", ["$0"], 0.9, "$1", inputs=[x, np.int32(3)])
    family.add("power_iteration", "$0", inputs=[(m @ m.T).astype(np.float32)], jvp=False, vjp=False)
    family.add("matrix_inverse_pth_root", "$0", 4, inputs=[(m @ m.T + np.eye(3)).astype(np.float32)], jvp=False, vjp=False)
    family.add("nnls", "$0", "$1", 50, inputs=[real("A", (4, 3)), real("b", (4,))], jvp=False, vjp=False)
    for shape in ((4, 4), (3, 5), (5, 3)):
        for solver in ("hungarian_algorithm", "base_hungarian_algorithm"):
            family.add("assignment." + solver, "$0", inputs=[real("cost", shape)], jvp=False, vjp=False)
    family.add("per_example_global_norm_clip", ["$0", "$1"], 1.0, inputs=[real("pe", (3, 4)), real("pf", (3, 2, 2))])
    family.add("per_example_layer_norm_clip", ["$0", "$1"], 1.0, inputs=[real("pe", (3, 4)), real("pf", (3, 2, 2))])
    family.add("per_example_layer_norm_clip", ["$0", "$1"], 1.0, inputs=[real("pe", (3, 4)), real("pf", (3, 2, 2))], options={"uniform": False})
    for bound in (1.0, 50.0):
        family.add("skip_large_updates", ["$0"], 0, ["$1"], bound, inputs=[x, y], jvp=False, vjp=False)
    for y_or_nan in (y, np.array([1, np.nan, 0, 0, np.inf], np.float32)):
        family.add("skip_not_finite", ["$0"], 0, ["$1"], inputs=[y_or_nan, x], jvp=False, vjp=False)
    family.add("transforms.unitwise_norm", "$0", inputs=[m])
    family.add("transforms.unitwise_clip", "$0", "$1", "$2", inputs=[np.abs(real("gn", (3, 4))), np.ones((3, 4), np.float32), m])
    family.add("scale_gradient", "$0", 0.25, inputs=[x], jvp=False)
    family.add("tree.norm", ["$0", "$1"], inputs=[x, m], options={"squared": True})
    family.add("tree.vdot", ["$0", "$1"], ["$2", "$1"], inputs=[x, m, y])
    family.add("tree.sum", ["$0", "$1"], inputs=[x, m])
    family.add("tree.max", ["$0", "$1"], inputs=[x, m])
    family.add("tree.min", ["$0", "$1"], inputs=[x, m])
    family.add("tree.add_scale", ["$0"], 0.5, ["$1"], inputs=[x, y])
    family.add("tree.clip", ["$0"], inputs=[x], options={"min_value": -1.0, "max_value": 0.5})
    for op in ("add", "sub", "mul", "div"):
        family.add("tree." + op, ["$0"], ["$1"], inputs=[x, y])
    family.write()


FILES = (aliases, transforms, wrappers, contrib, schedules, losses, functions)

if __name__ == "__main__":
    for make in FILES:
        if not sys.argv[1:] or make.__name__ in sys.argv[1:]:
            make()
