"""JAX's type promotion: what any two element types, weak ones included, promote to, and some threes.

Writes test/fixtures/promotion.json. A type is a dtype's name, with a "*" behind it when it is weak. A case is
`{x64, types, results}`: results[i][j] is what types[i] and types[j] promote to; or `{x64, threes: [[a, b, c, result]]}`.
"""

import jax
import jax.numpy as jnp

import fixture

STRONG = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "bfloat16", "float16", "float32", "float64", "complex64", "complex128",
]
WIDE = ("int64", "uint64", "float64", "complex128")


def operand(name):
    return jax.ShapeDtypeStruct((), jnp.dtype(name.rstrip("*")), weak_type=name.endswith("*"))


def promoted(*names):
    found = []

    def record(*values):  # only traced values tell that they are weak
        found.append(jax.dtypes.result_type(*values, return_weak_type_flag=True))

    jax.eval_shape(record, *map(operand, names))
    [(dtype, weak)] = found
    return f"{jnp.dtype(dtype).name}{'*' if weak else ''}"


def main():
    cases = []
    for x64 in (False, True):
        with jax.enable_x64(x64):
            strong = [name for name in STRONG if x64 or name not in WIDE]
            weak = [f"{name}*" for name in strong if name != "bool"]
            types = strong + weak
            cases.append({"x64": x64, "types": types, "results": [[promoted(a, b) for b in types] for a in types]})
            rng = fixture.generator("promotion", x64)
            threes = [list(map(str, rng.choice(types, 3))) for _ in range(200)]
            cases.append({"x64": x64, "threes": [[*three, promoted(*three)] for three in threes]})
    fixture.write("promotion.json", {}, cases)


if __name__ == "__main__":
    main()
