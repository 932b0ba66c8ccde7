"""What JAX itself costs, apart from what the compiled program computes: the twin of `bench/cases/transforms-worker.ts`.

Writing a program down, differentiating and lowering it, and calling it once it is compiled. One JSON line is printed
for each figure.
"""

import json
import statistics
import time

import jax
import jax.numpy as jnp

LAYERS, WIDTH, BATCH = 64, 32, 8
TRACES, CALLS, SAMPLES = 15, 200, 40

key = jax.random.PRNGKey(0)
params = [
    {"w": jax.random.normal(jax.random.fold_in(key, i), (WIDTH, WIDTH)) * 0.1, "b": jnp.zeros(WIDTH)}
    for i in range(LAYERS)
]
inputs = jax.random.normal(jax.random.PRNGKey(1), (BATCH, WIDTH))
targets = jax.random.normal(jax.random.PRNGKey(2), (BATCH, WIDTH))


def loss_and_gradient():
    """New functions each time, so that nothing is remembered of the ones before."""

    def loss(layers, x, y):
        h = x
        for layer in layers:
            h = h + jnp.tanh(h @ layer["w"] + layer["b"])
        error = h - y
        return jnp.mean(error * error)

    return jax.jit(lambda layers, x, y: jax.value_and_grad(loss)(layers, x, y))


def report(metric, unit, samples):
    figure = {
        "case": "transforms",
        "peer": "jax",
        "metric": metric,
        "unit": unit,
        "median": statistics.median(samples),
        "min": min(samples),
        "max": max(samples),
        "n": len(samples),
    }
    print(json.dumps(figure))


traces = []
for _ in range(TRACES):
    step = loss_and_gradient()
    begin = time.perf_counter()
    step.lower(params, inputs, targets)
    traces.append((time.perf_counter() - begin) * 1e3)
report("trace and lower, first", "ms", traces[:1])
report("trace and lower, again", "ms", traces[5:])

for leaves in (2, 200):
    doubled = jax.jit(lambda tree: [x + x for x in tree])
    tree = [jnp.zeros(4) for _ in range(leaves)]
    calls = []
    for _ in range(SAMPLES):
        begin = time.perf_counter()
        for _ in range(CALLS):
            tree = doubled(tree)
        calls.append((time.perf_counter() - begin) * 1e6 / CALLS)
        tree[-1].block_until_ready()
    report(f"call, {leaves} leaves", "us", calls[SAMPLES // 4 :])
