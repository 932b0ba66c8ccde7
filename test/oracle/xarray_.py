"""xarray: what its DataArray and Dataset answer, for the operations that fluxion/xarray has.

Writes test/fixtures/xarray/operations.json. A case is `{ on, op, args, options, result }`: the method `op` of the object
`on` with arguments after the porting rule, where "$name" stands for another object. Durations are written as text.

    python xarray_.py
"""

import numpy as np
import pandas as pd
import xarray as xr

import fixture


# What xarray announces as its defaults: variables without the dimension of `concat` do not get it.
xr.set_options(use_new_combine_kwarg_defaults=True)


class Duration(str):
    """A label that is a duration: text in the fixture, a Timedelta for xarray."""


def whole(name, shape):
    return fixture.generator("xarray", name).integers(-9, 10, shape).astype(np.float32)


HOURS = pd.to_timedelta([0, 6, 12, 18], unit="h")
LAT = np.array([-60, -20, 20, 60], np.float32)
LEVEL = np.array([500, 850], np.int32)
DATES = np.array(["2017-01-01T00", "2017-01-01T06", "2017-01-01T12", "2017-01-01T18"], "datetime64[ns]")

OBJECTS = {
    "a": xr.DataArray(whole("a", (2, 4, 4)), dims=("batch", "time", "lat"), coords={"time": HOURS, "lat": LAT}, name="a"),
    "b": xr.DataArray(whole("b", (4, 2)), dims=("lat", "level"), coords={"lat": LAT, "level": LEVEL}, name="b"),
    # Other latitudes: two of them are shared with a.
    "c": xr.DataArray(whole("c", (3,)), dims=("lat",), coords={"lat": np.array([20, -20, 0], np.float32)}, name="c"),
    "d": xr.DataArray(whole("d", (2, 4, 4)) + 20, dims=("batch", "time", "lat"), coords={"time": HOURS, "lat": LAT}, name="d"),
    "plain": xr.DataArray(whole("plain", (2, 1, 3)), dims=("x", "one", "y"), name="plain"),
}
OBJECTS["mask"] = OBJECTS["b"] > 0
OBJECTS["set"] = xr.Dataset(
    {"a": OBJECTS["a"], "b": OBJECTS["b"], "still": (("lat",), whole("still", (4,)))},
    coords={"datetime": (("batch", "time"), np.stack([DATES, DATES + np.timedelta64(24, "h")]))},
)
OBJECTS["later"] = OBJECTS["set"].assign_coords(time=OBJECTS["set"].time + pd.Timedelta("24h"))
OBJECTS["other"] = xr.Dataset({"d": OBJECTS["d"]})
OBJECTS["dated"] = OBJECTS["set"].a
OBJECTS["factors"] = xr.Dataset({"a": OBJECTS["b"], "b": OBJECTS["b"], "still": OBJECTS["c"]})

OPERATORS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "neg": lambda x: -x,
    "abs": abs,
    "sqrt": np.sqrt,
    "concat": lambda *xs, dim: xr.concat(xs, dim),
    "merge": lambda *xs: xr.merge(xs, compat="override", join="outer"),
    "select": lambda x, names: x[names],
    "where": lambda x, mask, other=np.nan: x.where(mask, other),
}

