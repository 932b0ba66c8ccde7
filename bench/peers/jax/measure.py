"""Measuring inside a worker: the twin of `bench/measure.ts`."""

import argparse
import json
import os
import statistics
import time

_parser = argparse.ArgumentParser()
_parser.add_argument("case")
_parser.add_argument("--peer", default="jax")
_parser.add_argument("--seconds", type=float, default=3)
_parser.add_argument("--warmup", type=int, default=3)
_parser.add_argument("--samples", type=int, default=200)
options = _parser.parse_args()


def report(metric, unit, samples):
    """Prints a figure."""
    line = {"case": options.case, "peer": options.peer, "metric": metric, "unit": unit}
    spread = {"median": statistics.median(samples), "min": min(samples), "max": max(samples), "n": len(samples)}
    print(json.dumps({**line, **spread}), flush=True)


def check(value):
    """Prints a number that every peer must agree on."""
    report("check", "", [float(value)])


def sampled(work, calls=1, settle=lambda: None):
    """Milliseconds of each call; with `calls` above 1, the mean over so many in a row, of which `settle` ends the last."""

    def once():
        begin = time.perf_counter()
        for _ in range(calls):
            work()
        settle()
        return (time.perf_counter() - begin) * 1e3 / calls

    for _ in range(options.warmup):
        once()
    samples, end = [], time.perf_counter() + options.seconds
    while not samples or (len(samples) < options.samples and time.perf_counter() < end):
        samples.append(once())
    return samples


def since_asked():
    """Milliseconds since the benchmark asked for this process."""
    return time.time() * 1e3 - float(os.environ["FLUXION_BENCH_ASKED"])
