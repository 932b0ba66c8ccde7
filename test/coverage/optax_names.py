"""The public functions and classes of optax by module, in TypeScript's spelling -> optax-names.json.

    python optax_names.py
"""

import importlib
import inspect
import json
import pathlib
import re
import warnings

import optax

warnings.filterwarnings("ignore")
MODULES = ["optax", "optax.assignment", "optax.contrib", "optax.losses", "optax.perturbations", "optax.projections",
           "optax.schedules", "optax.second_order", "optax.transforms", "optax.tree"]


def camel(name):
    return re.sub(r"(?<=[A-Za-z0-9])_([a-z0-9])", lambda m: m.group(1).upper(), name)


def is_type(value):
    """Named tuples that are states, protocols, aliases of types: types here, not values."""
    if not inspect.isclass(value):
        return not callable(value) or getattr(value, "__module__", "") == "typing"
    is_state = issubclass(value, tuple) and value.__name__.endswith("State") or value.__name__ == "WeightDecaySchedule"
    return is_state or getattr(value, "_is_protocol", False)


def names(module):
    owned = {*getattr(module, "__all__", ()), *(n for n in dir(module) if not n.startswith("_"))}
    found = {n: getattr(module, n) for n in owned}
    imported = {"warnings", "Any", "Schedule", "Callable"}
    return sorted(camel(n) for n, v in found.items() if not inspect.ismodule(v) and not is_type(v) and n not in imported)


surface = {name: names(importlib.import_module(name)) for name in MODULES}
target = pathlib.Path(__file__).parent / "optax-names.json"
target.write_text(json.dumps(surface, indent=1) + "\n")
print({k: len(v) for k, v in surface.items()})
