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

# A series over more than a year, for dates as text and for groups by parts of dates.
OBJECTS["series"] = xr.DataArray(
    whole("series", (12, 3)), dims=("time", "lat"), name="series",
    coords={"time": pd.date_range("2019-11-05T06", periods=12, freq="38D").as_unit("ns"), "lat": np.array([-45, 0, 45], np.float32)},
)
OBJECTS["sideways"] = OBJECTS["series"].transpose("lat", "time")
OBJECTS["climate"] = xr.Dataset({"series": OBJECTS["series"], "still": (("lat",), whole("climate", (3,)))})
OBJECTS["descending"] = OBJECTS["a"].isel(lat=slice(None, None, -1))
OBJECTS["grid"] = xr.DataArray(
    whole("grid", (2, 4, 6)), dims=("time", "lat", "lon"), name="grid",
    coords={"lat": np.array([67.5, 22.5, -22.5, -67.5], np.float32), "lon": np.arange(0, 360, 60, dtype=np.float32)},
)
OBJECTS["fine"] = xr.Dataset({"grid": OBJECTS["grid"], "still": (("time",), whole("fine", (2,)))})
# Stacked by hand, with one place empty.
OBJECTS["points"] = xr.DataArray(
    whole("points", (2, 5)), dims=("x", "point"), name="points",
    coords={"lat": ("point", np.array([10, 10, 20, 20, 30], np.int32)), "lon": ("point", np.array([1, 2, 1, 2, 1], np.int32))},
)


def cell_edges(points, low, high):
    return np.concatenate([[low], (points[1:] + points[:-1]) / 2, [high]])


def overlap(a, b):
    return np.maximum(0, np.minimum(a[1:, None], b[None, 1:]) - np.maximum(a[:-1, None], b[None, :-1]))


def regrid_conservative(x, target, skipna=False):
    """WeatherBench 2's ConservativeRegridder: areas in common, normalized, along latitudes and longitudes."""
    sine = lambda lat: np.sin(np.deg2rad(cell_edges(np.sort(lat), -90, 90)))
    old_lat, new_lat = x.lat.values.astype(float), np.array(target["lat"], float)
    by_lat = overlap(sine(new_lat), sine(old_lat))[np.argsort(np.argsort(new_lat))][:, np.argsort(np.argsort(old_lat))]
    circle = lambda lon: cell_edges(lon, (lon[-1] - 360 + lon[0]) / 2, (lon[-1] + lon[0] + 360) / 2)
    old_lon, new_lon = circle(x.lon.values.astype(float)), circle(np.array(target["lon"], float))
    by_lon = sum(overlap(new_lon, old_lon + turn) for turn in (-360, 0, 360))
    by_lat, by_lon = by_lat / by_lat.sum(1, keepdims=True), by_lon / by_lon.sum(1, keepdims=True)
    spread = lambda v: np.einsum("ai,bj,...ij->...ab", by_lat, by_lon, v)

    def one(v):
        if "lat" not in v.dims:
            return v
        v = v.transpose(..., "lat", "lon")
        values = v.values.astype(float)
        with np.errstate(invalid="ignore"):
            made = spread(np.nan_to_num(values)) / spread(~np.isnan(values)) if skipna else spread(values)
        return xr.DataArray(made.astype(np.float32), dims=v.dims, coords={"lat": np.float32(target["lat"]), "lon": np.float32(target["lon"])}, name=v.name)

    return one(x) if isinstance(x, xr.DataArray) else x.drop_vars(["lat", "lon"]).map(one)


def grouped(x, group, op, *rest):
    groups = x.groupby(group)
    if op in ("sub", "add"):
        return OPERATORS[op](groups, getattr(groups, rest[0])())
    return getattr(groups, op)(*rest)


def float32(x):
    return x.astype(np.float32)


def restored(x, dim):
    return x.set_index({dim: [n for n, c in x.coords.items() if c.dims == (dim,)]}).unstack(dim)


