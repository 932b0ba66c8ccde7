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
# As in the twin: samples that warm up, the least and the most that count, and the seconds after which the least will do.
TRACES = dict(warm=5, least=5, most=20, seconds=8)
CALLS = dict(warm=5, least=5, most=30, seconds=4)
ARRAYS_IN_SAMPLE = 5000

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


def sampled(sample, warm, least, most, seconds):
    """Samples until there are enough of them, or the time is over and there are the least."""
    samples, end = [], time.perf_counter() + seconds
    while len(samples) < warm + most and (len(samples) < warm + least or time.perf_counter() < end):
        samples.append(sample())
    return samples[0], samples[warm:]


def trace():
    step = loss_and_gradient()
    return measured(lambda: step.lower(params, inputs, targets))


first, again = sampled(trace, **TRACES)
report("trace and lower, first", "ms", [first[0] * 1e3])
report("trace and lower, again", "ms", [clock * 1e3 for clock, _ in again])
report("trace and lower, again, processor time", "ms", [processor * 1e3 for _, processor in again])


def call_repeatedly():
    global tree
    for _ in range(count):
        tree = doubled(tree)


def calls():
    loop = measured(call_repeatedly)
    tree[-1].block_until_ready()
    return loop


for leaves in (2, 200):
    doubled = jax.jit(lambda tree: [x + x for x in tree])
    tree = [jnp.zeros(4) for _ in range(leaves)]
    count = min(500, ARRAYS_IN_SAMPLE // leaves)
    _, warm = sampled(calls, **CALLS)
    report(f"call, {leaves} leaves", "us", [clock * 1e6 / count for clock, _ in warm])
    report(f"call, {leaves} leaves, processor time", "us", [processor * 1e6 / count for _, processor in warm])
