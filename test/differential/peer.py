"""JAX's side of the differential test: a line of JSON comes in, a line with the answers goes out.

A line is a list of cases as `draw.ts` makes them; the answer to each is an object with an entry for each mode, either a
list of arrays or {"refused": ...}. A step of a program is one call of `jax.lax` by its own name, so this file knows of
operations only how their arguments are spelt (`fooBar` -> `foo_bar`, dimension numbers) and, for those that take
functions, how bodies are handed over (`forms.ts` has the same in TypeScript).

JAX traces each mode into a jaxpr; the eight of a program are compiled together, since that is what takes the time.
"""

import json
import os
import pathlib
import re
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")
# Programs run once: the time to compile is everything. Sixteen bits are rounded where the program says so.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true --xla_allow_excess_precision=false"
    " --xla_cpu_parallel_codegen_split_count=1 --xla_cpu_use_fusion_emitters=false",
)
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "oracle"))

import jax
import jax.extend.core
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from jax import lax

import fixture

COMBINERS = {"add": lax.add, "mul": lax.mul, "max": lax.max, "min": lax.min}


def snake(name):
    return re.sub(r"([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def dtype_of(name):
    return np.dtype(getattr(ml_dtypes, name)) if name == "bfloat16" else np.dtype(name)


def read(record):
    if record is None:
        return None
    dtype = dtype_of(record["dtype"])
    numbers = [complex(*map(float, x)) if isinstance(x, list) else float(x) for x in record["data"]]
    return jnp.asarray(np.array(numbers).astype(dtype).reshape(record["shape"]))


# --- programs

def substitute(value, values):
    if isinstance(value, str):
        if re.fullmatch(r"\$\d+", value):
            return values[int(value[1:])]
        return float(value.replace("Infinity", "inf")) if re.fullmatch(r"-?Infinity", value) else value
    if isinstance(value, list):
        return [substitute(v, values) for v in value]
    if isinstance(value, dict):
        return {k: substitute(v, values) for k, v in value.items()}
    return value


def run(program, inputs):
    values = list(inputs)
    for step in program["steps"]:
        captured = [substitute(ref, values) for ref in step.get("captured", [])]
        bodies = [function(body, captured) for body in step.get("bodies", [])]
        args = [substitute(a, values) for a in step["args"]]
        options = {snake(k): v for k, v in step.get("options", {}).items()}
        call = FORMS.get(step["op"]) or plain(step["op"])
        result = call(bodies, args, options)
        values += list(result) if isinstance(result, (list, tuple)) else [result]
    return [substitute(ref, values) for ref in program["outputs"]]


def function(body, captured):
    return lambda *own: run(body, [*own, *captured])


def plain(op):
    """A call of jax.lax by its own name."""
    name = snake(op)
    target = getattr(lax, name, None) or getattr(lax.linalg, name)

    def call(_, args, options):
        args = [numbers(op, a) if isinstance(a, dict) else tuple(a) if is_numbers(a) else a for a in args]
        return target(*args, **{k: tuple(v) if isinstance(v, list) else v for k, v in options.items()})

    return call


def is_numbers(value):
    return isinstance(value, list) and all(isinstance(v, (int, list, tuple)) for v in value)


def numbers(op, record):
    kind = lax.GatherDimensionNumbers if op == "gather" else lax.ScatterDimensionNumbers
    return kind(**{snake(k): tuple(v) for k, v in record.items()})


def full(_, args, options):
    return lax.full(tuple(args[0]), args[1], dtype_of(options["dtype"]))


def converted(_, args, options):
    return lax.convert_element_type(args[0], dtype_of(args[1]))


def scan(bodies, args, options):
    def body(carry, x):
        carry, *ys = bodies[0](carry, x)
        return carry, ys

    carry, ys = lax.scan(body, *args, **options)
    return [carry, *ys]


def while_loop(bodies, args, _):
    limit, init = args
    return lax.while_loop(
        lambda c: c[0] < limit, lambda c: (c[0] + jnp.int32(1), bodies[0](c[1])[0]), (jnp.int32(0), init)
    )


def custom_jvp(bodies, args, _):
    custom = jax.custom_jvp(lambda *xs: bodies[0](*xs))

    @custom.defjvp
    def _(primals, tangents):
        values, dots = jax.jvp(bodies[0], primals, tangents)
        return values, [t + t for t in dots]

    return custom(*args)


def custom_vjp(bodies, args, _):
    custom = jax.custom_vjp(lambda *xs: bodies[0](*xs))

    def backward(xs, cotangents):
        weighted = lambda *ys: sum(jnp.sum(lax.mul(y, c)) for y, c in zip(bodies[0](*ys), cotangents))
        return tuple(3 * g for g in jax.grad(weighted, tuple(range(len(xs))))(*xs))

    custom.defvjp(lambda *xs: (bodies[0](*xs), xs), backward)
    return custom(*args)


FORMS = {
    "full": full,
    "convertElementType": converted,
    "broadcastedIota": lambda _, args, __: lax.broadcasted_iota(dtype_of(args[0]), tuple(args[1]), args[2]),
    "stopGradient": lambda _, args, __: lax.stop_gradient(*args),
    "optimizationBarrier": lambda _, args, __: lax.optimization_barrier(*args),
    "round": lambda _, args, __: lax.round(*args),
    "erfInv": lambda _, args, __: lax.erf_inv(*args),
    "clamp": lambda _, args, __: lax.clamp(*args),
    "argmax": lambda _, args, __: lax.argmax(args[0], args[1], dtype_of(args[2])),
    "argmin": lambda _, args, __: lax.argmin(args[0], args[1], dtype_of(args[2])),
    "fft": lambda _, args, __: lax.fft(args[0], lax.FftType.RFFT, tuple(args[2])),
    "pad": lambda _, args, __: lax.pad(args[0], args[1], [tuple(c) for c in args[2]]),
    "dynamicSlice": lambda _, args, __: lax.dynamic_slice(*args),
    "dynamicUpdateSlice": lambda _, args, __: lax.dynamic_update_slice(*args),
    "reduceWindow": lambda _, args, options: lax.reduce_window(
        args[0], dtype_of(str(args[0].dtype)).type(args[1]), COMBINERS[args[2]], tuple(args[3]),
        tuple(options["window_strides"]), [tuple(p) for p in options["padding"]],
    ),
    "sortBy": lambda _, args, options: lax.sort(tuple(args[0]), **options),
    "scan": scan,
    "foriLoop": lambda bodies, args, _: lax.fori_loop(args[0], args[1], lambda i, c: bodies[0](i, c)[0], args[2]),
    "whileLoop": while_loop,
    "cond": lambda bodies, args, _: lax.cond(args[0], bodies[0], bodies[1], *args[1:]),
    "switch": lambda bodies, args, _: lax.switch(args[0], bodies, *args[1:]),
    "map": lambda bodies, args, options: lax.map(lambda x: bodies[0](x)[0], args[0], **options),
    "associativeScan": lambda _, args, options: lax.associative_scan(COMBINERS[args[0]], args[1], **options),
    "jit": lambda bodies, args, _: jax.jit(bodies[0])(*args),
    "checkpoint": lambda bodies, args, _: jax.checkpoint(bodies[0])(*args),
    "customJvp": custom_jvp,
    "customVjp": custom_vjp,
}


# --- modes

def is_float(x):
    return jnp.issubdtype(x.dtype, jnp.floating)


class Question:
    """A case with arrays in the places of JSON. Nothing but directions and weights is closed over: what is, XLA folds at
    compile time, and its folding has mistakes of its own (`clz` of -1 is -32)."""

    def __init__(self, case):
        self.f = function(case["program"], [])
        self.inputs = [read(x) for x in case["inputs"]]
        self.rows = [read(x) for x in case["rows"]]
        self.in_axes = tuple(case["inAxes"])
        self.floats = tuple(i for i, x in enumerate(self.inputs) if is_float(x))
        self.tangents = tuple(read(t) for t in case["tangents"] if t is not None)
        self.weights = [read(w) for w in case["cotangents"]]
        self.wide = np.dtype("float64" if case["dtype"] == "float64" else "float32")

    def floats_only(self, inputs):
        """The float outputs as a function of the float inputs, and these."""

        def f(*xs):
            given = dict(zip(self.floats, xs))
            outputs = self.f(*[given.get(i, x) for i, x in enumerate(inputs)])
            return [y for y, w in zip(outputs, self.weights) if w is not None]

        return f, tuple(inputs[i] for i in self.floats)

    def weighted(self, outputs):
        total = lax.full((), 0, self.wide)
        for y, weight in zip(outputs, self.weights):
            if weight is not None:
                total = total + jnp.sum(y.astype(self.wide) * weight.astype(self.wide))
        return total

    def gradient(self, f):
        return jax.grad(lambda *xs: self.weighted(f(*xs)), self.floats)

    def batched(self, f):
        return jax.vmap(f, self.in_axes)

    def forward(self, *inputs):
        f, xs = self.floats_only(inputs)
        values, dots = jax.jvp(f, xs, self.tangents)
        return [*values, *dots]

    def pull(self, f, *xs):
        return jax.vjp(f, *xs)[1]([w for w in self.weights if w is not None])

    def back(self, *inputs):
        f, xs = self.floats_only(inputs)
        return self.pull(f, *xs)

    def forward_over_back(self, *inputs):
        f, xs = self.floats_only(inputs)
        return jax.jvp(lambda *xs: self.pull(f, *xs), xs, self.tangents)[1]


MODES = {
    "eval": lambda q: (q.f, q.inputs),
    "jvp": lambda q: (q.forward, q.inputs),
    "vjp": lambda q: (q.back, q.inputs),
    "vmap": lambda q: (q.batched(q.f), q.rows),
    "jit": lambda q: (q.f, q.inputs),
    "vmap(grad)": lambda q: (q.batched(q.gradient(q.f)), q.rows),
    "grad(vmap)": lambda q: (q.gradient(q.batched(q.f)), q.rows),
    "jvp(vjp)": lambda q: (q.forward_over_back, q.inputs),
}


# --- answers

# What JAX raises for a derivative or a batch that it does not have.
REFUSALS = (TypeError, ValueError, NotImplementedError)


def applies(mode, case):
    return mode in ("eval", "jit") or bool(case["inputs"] and (mode == "vmap" or any(case["tangents"])))


def staged(mode, case):
    """The mode as a program, with its arguments; or the refusal."""
    try:
        f, args = MODES[mode](Question(case))
        program = jax.make_jaxpr(f)(*args)
        # Forward mode through a custom_vjp is refused when it is compiled, which is after this.
        return {"refused": "custom_vjp"} if "custom_lin" in str(program) else (program, args)
    except REFUSALS as error:
        return {"refused": f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"}


def answers(case):
    with jax.enable_x64(case["dtype"] == "float64"):
        found = {mode: staged(mode, case) if applies(mode, case) else None for mode in MODES}
        programs = {mode: p for mode, p in found.items() if isinstance(p, tuple)}

        def everything(arguments):
            return {m: jax.extend.core.jaxpr_as_fun(p)(*arguments[m]) for m, (p, _) in programs.items()}

        results = jax.jit(everything)({mode: args for mode, (_, args) in programs.items()})
        return found | {mode: fixture.arrays(list(values)) for mode, values in results.items()}


def main():
    for line in sys.stdin:
        print(json.dumps([answers(case) for case in json.loads(line)], separators=(",", ":")), flush=True)


if __name__ == "__main__":
    main()
