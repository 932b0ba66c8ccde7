"""How a fixture is written: arrays as exact numbers, calls as their TypeScript spelling, files as stable bytes.

An array is `{dtype, shape, data}` with row-major data. Numbers are the shortest decimals that read back to the same
value (bfloat16 and float16 as the float32 of the same value), NaN and infinities are the strings "NaN", "Infinity",
"-Infinity", booleans are 0 and 1, complex numbers are pairs. None stands where there is no array: the tangent or
cotangent of an integer.

A call is the list of its arguments after the porting rule: what Python requires stays positional, the rest goes
camelCased into one trailing object. "$0" stands for the first input array, {"function": name} for a function that is
written in both languages.

Nothing depends on time, on the order of a dictionary or on a global seed: a second run gives the same bytes.
"""

import enum
import inspect
import json
import pathlib
import re
import zlib

import jax
import jax.numpy as jnp
import numpy as np

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"


def camel(name):
    """`value_and_grad` -> `valueAndGrad`; a leading capital or a trailing underscore stays what it is."""
    return re.sub(r"(?<=[A-Za-z0-9])_([a-z0-9])", lambda m: m.group(1).upper(), name)


def generator(*words):
    """A random generator that depends on the given words only."""
    return np.random.default_rng(zlib.crc32("/".join(map(str, words)).encode()))


def number(value):
    """One real number as JSON."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) <= 2**53 else str(int(value))
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    shortest = float(str(value)) if isinstance(value, np.floating) else float(value)
    whole = shortest == np.floor(shortest) and abs(shortest) < 1e7 and (shortest != 0 or not np.signbit(shortest))
    return int(shortest) if whole else shortest


def array(value):
    """An array, or a typed key, as JSON; None for what has no number (float0)."""
    if value is None:
        return None
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        return {"dtype": "key<fry>", "shape": list(value.shape), "data": array(jax.random.key_data(value))["data"]}
    value = np.asarray(value)
    if value.dtype == jax.dtypes.float0:
        return None
    name, flat = str(value.dtype), value.reshape(-1)
    if name in ("bfloat16", "float16"):
        flat = flat.astype(np.float32)
    data = [[number(x.real), number(x.imag)] for x in flat] if flat.dtype.kind == "c" else [number(x) for x in flat]
    return {"dtype": name, "shape": list(value.shape), "data": data}


def arrays(tree):
    """The leaves of a tree as JSON arrays."""
    return [array(leaf) for leaf in jax.tree.leaves(tree, is_leaf=lambda x: x is None)]


def leaves_with_paths(tree):
    """{path: array}, paths as `layers/0/w`."""
    flat, _ = jax.tree_util.tree_flatten_with_path(tree)
    return {path_text(path): array(leaf) for path, leaf in flat}


def path_text(path):
    parts = [getattr(k, "key", getattr(k, "idx", getattr(k, "name", None))) for k in path]
    return "/".join(camel(str(p)) for p in parts)


def parameter(value):
    """What is not an array, as JSON."""
    if isinstance(value, (str, bool, type(None))):
        return value
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (int, float, np.integer, np.floating)):
        return number(value)
    if hasattr(value, "to_json"):
        return value.to_json()
    if hasattr(value, "_fields"):
        return {camel(k): parameter(getattr(value, k)) for k in value._fields}
    if isinstance(value, dict):
        return {camel(str(k)): parameter(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [parameter(v) for v in value]
    if isinstance(value, (np.ndarray, jax.Array)):
        return array(value)
    if isinstance(value, (type, np.dtype)):
        return str(np.dtype(value))
    if callable(value):
        return {"function": camel(getattr(value, "fixture_name", value.__name__))}
    raise TypeError(f"no JSON for {value!r}")


def is_input(value):
    return isinstance(value, str) and re.fullmatch(r"\$\d+", value) is not None


def substitute(value, inputs):
    """A Python argument with its "$0" replaced by the arrays."""
    if is_input(value):
        return inputs[int(value[1:])]
    if type(value) in (list, tuple):
        return type(value)(substitute(v, inputs) for v in value)
    if type(value) is dict:
        return {k: substitute(v, inputs) for k, v in value.items()}
    return value


def ported_call(function, positional, keywords):
    """The TypeScript arguments of a Python call, by the porting rule."""
    signature = inspect.signature(function)
    bound = signature.bind(*positional, **keywords)
    arguments, options = [], {}
    for name, value in bound.arguments.items():
        kind = signature.parameters[name]
        if kind.kind is inspect.Parameter.VAR_POSITIONAL:
            arguments.extend(parameter(v) for v in value)
        elif kind.kind is inspect.Parameter.VAR_KEYWORD:
            options.update({camel(k): parameter(v) for k, v in value.items()})
        elif kind.default is inspect.Parameter.empty:
            arguments.append(parameter(value))
        else:
            options[camel(name)] = parameter(value)
    return arguments + ([options] if options else [])


def versions():
    import jaxlib
    import optax

    return {"jax": jax.__version__, "jaxlib": jaxlib.__version__, "numpy": np.__version__, "optax": optax.__version__}


def write(path, header, cases):
    """Writes `{versions, ...header, cases}` with one case on each line."""
    target = FIXTURES / path
    target.parent.mkdir(parents=True, exist_ok=True)
    dump = lambda x: json.dumps(x, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    head = dump({"versions": versions(), **header})
    lines = ",\n".join(dump(c) for c in cases)
    target.write_text(f'{head[:-1]},"cases":[\n{lines}\n]}}\n')
    print(f"{path}: {len(cases)} cases, {target.stat().st_size} bytes")
