"""Is the twin GraphCast? Its forward pass, loss, gradients and optimizer steps beside the original's golden data.

The data are read as the original reads them: variables in alphabetical order, remaining dimensions in C order,
normalized inputs, then forcings; the target is the residual to the last input frame in units of the 12 hour
difference's standard deviation, or the normalized target where the variable is not an input.
"""

import json
import types

import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy.io import netcdf_file

import graphcast

DIMENSIONS = ("batch", "time", "level", "lat", "lon")


def read_netcdf(path):
    """{name: (dimensions, float32 or int array)}"""
    with netcdf_file(path, "r", mmap=False) as file:
        return {k: (v.dimensions, np.array(v.data, v.data.dtype.newbyteorder("="))) for k, v in file.variables.items()}


def full_rank(variable, sizes):
    """[batch, time, level or 1, lat, lon], missing dimensions broadcast (level: length 1)."""
    dimensions, values = variable
    shape = [sizes[d] if d in dimensions else 1 for d in DIMENSIONS]
    order = [dimensions.index(d) for d in DIMENSIONS if d in dimensions]
    values = values.transpose(order).reshape(shape)
    target = [sizes["batch"], values.shape[1] if "time" in dimensions else 1, values.shape[2], sizes["lat"], sizes["lon"]]
    return np.broadcast_to(values, target)


def per_level(statistics, name):
    """A statistic as [1, 1, level or 1, 1, 1]."""
    return np.asarray(statistics[name][1], np.float32).reshape(1, 1, -1, 1, 1)


def stacked(fields):
    """[batch, time, level, lat, lon] each -> [lat * lon, batch, channel]"""
    parts = [f.transpose(3, 4, 0, 1, 2).reshape(f.shape[3] * f.shape[4], f.shape[0], -1) for f in fields]
    return np.concatenate(parts, -1).astype(np.float32)


def latitude_weights(latitudes):
    """Cell areas of a regular grid that contains the poles, normalized to mean 1."""
    spacing = np.deg2rad(np.abs(np.diff(latitudes)[0]))
    weights = np.cos(np.deg2rad(latitudes)) * np.sin(spacing / 2)
    weights[[0, -1]] = np.sin(spacing / 4) ** 2
    return weights / weights.mean()


def read_case(folder):
    inputs, targets, forcings = (read_netcdf(folder / f"{n}.nc") for n in ("inputs", "targets", "forcings"))
    mean, stddev, differences = (read_netcdf(folder / f"{n}_by_level.nc") for n in ("mean", "stddev", "diffs_stddev"))
    sizes = {d: len(inputs[d][1]) for d in ("level", "lat", "lon", "time")}
    sizes["batch"] = inputs["temperature"][1].shape[0]
    data = lambda file: sorted(k for k in file if k not in (*DIMENSIONS, "datetime"))
    normalized = lambda file, k: (full_rank(file[k], sizes) - per_level(mean, k)) / per_level(stddev, k)
    forcing = lambda k: (full_rank((forcings[k][0], forcings[k][1]), sizes | {"time": forcings[k][1].shape[1]})[:, :1]
                         - per_level(mean, k)) / per_level(stddev, k)
    features = stacked([normalized(inputs, k) for k in data(inputs)] + [forcing(k) for k in data(forcings)])
    wanted, weights = [], []
    area = latitude_weights(inputs["lat"][1].astype(np.float64))
    configured = json.loads((folder / "config.json").read_text())["per_variable_weights"]
    for k in data(targets):
        target = full_rank(targets[k], sizes | {"time": targets["time"][1].size})[:, :1]
        last = full_rank(inputs[k], sizes)[:, -1:] if k in inputs else None
        wanted.append((target - last) / per_level(differences, k) if last is not None
                      else (target - per_level(mean, k)) / per_level(stddev, k))
        levels = inputs["level"][1].astype(np.float64)
        level = levels / levels.mean() if target.shape[2] > 1 else np.ones(1)
        share = configured.get(k, 1.0) * level / len(level)
        weights.append(area[:, None, None] * np.ones((1, sizes["lon"], 1)) * share)
    weights = np.concatenate(weights, -1).reshape(-1, 1, sum(w.shape[-1] for w in weights)).astype(np.float32)
    return features, stacked(wanted), weights, data(targets)


