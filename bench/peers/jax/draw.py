"""Numbers that look random and are the same in every language: the twin of `bench/draw.ts`."""

import numpy as np


def draw(seed, shape, scale=1.0):
    """Numbers in [-scale, scale), one sequence for each seed."""
    with np.errstate(over="ignore"):
        h = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32((seed + 1) * 0x9E3779B1 & 0xFFFFFFFF)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
        h = (h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
        h ^= h >> np.uint32(16)
    return ((h / 2.0**32 * 2 - 1) * scale).astype(np.float32).reshape(shape)


def draw_integers(seed, size, count):
    """Whole numbers from 0 to count - 1."""
    return np.floor((draw(seed, (size,)).astype(np.float64) + 1) / 2 * count).astype(np.int32)


def draw_one_hot(seed, size, count):
    """[size, count]: rows with a single one, at drawn places."""
    return np.eye(count, dtype=np.float32)[draw_integers(seed, size, count)]


def he_scale(inputs):
    """The scale of weights that keep the variance through relu (He et al., 2015)."""
    return float(np.sqrt(6 / inputs))
