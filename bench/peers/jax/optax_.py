"""One update of optax's Adam on a tree of many leaves: the twin of `bench/cases/optax-worker.ts`.

    python optax_.py LEAVES WIDTH
"""

import functools
import json
import math
import statistics
import sys
import time

import jax
import jax.numpy as jnp
import optax

leaves, width = map(int, sys.argv[1:3])
STEPS = {"jitted": 60, "plain": 15}


def tree(scale):
    return {f"layer{i:04d}": jnp.full((width, width), scale * math.sin(i + 1)) for i in range(leaves)}


adam = optax.adam(1e-3)
grads = tree(0.01)


def step(params, state, gradient):
    updates, state = adam.update(gradient, state, params)
    return optax.apply_updates(params, updates), state


def report(metric, samples):
    figure = {
        "case": "optax",
        "peer": "jax",
        "metric": metric,
        "unit": "ms",
        "median": statistics.median(samples),
        "min": min(samples),
        "max": max(samples),
        "n": len(samples),
    }
    print(json.dumps(figure))


def measured(name, run, steps):
    """Milliseconds by the clock and of all threads of the process, for each step after the first quarter."""
    params = tree(1)
    state = adam.init(params)
    clock, processor = [], []
    for _ in range(steps):
        used, begin = time.process_time(), time.perf_counter()
        params, state = run(params, state, grads)
        jax.block_until_ready(params)
        clock.append((time.perf_counter() - begin) * 1e3)
        processor.append((time.process_time() - used) * 1e3)
    report(f"Adam, {leaves} leaves, {name}", clock[steps // 4 :])
    report(f"Adam, {leaves} leaves, {name}, processor time", processor[steps // 4 :])


measured("not jitted", step, STEPS["plain"])
measured("jitted", functools.partial(jax.jit, donate_argnums=(0, 1))(step), STEPS["jitted"])
