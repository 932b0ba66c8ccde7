"""The ten cases in JAX: `suite.py <case> [options of measure.py]`."""

import time

import jax
import jax.numpy as jnp
import numpy as np
import optax

import models
from draw import draw
from measure import check, options, report, sampled, since_asked
from memory import peak_memory


def micro(samples):
    return [x * 1e3 for x in samples]


def train(model, optimizer, checked, calls=1):
    """Times a training step; the loss after `checked` steps is compared between peers."""
    params, batch = model.params(), model.batch()
    state = optimizer.init(params)

    def step(params, state, *batch):
        loss, grads = jax.value_and_grad(model.loss)(params, *batch)
        updates, state = optimizer.update(grads, state, params)
        return optax.apply_updates(params, updates), state, loss

    step = jax.jit(step, donate_argnums=(0, 1))
    loss = None

    def work():
        nonlocal params, state, loss
        params, state, loss = step(params, state, *batch)

    for _ in range(checked + 1):
        work()
    check(loss)
    times = sampled(work, calls=calls, settle=lambda: jax.block_until_ready(loss))
    report("step", "us" if calls > 1 else "ms", micro(times) if calls > 1 else times)


def adam500():
    names = range(500)
    first = {i: jnp.asarray(draw(200 + i, (64, 64))) for i in names}
    # Two gradients in turn: under a constant one every step of Adam is the learning rate.
    grads = [{i: jnp.asarray(draw(seed + i, (64, 64))) for i in names} for seed in (900, 1500)]
    turn = 0
    optimizer = optax.adam(1e-3)
    params, state = jax.tree.map(jnp.copy, first), optimizer.init(first)

    def update(params, state, grads):
        updates, state = optimizer.update(grads, state, params)
        return optax.apply_updates(params, updates), state

    update = jax.jit(update, donate_argnums=(0, 1))

    def work():
        nonlocal params, state, turn
        params, state = update(params, state, grads[turn % 2])
        turn += 1

    for _ in range(5):
        work()
    check(np.mean([np.mean(np.abs(np.asarray(params[i], np.float64) - np.asarray(first[i]))) for i in names]))
    report("update", "ms", sampled(work, settle=lambda: jax.block_until_ready(params)))


def start():
    grads = jax.jit(jax.grad(models.tiny.loss))(models.tiny.params(), *models.tiny.batch())
    total = sum(float(jnp.sum(jnp.square(g))) for g in jax.tree.leaves(grads))
    report("process start to first gradient", "ms", [since_asked()])
    check(total)


def residual():
    params, batch = models.residual.params(), models.residual.batch()

    def fresh():
        """New functions each time, so that nothing is remembered of the ones before."""
        return jax.jit(lambda *args: jax.value_and_grad(lambda *a: models.residual.loss(*a))(*args))

    check(fresh()(params, *batch)[0])
    report("trace and lower", "ms", sampled(lambda: fresh().lower(params, *batch)))
    lowered = []

    def compile():
        jax.clear_caches()
        step = fresh().lower(params, *batch)
        begin = time.perf_counter()
        step.compile()
        lowered.append((time.perf_counter() - begin) * 1e3)

    sampled(compile)
    report("compile", "ms", lowered[options.warmup :])


def eager():
    x, y = jnp.asarray(draw(14, (10,))), jnp.asarray(draw(15, (10,)))
    z = x
    for _ in range(100):
        z = z + y
    check(jnp.sum(z))

    def work():
        nonlocal z
        z = z + y

    report("add", "us", micro(sampled(work, calls=2000, settle=lambda: z.block_until_ready())))


def third():
    f = lambda x: jnp.tanh(jnp.sin(x) * x)
    g = jax.jit(jax.grad(jax.grad(jax.grad(f))))
    x = jnp.float32(0.7)
    y = g(x)
    check(y)

    def work():
        nonlocal y
        y = g(x)

    report("call", "us", micro(sampled(work, calls=2000, settle=lambda: y.block_until_ready())))


def perexample():
    params, batch = models.mlp.params(), models.mlp.batch(32)
    f = jax.jit(jax.vmap(jax.grad(models.mlp.loss), in_axes=(None, 0, 0)))
    grads = f(params, *batch)
    check(np.sqrt(np.mean(np.square(np.asarray(grads[0]["w"], np.float64)))))
    report("call", "ms", sampled(lambda: jax.block_until_ready(f(params, *batch))))


CASES = {
    "mlp": lambda: train(models.mlp, optax.adam(1e-3), 5),
    "tiny": lambda: train(models.tiny, optax.adam(1e-3), 5, calls=500),
    "conv": lambda: train(models.conv, optax.adam(1e-3), 1),
    "gnn": lambda: train(models.gnn, optax.adamw(1e-3), 5),
    "adam500": adam500,
    "start": start,
    "residual": residual,
    "eager": eager,
    "third": third,
    "perexample": perexample,
}
CASES[options.case]()
report("peak memory", "MB", [peak_memory()])