def without_index(x):
    """Levels of a MultiIndex as plain coordinates along their dimension."""
    for dim, index in x.indexes.items():
        if isinstance(index, pd.MultiIndex) and index.name == dim:
            x = x.reset_index(dim)
    return x


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
    "groupby": lambda x, group, *rest: grouped(x, group, *rest),
    "interp": lambda x, target, method="linear": float32(x.astype(float).interp({k: np.array(v) for k, v in target.items()}, method=method)),
    "regrid_conservative": regrid_conservative,
    "stack": lambda x, **stacks: without_index(x.stack(stacks)),
    "unstack": restored,
    "restack": lambda x, **stacks: x.stack(stacks).unstack(),
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
    # Dates as wide as they are written; methods, and how far they may reach.
    ("series", "sel", {"time": "2020"}), ("series", "sel", {"time": "2020-01"}),
    ("series", "sel", {"time": slice("2019-12", "2020-02")}), ("series", "sel", {"time": slice("2020-03-01", None)}),
    ("series", "sel", {"time": "2019-12-13"}), ("series", "sel", {"time": "2019-12-13T06"}),
    ("series", "sel", {"time": slice(None, "2019-12-13")}), ("climate", "sel", {"time": slice("2020-06", "2020")}),
    ("a", "sel", {"lat": 0}, {"method": "nearest"}), ("descending", "sel", {"lat": [0, -41]}, {"method": "nearest"}),
    ("a", "sel", {"lat": [-21, 59]}, {"method": "pad"}), ("a", "sel", {"lat": [-21, 59]}, {"method": "backfill"}),
    ("a", "sel", {"lat": [21, -59]}, {"method": "nearest", "tolerance": 1}), ("descending", "sel", {"lat": slice(30, -30)}),
    # Groups.
    *[("series", "groupby", f"time.{part}", "mean") for part in ("year", "month", "day", "season", "dayofyear", "dayofweek", "quarter", "hour")],
    *[("series", "groupby", "time.season", op) for op in ("sum", "min", "max", "std", "var")],
    ("sideways", "groupby", "time.season", "mean"), ("climate", "groupby", "time.year", "sum"), ("climate", "groupby", "time.season", "mean"),
    ("series", "groupby", "time.season", "sub", "mean"), ("sideways", "groupby", "time.year", "add", "max"),
    ("climate", "groupby", "time.month", "sub", "mean"), ("c", "groupby", "lat", "sum"),
    # Between labels.
    ("a", "interp", {"lat": [-60, -50, 0, 15, 60, 61]}), ("descending", "interp", {"lat": [-50, 0, 15]}),
    ("a", "interp", {"lat": [-50, 0.5, 15]}, {"method": "nearest"}), ("grid", "interp", {"lat": [0, 45], "lon": [30, 100, 299]}),
    ("a", "interp", {"lat": 10}), ("set", "interp", {"lat": [-10, 10]}),
    ("grid", "regrid_conservative", {"lat": [-45, 45], "lon": [0, 90, 180, 270]}),
    ("grid", "regrid_conservative", {"lat": [80, 40, 0, -40, -80], "lon": [10, 50, 130, 200, 300]}),
    ("fine", "regrid_conservative", {"lat": [-60, 0, 60], "lon": [45, 135, 225, 315]}),
    # Dimensions made one, and back.
    ("a", "stack", {"z": ["time", "lat"]}), ("a", "stack", {"z": ["lat", "batch"]}), ("set", "stack", {"z": ["time", "lat"]}),
    ("a", "restack", {"z": ["lat", "time"]}), ("points", "unstack", "point"),
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
    return str(dtype) if dtype.kind in "mM" else "str" if dtype.kind in "UOT" else "number"


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
            "values": [str(v) if kind(values.dtype) == "str" else fixture.number(v) for v in numbers.reshape(-1)],
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
        named = op not in ("interp", "regrid_conservative") or len(args) > 1
        keywords = args.pop() if named and isinstance(args and args[-1], dict) else {}
        return OPERATORS[op](target, *args, **keywords)
    if op in ("mean", "sum", "std", "var", "min", "max"):
        return getattr(target, op)(*args, skipna=False)
    if op in ("isel", "sel", "head", "tail"):
        indexers, *rest = args
        return getattr(target, op)(indexers, **(rest[0] if rest else {}))
    return getattr(target, op)(*args)


# Datasets whose text is compared line by line; without the values of arrays, which NumPy writes.
REPRS = {
    "weather": xr.Dataset(
        {
            "2m_temperature": (("batch", "time", "lat", "lon"), np.linspace(-12345.678, 12345.678, 2 * 3 * 4 * 5).reshape(2, 3, 4, 5).astype(np.float32), {"units": "K", "long_name": "Temperature at two metres above the ground, in a name that is too long for a line"}),
            "u": (("lat", "lon"), np.array([[1e-7, 1e-4, 0.5, 1000, 99999], [np.nan, np.inf, -np.inf, 0, -0.0], [1, 22, 333, 4444, 55555], [0.1, 0.12, 0.123, 0.1234, 0.12345]], np.float32)),
            "count": (("time",), np.array([1, 20, 300], np.int32)), "flag": ((), np.bool_(True)),
        },
        coords={
            "time": np.array([-6, 0, 6], "timedelta64[h]").astype("timedelta64[ns]"), "lat": np.array([-90, -30, 30, 90], np.float32),
            "lon": np.arange(5, dtype=np.int32) * 72, "datetime": (("batch", "time"), DATES[:3][None].repeat(2, 0)),
            "station": ("lat", np.array(["Kiel", "it's", "Oslo", "Bern"])), "level": np.int32(500),
        },
        attrs={"title": "weather\tof a day", "source": "made up", "numbers": 3},
    ),
    "empty": xr.Dataset(),
    "days": xr.Dataset({"x": (("time",), np.arange(400, dtype=np.float32))}, coords={"time": pd.date_range("2020-01-01", periods=400, freq="D").as_unit("ns")}),
    "long": xr.Dataset({"x": (("a_long_name_of_a_dimension", "another_long_name_of_one", "and_a_third_long_name", "short"), np.zeros((1, 2, 3, 4), np.float32))}),
    "leads": xr.Dataset(coords={"time": np.array([0, 24, 48], "timedelta64[h]").astype("timedelta64[ns]"), "lead": ("time", np.array([0, 25, 48], "timedelta64[h]").astype("timedelta64[ns]"))}),
}


def repr_case(name, x):
    described_variables = {
        k: {"dims": list(v.dims), "data": fixture.array(v.values), "attrs": {a: fixture.parameter(t) for a, t in v.attrs.items()}} for k, v in x.data_vars.items()
    }
    return {"name": name, "variables": described_variables, "coords": coordinates(x.coords), "attrs": {a: fixture.parameter(t) for a, t in x.attrs.items()}, "text": repr(x)}


def main():
    fixture.write("xarray/reprs.json", {"xarray": xr.__version__}, [repr_case(name, x) for name, x in REPRS.items()])
    cases = []
    for on, op, *args in CASES:
        result = described(result_of(on, op, args))
        cases.append({"on": on, "op": fixture.camel(op), "args": [json_value(a) for a in args], "result": result})
    objects = {name: described(value) for name, value in OBJECTS.items()}
    fixture.write("xarray/operations.json", {"xarray": xr.__version__, "objects": objects}, cases)


main()
