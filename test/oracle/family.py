"""A file of cases: calls of one namespace on arrays, with what JAX answers and how it differentiates and batches them.

A case is

    { op, args, inputs, outputs, jvp?: {tangents, outTangents}, vjp?: {cotangents, inCotangents},
      vmap?: [{inAxes, inputs, outputs}], x64?: true, note? }

where `namespace[op](...args)` is the call (see fixture.py for "$0" and {"function": name}) and outputs are its
flattened leaves. What JAX cannot differentiate has no `jvp` or no `vjp`. Cases marked x64 need 64-bit types enabled.
"""

import sys

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

import fixture

bf16 = ml_dtypes.bfloat16
# How JAX says that it cannot differentiate something.
REFUSALS = (NotImplementedError, TypeError, ValueError)


class Family:
    """The cases of one file `FOLDER/NAME.json`; operations are looked up in the namespace."""

    def __init__(self, folder, name, namespace, **header):
        self.folder, self.name, self.namespace, self.header, self.cases = folder, name, namespace, header, []

    def add(self, op, *args, inputs, jvp=True, vjp=True, vmap=(), note=None, function=None, options=None, x64=False, constant=()):
        """One case. `args` and `options` are the Python call with "$0" for the inputs; `op` may contain a dot."""
        options = options or {}
        function = function or resolve(self.namespace, op)
        inputs = [np.asarray(x) for x in inputs]
        x64 = x64 or any(x.dtype.name in ("float64", "int64", "uint64", "complex128") for x in inputs)
        rng = fixture.generator(self.name, op, len(self.cases))
        record = {"op": ".".join(map(fixture.camel, op.split("."))), "args": fixture.ported_call(function, args, options)}
        with jax.enable_x64(x64):
            values = [jnp.asarray(x) for x in inputs]

            def call(*xs):
                return jax.tree.leaves(function(*[fixture.substitute(a, xs) for a in args], **fixture.substitute(options, xs)))

            record["inputs"] = fixture.arrays(inputs)
            record["outputs"] = fixture.arrays(call(*values))
            if jvp or vjp:
                record.update(derivatives(call, values, rng, jvp, vjp, constant))
            if vmap:
                record["vmap"] = [batched(call, inputs, axes) for axes in vmap]
        if x64:
            record["x64"] = True
        if note:
            record["note"] = note
        self.cases.append(record)

    def write(self):
        fixture.write(f"{self.folder}/{self.name}.json", {"family": self.name, **self.header}, self.cases)


def resolve(target, op):
    for part in op.split("."):
        target = getattr(target, part)
    return target


def differentiable(x):
    return jnp.issubdtype(x.dtype, jnp.inexact)


def direction(rng, x):
    """A random vector beside x, with few digits."""
    if not differentiable(x):
        return np.zeros(x.shape, jax.dtypes.float0)
    draw = lambda: np.round(rng.uniform(-2, 2, x.shape), 2)
    return np.asarray(draw() + 1j * draw() if x.dtype.kind == "c" else draw(), x.dtype)


def derivatives(call, values, rng, jvp, vjp, constant):
    """Tangents and cotangents of all inexact inputs, save those held constant."""
    result = {}
    moving = [i for i in range(len(values)) if i not in constant]
    if constant:
        everything, whole_call = values, call

        def call(*xs):
            return whole_call(*[xs[moving.index(i)] if i in moving else x for i, x in enumerate(everything)])

        values = [values[i] for i in moving]
    spread = lambda xs: [xs[moving.index(i)] if i in moving else None for i in range(len(moving) + len(constant))]
    if not any(map(differentiable, values)):
        return result
    tangents = [direction(rng, x) for x in values]
    if jvp:
        try:
            _, out = jax.jvp(call, values, tangents)
            if all(t.dtype == jax.dtypes.float0 for t in out):
                return result
            result["jvp"] = {"tangents": fixture.arrays(spread(tangents)), "outTangents": fixture.arrays(out)}
        except REFUSALS as error:
            print("  no jvp:", str(error).split("\n")[0][:120], file=sys.stderr)
            return result
    if vjp:
        try:
            out, pull = jax.vjp(call, *values)
            cotangents = [direction(rng, np.asarray(y)) for y in out]
            result["vjp"] = {"cotangents": fixture.arrays(cotangents), "inCotangents": fixture.arrays(spread(pull(cotangents)))}
        except REFUSALS as error:
            print("  no vjp:", str(error).split("\n")[0][:120], file=sys.stderr)
    return result


def batched(call, inputs, axes):
    """The vmapped call on inputs stacked with a rolled copy of themselves along their axis."""
    stacked = [
        x if axis is None else np.stack([x, np.roll(x.reshape(-1), 1).reshape(x.shape)], axis)
        for x, axis in zip(inputs, axes)
    ]
    outputs = jax.vmap(call, in_axes=tuple(axes))(*[jnp.asarray(x) for x in stacked])
    return {"inAxes": list(axes), "inputs": fixture.arrays(stacked), "outputs": fixture.arrays(outputs)}


def real(words, shape, low=-3.0, high=3.0, dtype=np.float32, digits=2):
    return np.asarray(np.round(fixture.generator("real", words).uniform(low, high, shape), digits), dtype)


def whole(words, shape, low=-9, high=9, dtype=np.int32):
    return fixture.generator("whole", words).integers(low, high, shape, endpoint=True).astype(dtype)


def complexes(words, shape, dtype=np.complex64):
    return np.asarray(real(words + "re", shape) + 1j * real(words + "im", shape), dtype)


def truth(words, shape):
    return fixture.generator("truth", words).integers(0, 2, shape).astype(bool)