CASES = [
    # Selection by position: one drops the dimension and leaves its label, several keep their order, slices are Python's.
    ("a", "isel", {"time": 1}), ("a", "isel", {"time": -1, "lat": [2, 0]}), ("a", "isel", {"lat": [3, 1, 1]}),
    ("set", "isel", {"time": [0, 3]}), ("set", "isel", {"time": -1}), ("set", "isel", {"batch": 1, "lat": 0}),
    ("a", "isel", {"time": 0}, {"drop": True}), ("set", "isel", {"level": 0}, {"drop": True}),
    # By label: slices include both ends; durations as text.
    ("a", "sel", {"lat": 20}), ("a", "sel", {"lat": [60, -60]}), ("a", "sel", {"time": Duration("6h")}),
    ("a", "sel", {"time": [Duration("18h"), Duration("0h")]}),
    ("a", "sel", {"time": slice(Duration("6h"), Duration("12h"))}), ("a", "sel", {"lat": slice(-20, 30)}),
    ("a", "sel", {"time": slice(None, Duration("6h"))}), ("a", "sel", {"time": slice(Duration("7h"), None)}),
    ("a", "sel", {"lat": 33}, {"method": "nearest"}), ("a", "sel", {"lat": [-90, 1]}, {"method": "nearest"}),
    ("set", "sel", {"level": [850, 500]}), ("set", "sel", {"level": 850, "lat": slice(0, None)}),
    ("set", "sel", {"level": 500}, {"drop": True}), ("a", "sel", {"lat": slice(30, 10)}),
    ("set", "head", {"time": 2}), ("set", "tail", {"time": 3, "lat": 1}), ("set", "head", {"lat": 9}),
    # Axes.
    ("a", "transpose", "lat", "batch", "time"), ("a", "transpose", "lat", ...), ("a", "transpose", ..., "batch"),
    ("a", "transpose"), ("set", "transpose", "lat", ...), ("set", "transpose", "level", "lat", "time", "batch"),
    ("dated", "transpose", "lat", "time", "batch"), ("dated", "isel", {"time": [2, 1]}), ("dated", "mean", ["batch"]),
    ("dated", "concat", "$dated", {"dim": "batch"}), ("dated", "add", "$c"),
    ("plain", "squeeze"), ("plain", "squeeze", "one"), ("a", "expand_dims", "member"),
    ("set", "expand_dims", "member"),
    # Reductions.
    *[("a", op, dims) for op in ("mean", "sum", "std", "var", "min", "max") for dims in (["lat"], ["time", "batch"])],
    ("a", "mean"), ("a", "sum", "lat"), ("set", "mean"), ("set", "sum", "lat"), ("set", "mean", ["batch", "time"]),
    ("set", "std", "lat"),
    # Arithmetic: dimensions of the left first, then those only the right one has; shared labels only.
    *[(x, op, f"${y}") for op in ("add", "sub", "mul") for x, y in (("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("a", "d"))],
    ("a", "div", "$d"), ("d", "pow", 2), ("a", "add", 2.5), ("a", "neg"), ("a", "abs"), ("d", "sqrt"), ("d", "div", 4),
    ("set", "mul", 2), ("set", "add", "$set"), ("set", "mul", "$factors"), ("set", "sub", "$b"), ("set", "div", 4),
    ("b", "where", "$mask"), ("b", "where", "$mask", 7), ("a", "where", "$mask", 0),
    # Names and labels.
    ("a", "rename", "z"), ("a", "drop_vars", "time"), ("a", "drop_vars", ["lat", "time"]),
    ("a", "assign_coords", {"lat": [1, 2, 3, 4]}), ("set", "rename", {"a": "z", "lat": "latitude"}),
    ("set", "drop_vars", ["b", "datetime"]), ("set", "select", ["still"]), ("set", "select", ["b", "still"]),
    ("set", "assign_coords", {"lat": [1, 2, 3, 4]}),
    # Putting together.
    ("set", "concat", "$later", {"dim": "time"}), ("a", "concat", "$d", {"dim": "batch"}), ("b", "concat", "$b", {"dim": "batch"}),
    ("set", "merge", "$other"),
]


def python_value(value):
    if isinstance(value, Duration):
        return pd.Timedelta(value)
    if isinstance(value, str) and value.startswith("$"):
        return OBJECTS[value[1:]]
    if isinstance(value, slice):
        return slice(python_value(value.start), python_value(value.stop))
    if isinstance(value, list):
        return [python_value(v) for v in value]
    if isinstance(value, dict):
        return {k: python_value(v) for k, v in value.items()}
    return value


def json_value(value):
    if value is ...:
        return "..."
    if isinstance(value, slice):
        return {"start": json_value(value.start), "stop": json_value(value.stop)}
    if isinstance(value, list):
        return [json_value(v) for v in value]
    if isinstance(value, dict):
        return {k: json_value(v) for k, v in value.items()}
    return value if value is None or isinstance(value, (str, bool)) else fixture.number(value)


def kind(dtype):
    return str(dtype) if dtype.kind in "mM" else "number"


def coordinates(coords):
    made = {}
    for name, c in coords.items():
        values = c.values
        if values.dtype.kind in "mM":
            values = values.astype(f"{'timedelta64' if values.dtype.kind == 'm' else 'datetime64'}[ns]")
        numbers = values.astype(np.int64) // 3_600_000_000_000 if values.dtype.kind in "mM" else values
        made[name] = {
            "dims": list(c.dims), "kind": kind(values.dtype), "shape": list(c.shape),
            # Times in whole hours.
            "values": [fixture.number(v) for v in numbers.reshape(-1)],
        }
    return made


def described(value):
    if isinstance(value, xr.DataArray):
        return {"name": value.name, "dims": list(value.dims), "coords": coordinates(value.coords), "data": fixture.array(value.values)}
    variables = {name: {"dims": list(v.dims), "data": fixture.array(v.values)} for name, v in value.data_vars.items()}
    return {"variables": variables, "coords": coordinates(value.coords)}


def result_of(on, op, args):
    target = OBJECTS[on]
    args = [python_value(a) for a in args]
    if op in OPERATORS:
        keywords = args.pop() if isinstance(args and args[-1], dict) else {}
        return OPERATORS[op](target, *args, **keywords)
    if op in ("mean", "sum", "std", "var", "min", "max"):
        return getattr(target, op)(*args, skipna=False)
    if op in ("isel", "sel", "head", "tail"):
        indexers, *rest = args
        return getattr(target, op)(indexers, **(rest[0] if rest else {}))
    return getattr(target, op)(*args)


def main():
    cases = []
    for on, op, *args in CASES:
        result = described(result_of(on, op, args))
        cases.append({"on": on, "op": fixture.camel(op), "args": [json_value(a) for a in args], "result": result})
    objects = {name: described(value) for name, value in OBJECTS.items()}
    fixture.write("xarray/operations.json", {"xarray": xr.__version__, "objects": objects}, cases)


main()
