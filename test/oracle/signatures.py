"""Writes src/port/signatures/*.ts: the parameters of the public functions of JAX, optax and haiku, as tables of text."""

import importlib
import inspect
import pathlib

GROUPS = {
    "jax": ["jax", "jax.random", "jax.nn", "jax.nn.initializers", "jax.tree", "jax.tree_util", "jax.ops",
            "jax.flatten_util", "jax.dtypes"],
    "lax": ["jax.lax", "jax.lax.linalg"],
    "numpy": ["jax.numpy", "jax.numpy.linalg", "jax.numpy.fft"],
    "scipy": ["jax.scipy.special", "jax.scipy.linalg", "jax.scipy.signal", "jax.scipy.ndimage"],
    "optax": ["optax", "optax.losses", "optax.schedules", "optax.contrib", "optax.projections", "optax.tree"],
    "haiku": ["haiku", "haiku.initializers", "haiku.nets", "jraph"],
}
# `import *` of these modules shows helpers of their own, which are no part of the surface.
WIDTH = 116


def parameters(function):
    """`a,b*|c,d`: required ones, `*` for any number of arguments, then what has a default and may be positional."""
    if isinstance(function, importlib.import_module("jax.numpy").ufunc):
        return ",".join("xy"[: function.nin])
    signature = inspect.signature(function)
    required, optional, rest = [], [], ""
    for p in signature.parameters.values():
        if p.name == "self":
            continue
        if p.kind == p.VAR_POSITIONAL:
            rest = "*"
        elif p.kind == p.POSITIONAL_ONLY or (p.default is p.empty and p.kind != p.VAR_KEYWORD):
            required.append(p.name)
        elif p.kind == p.POSITIONAL_OR_KEYWORD:
            optional.append(p.name)
    return ",".join(required) + rest + ("|" + ",".join(optional) if optional else "")


def entries(module):
    found = importlib.import_module(module)
    for name in sorted(vars(found)):
        function = getattr(found, name, None)
        if name.startswith("_") or not callable(function) or inspect.ismodule(function):
            continue
        try:
            yield f"{name}({parameters(function)})"
        except (TypeError, ValueError):
            continue


def wrapped(words):
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > WIDTH:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    yield line


def main():
    folder = pathlib.Path(__file__).parents[2] / "src/port/signatures"
    folder.mkdir(parents=True, exist_ok=True)
    for group, modules in GROUPS.items():
        lines = [
            "/**",
            f" * Signatures of {', '.join(modules[:3])}{' and what belongs to them' if len(modules) > 3 else ''}.",
            " *",
            " * Written by test/oracle/signatures.py from the originals. The form is explained in src/port/signature.ts.",
            " */",
            f"export const {group}Signatures: Readonly<Record<string, string>> = {{",
        ]
        for module in modules:
            key = module if module.isidentifier() else f"'{module}'"
            lines += [f"  {key}: `", *wrapped(entries(module)), "`,"]
        (folder / f"{group}.ts").write_text("\n".join([*lines, "};", ""]))


main()
