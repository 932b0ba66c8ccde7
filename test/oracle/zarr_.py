"""Zarr: small stores as xarray writes them, and what they hold.

Writes test/fixtures/zarr/: stores of both versions of the format, with each of the usual codecs, and values.json.

    python zarr_.py
"""

import gzip
import json
import shutil
import types

import numpy as np
import xarray as xr
import zarr
from numcodecs import GZip, LZ4, Blosc, Zlib, Zstd
from zarr.codecs import BloscCodec, GzipCodec, ZstdCodec

import fixture

FOLDER = fixture.FIXTURES / "zarr"
# gzip notes the time; the bytes must not depend on it.
gzip.time = types.SimpleNamespace(time=lambda: 0)


def dataset():
    """The layout of WeatherBench 2: hours since a date, longitude before latitude, levels as whole numbers."""
    generator = fixture.generator("zarr")
    shape = (5, 2, 4, 3)
    return xr.Dataset(
        {
            "temperature": (("time", "level", "longitude", "latitude"), generator.normal(250, 10, shape).astype(np.float32), {"units": "K"}),
            "2m_temperature": (("time", "longitude", "latitude"), np.where(generator.random((5, 4, 3)) < 0.2, np.nan, 280).astype(np.float32)),
            "packed": (("time",), np.array([0.5, 1, np.nan, 2, 2.5])),
            "count": (("latitude",), np.array([1, 2, 3])),
            "flag": (("longitude",), np.array([True, False, True, True])),
        },
        coords={
            "time": np.datetime64("2020-01-01T00", "ns") + np.arange(5) * np.timedelta64(6, "h"),
            "level": [500, 850], "latitude": [-45.0, 0.0, 45.0], "longitude": [0.0, 90.0, 180.0, 270.0],
        },
        attrs={"title": "a small piece of weather"},
    )


CHUNKS = {"temperature": (3, 2, 4, 2), "2m_temperature": (3, 4, 3)}
PACKED = {"dtype": "int16", "scale_factor": 0.5, "add_offset": 0.0, "_FillValue": -1}
# A codec for each variable.
V2 = {
    "temperature": {"compressors": Blosc("lz4", 5, Blosc.SHUFFLE)}, "2m_temperature": {"compressors": Zstd(3)},
    "packed": {"compressors": GZip(5)}, "count": {"compressors": Zlib(5)}, "flag": {"compressors": LZ4()}, "time": {"compressors": None},
}
V3 = {
    "temperature": {"compressors": BloscCodec(cname="zstd", clevel=5, shuffle="bitshuffle", typesize=4), "shards": (6, 2, 4, 4)},
    "2m_temperature": {"compressors": ZstdCodec(level=3)}, "packed": {"compressors": GzipCodec(level=5)}, "time": {"compressors": None},
}


def store(version, codecs):
    encoding = {name: {**codec, **({"chunks": CHUNKS[name]} if name in CHUNKS else {})} for name, codec in codecs.items()}
    encoding["packed"].update(PACKED)
    dataset().to_zarr(FOLDER / f"v{version}.zarr", mode="w", zarr_format=version, encoding=encoding, consolidated=version == 2)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    store(2, V2)
    store(3, V3)
    variables = {
        name: {"dims": list(v.dims), "data": fixture.array(v.values.astype({"f": np.float32, "i": np.int32}.get(v.dtype.kind, v.dtype)))}
        for name, v in dataset().data_vars.items()
    }
    text = json.dumps({"zarr": zarr.__version__, "xarray": xr.__version__, "variables": variables}, separators=(",", ":"))
    (FOLDER / "values.json").write_text(text + "\n")


main()
