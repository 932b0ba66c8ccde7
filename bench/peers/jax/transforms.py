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
TRACES, CALLS, SAMPLES = 25, 500, 40

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


def measured(work):
    """Seconds by the clock and of all threads of the process: on a busy machine the second says more."""
    begin, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin, time.process_time() - used


traces = []
for _ in range(TRACES):
    step = loss_and_gradient()
    traces.append(measured(lambda: step.lower(params, inputs, targets)))
report("trace and lower, first", "ms", [traces[0][0] * 1e3])
report("trace and lower, again", "ms", [clock * 1e3 for clock, _ in traces[5:]])
report("trace and lower, again, processor time", "ms", [processor * 1e3 for _, processor in traces[5:]])


def call_repeatedly():
    global tree
    for _ in range(CALLS):
        tree = doubled(tree)


for leaves in (2, 200):
    doubled = jax.jit(lambda tree: [x + x for x in tree])
    tree = [jnp.zeros(4) for _ in range(leaves)]
    calls = []
    for _ in range(SAMPLES):
        calls.append(measured(call_repeatedly))
        tree[-1].block_until_ready()
    warm = calls[SAMPLES // 4 :]
    report(f"call, {leaves} leaves", "us", [clock * 1e6 / CALLS for clock, _ in warm])
    report(f"call, {leaves} leaves, processor time", "us", [processor * 1e6 / CALLS for _, processor in warm])