def read_tree(path, root):
    """`ROOT:MODULE:NAME` arrays as {module: {name: array}}."""
    tree = {}
    with np.load(path) as file:
        for key in file.files:
            if key.startswith(root + ":"):
                _, module, name = key.split(":")
                tree.setdefault(module, {})[name] = jnp.asarray(file[key])
    return tree


def verify(folder):
    """Prints one line for each quantity; returns 0 when all are within the README's tolerances, else 1."""
    config = json.loads((folder / "config.json").read_text())
    golden_loss = json.loads((folder / "loss.json").read_text())["one_step"]["float32"]
    model = config["model_config"]
    inputs, targets, weights, names = read_case(folder)
    options = types.SimpleNamespace(latent_size=model["latent_size"], message_steps=model["gnn_msg_steps"],
                                    hidden_layers=model["hidden_layers"], outputs=targets.shape[-1])
    init, apply = graphcast.forward_function(graphcast.read_graph(folder / "graph.npz"), options)
    params = read_tree(folder / "checkpoint.npz", "params")
    failures = 0

    def check(what, error, tolerance):
        nonlocal failures
        failures += not error <= tolerance
        print(f"{'ok  ' if error <= tolerance else 'FAIL'} {what}: {error:.2e} (tolerance {tolerance:.0e})")

    shapes = lambda tree: {(k, n): v.shape for k, p in tree.items() for n, v in p.items()}
    expected = jax.eval_shape(init, jax.random.key(0), inputs)
    check("parameters with another name or shape", float(len(shapes(expected).items() ^ shapes(params).items())), 0.0)

    with np.load(folder / "forward.npz") as file:
        golden = stacked([file[f"raw:{k}"].reshape(file[f"raw:{k}"].shape[0], 1, -1, *file[f"raw:{k}"].shape[-2:]) for k in names])
    output = np.asarray(jax.jit(apply)(params, inputs))
    check("forward, of the maximum", np.abs(output - golden).max() / np.abs(golden).max(), 1e-5)

    loss_and_gradients = jax.jit(jax.value_and_grad(graphcast.loss_function(apply)))
    loss, gradients = loss_and_gradients(params, inputs, targets, weights)
    check("loss, relative", abs(float(loss) / golden_loss["loss"] - 1), 5e-6)
    wanted = read_tree(folder / "grads.npz", "grads")
    worst = max(
        float(jnp.abs(gradients[k][n] - g).max() / jnp.maximum(jnp.abs(g).max(), 1e-12)) if jnp.any(g) else float(jnp.abs(gradients[k][n]).max())
        for k, p in wanted.items() for n, g in p.items()
    )
    check("gradients, of each tensor's maximum (worst)", worst, 5e-5)
    difference = jax.tree.map(jnp.subtract, gradients, wanted)
    check("gradients, relative l2", float(optax.global_norm(difference) / optax.global_norm(wanted)), 2e-5)
    check("gradient norm, relative", abs(float(optax.global_norm(gradients)) / golden_loss["grad_global_norm"] - 1), 1e-5)

    optimizer = graphcast.paper_optimizer()
    step = jax.jit(graphcast.training_step(apply, optimizer))
    state, curve, current = optimizer.init(params), [], params
    golden_curve = json.loads((folder / "training.json").read_text())["paper"]["loss"]
    for index in range(len(golden_curve)):
        if index == 5:
            after = read_tree(folder / "params_paper_step5.npz", "params")
            norm = float(optax.global_norm(jax.tree.map(jnp.subtract, current, after)) / optax.global_norm(after))
            check("parameters after 5 steps, relative l2", norm, 1e-4)
        current, state, loss = step(current, state, inputs, targets, weights)
        curve.append(float(loss))
    check("loss curve, relative", float(np.abs(np.array(curve) / golden_curve - 1).max()), 1e-4)
    return 1 if failures else 0
