"""Datasets that the xarray codecs are tried with: by name, or random by seed."""

import math

import numpy as np
import xarray as xr

NUMBERS = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
TIMES = [f"{kind}8[{unit}]" for kind in "Mm" for unit in ("s", "ms", "us", "ns")]
DTYPES = [*NUMBERS, "?", "c8", "c16", *TIMES, "U5", "S3"]
# pandas has no index of float16.
INDEXED = [dtype for dtype in DTYPES if dtype != "f2"]


def every_dtype():
    variables = {}
    for dtype in DTYPES:
        name = dtype.replace("?", "bool").replace("[", "_").replace("]", "")
        variables[name] = (("x",), sample(np.random.default_rng(1), dtype, (4,)))
        variables[f"{name}_0d"] = ((), sample(np.random.default_rng(2), dtype, ()))
    return xr.Dataset(variables)


def edges():
    """Values that are easily lost."""
    return xr.Dataset(
        {
            "integer": ("two", np.array([-(2**63), 2**63 - 1])),
            "unsigned": ("two", np.array([0, 2**64 - 1], "u8")),
            "float": ("six", np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308])),
            "half": ("two", np.array([65504, np.nan], "f2")),
            "complex": ("two", np.array([complex(np.nan, -np.inf), complex(-0.0, 0.0)])),
            "time": ("two", np.array(["NaT", "2262-04-11T23:47:16.854775807"], "M8[ns]")),
            "duration": ("two", np.array([np.timedelta64("NaT"), -1], "m8[ms]")),
            "text": ("two", np.array(["", "𝔘né\u20ac"])),
            "bytes": ("two", np.array([b"", b"\xff\x00a"])),
        }
    )


def zero_length():
    return xr.Dataset(
        {
            "f4": (("none", "y"), np.zeros((0, 3), "f4")),
            "c16": (("y", "none"), np.zeros((3, 0), "c16")),
            "bool": ("none", np.zeros(0, "?")),
            "time": ("none", np.zeros(0, "M8[ns]")),
            "text": ("none", np.zeros(0, "U4")),
            "bytes": ("none", np.zeros(0, "S2")),
        },
        coords={"y": [1, 2, 3], "none": np.zeros(0, "i4")},
    )


def attributes(reserved_names=True):
    """`reserved_names`: also those that msgpackNumpy() refuses, because JavaScript gives them a meaning."""
    reserved = {"__proto__": 1} if reserved_names else {}
    attrs = {
        "text": "Grüße \u2028 \"quoted\" \\ \n",
        "integer": 2**60 + 1,
        "float": 0.1,
        "negative_zero": -0.0,
        "nan": math.nan,
        "infinite": [math.inf, -math.inf],
        "true": True,
        "none": None,
        "list": [1, "two", [3.5, []]],
        "dict": {"nested": {"deeper": [None, {"a": 1}]}, "": "empty", **reserved},
        "_FillValue": np.float32(-1e30),
        "valid_range": np.array([0.5, 1.5]),
    }
    return xr.Dataset(
        {
            "v": ("x", [1.0, 2.0], attrs),
            **{name: ("x", [1, 2]) for name in reserved},
            "constructor": ((), 3),
            "0": ((), 4),
        },
        coords={"x": ("x", [10, 20], {"units": "m"}), "with space": ("x", ["a", "b"])},
        attrs=attrs,
    )


def empty():
    return xr.Dataset()


def object_text():
    """Text of no fixed width, as pandas makes it."""
    return xr.Dataset({"name": ("x", np.array(["SKA001", "", "MeerKAT-é"], object))}, coords={"x": [0, 1, 2]})


def pointing_table(antennas=3):
    """ska_sdp_datamodels.calibration.PointingTable."""
    rng = np.random.default_rng(3)
    shape = (1, antennas, 1, 2, 2)
    along = ("time", "antenna", "frequency", "receptor", "angle")

    def radians(unit="rad", shape=shape):
        return along[: len(shape)], rng.normal(0, 1e-3, shape), {"units": unit}

    return xr.Dataset(
        {
            "pointing": radians(),
            "nominal": radians(),
            "weight": radians("1/rad^2"),
            "residual": (("time", "frequency", "receptor", "angle"), rng.normal(0, 1e-4, (1, 1, 2, 2)), {"units": "rad"}),
            "interval": ("time", np.array([30.0]), {"units": "s"}),
            "datetime": ("time", np.array(["2026-03-01T12:34:56.789012345"], "M8[ns]")),
            "expected_width": radians(),
            "fitted_width": radians(),
            "fitted_width_std": radians(),
            "fitted_height": radians("1", shape[:-1]),
            "fitted_height_std": radians("1", shape[:-1]),
        },
        coords={
            "time": ("time", np.array([5.179e9]), {"units": "s"}),
            "antenna": np.arange(antennas),
            "frequency": ("frequency", np.array([1.4e9]), {"units": "Hz"}),
            "receptor": ["X", "Y"],
            "angle": ["az", "el"],
        },
        attrs={
            "data_model": "PointingTable",
            "receptor_frame": "linear",
            "pointing_frame": "local",
            "pointingcentre_coords": "294.8629 -63.7126",
            "pointingcentre_frame": "icrs",
            "band_type": "Band2",
            "track_duration": 18.5,
            "discrete_offset": [[-0.5, 0.0], [0.5, 0.0], [math.nan, math.nan]],
        },
    )


def gain_table(antennas=3, channels=4):
    """ska_sdp_datamodels.calibration.GainTable."""
    rng = np.random.default_rng(4)
    shape = (1, antennas, channels, 2, 2)
    along = ("time", "antenna", "frequency", "receptor1", "receptor2")
    return xr.Dataset(
        {
            "gain": (along, rng.normal(size=shape) + 1j * rng.normal(size=shape)),
            "weight": (along, rng.uniform(size=shape)),
            "residual": (("time", "frequency", "receptor1", "receptor2"), rng.uniform(size=(1, channels, 2, 2))),
            "interval": ("time", np.array([0.9])),
            "datetime": ("time", np.array(["2026-03-01T12:34:56"], "M8[ns]")),
        },
        coords={
            "time": [5.179e9],
            "antenna": np.arange(antennas),
            "frequency": np.linspace(0.95e9, 1.76e9, channels),
            "receptor1": ["X", "Y"],
            "receptor2": ["X", "Y"],
        },
        attrs={
            "data_model": "GainTable",
            "receptor_frame": "linear",
            "jones_type": "B",
            "phasecentre": {"ra": "19h39m25.03s", "dec": "-63d42m45.6s", "frame": "icrs"},
            "configuration": "MID",
        },
    )


def air_temperature():
    """After xarray's tutorial dataset `air_temperature`, cut small."""
    rng = np.random.default_rng(5)
    days = np.array("2013-01-01", "M8[ns]") + np.arange(6) * np.timedelta64(6, "h")
    return xr.Dataset(
        {
            "air": (
                ("time", "lat", "lon"),
                rng.normal(280, 10, (6, 3, 4)).astype("f4"),
                {"long_name": "4xDaily Air temperature at sigma level 995", "units": "degK", "precision": 2},
            ),
            "elevation": (("lat", "lon"), rng.integers(0, 4000, (3, 4)), {"units": "m", "_FillValue": math.nan}),
        },
        coords={
            "time": ("time", days, {"standard_name": "time"}),
            "lat": ("lat", np.array([75.0, 72.5, 70.0], "f4"), {"units": "degrees_north", "axis": "Y"}),
            "lon": ("lon", np.array([200.0, 202.5, 205.0, 207.5], "f4"), {"units": "degrees_east", "axis": "X"}),
            "step": ((), np.timedelta64(6, "h").astype("m8[ns]")),
        },
        attrs={
            "Conventions": "COARDS",
            "title": "4x daily NMC reanalysis (1948)",
            "description": "Data is from NMC initialized reanalysis\n(4x/day).",
        },
    )


DATASETS = {
    make.__name__.replace("_", "-"): make
    for make in (
        every_dtype,
        edges,
        zero_length,
        attributes,
        empty,
        object_text,
        pointing_table,
        gain_table,
        air_temperature,
    )
}


def data_arrays():
    """What xarray itself can export as a table: no complex numbers, no object."""
    return {
        "grid": xr.DataArray(
            np.arange(6.0).reshape(2, 3),
            dims=["x", "y"],
            coords={
                "x": ["a", "bc"],
                "time": ("y", np.array(["2020-01-01", "NaT", "2021-01-01"], "M8[ns]")),
                "height": 5,
                "on": ("x", [True, False]),
                "place": (("y", "x"), np.arange(6).reshape(3, 2)),
            },
            name="power",
            attrs={"units": "Jy", "scale": 1.5},
        ),
        "nameless": xr.DataArray(np.array([[True, False, True]] * 3), dims=["a", "b"]),
        "times": xr.DataArray(np.array(["NaT", "2024-02-29"], "M8[us]"), dims="t", name="when"),
        "single": xr.DataArray(np.int16(7), name="answer", coords={"band": 2}),
        "bytes": xr.DataArray(np.array([[b"ab", b""], [b"\xff", b"abc"]]), dims=["x", "y"], coords={"x": [b"p", b"qr"]}, name="raw"),
        "without-rows": xr.DataArray(np.zeros((0, 3), "f4"), dims=["none", "y"], coords={"none": np.zeros(0, "M8[s]")}, name="v"),
    }


NAMES = ["v", "weight", "été", "with space", "__proto__", "constructor", "0", "10", "𝔘", "a.b", "x'y\"z"]


def random_dataset(seed):
    rng = np.random.default_rng(seed)
    dims = [f"d{index}" for index in range(rng.integers(0, 5))]
    sizes = {dim: int(rng.choice([0, 1, 2, 3, 5, 8], p=[0.1, 0.2, 0.2, 0.2, 0.2, 0.1])) for dim in dims}
    names = list(rng.permutation(NAMES))

    def variable(along, dtypes=DTYPES):
        array = sample(rng, str(rng.choice(dtypes)), tuple(sizes[dim] for dim in along))
        return tuple(along), disguise(rng, array), random_attrs(rng)

    def some_dims():
        return list(rng.permutation(dims)[: rng.integers(0, len(dims) + 1)])

    coords = {dim: variable([dim], INDEXED) for dim in dims if rng.random() < 0.6}
    coords |= {names.pop(): variable(some_dims()) for _ in range(rng.integers(0, 3))}
    data_vars = {names.pop(): variable(some_dims()) for _ in range(rng.integers(0, 6))}
    return xr.Dataset(data_vars, coords=coords, attrs=random_attrs(rng))


def sample(rng, dtype, shape):
    """Values of all sorts: any bits for numbers, NaT, text of all planes."""
    dtype = np.dtype(dtype)
    size = math.prod(shape)
    if dtype.kind == "U":
        alphabet = list("ab é\u20ac𝔘\U0010fffd\t\"'")
        texts = ["".join(rng.choice(alphabet, rng.integers(0, dtype.itemsize // 4 + 1))) for _ in range(size)]
        return np.array(texts, dtype).reshape(shape)
    if dtype.kind == "b":
        return np.array(rng.integers(0, 2, shape), bool)
    array = np.frombuffer(rng.bytes(size * dtype.itemsize), dtype).copy()
    if dtype.kind in "Mm":
        # Within what pandas can hold, so that xarray can print them.
        array = (array.view("i8") % 4_000_000_000).view(dtype)
        array[rng.random(size) < 0.2] = np.array("NaT", dtype)
    if dtype.kind in "fc":
        array[rng.random(size) < 0.1] = np.nan
    return array.reshape(shape)


def disguise(rng, array):
    """The same values laid out otherwise in memory."""
    choice = rng.integers(0, 4)
    if choice == 0 and array.ndim > 1:
        return np.asfortranarray(array)
    if choice == 1 and array.ndim > 0:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if choice == 2 and array.dtype.kind in "iufcMmU":
        return array.astype(array.dtype.newbyteorder(">"))
    return array


def random_attrs(rng):
    values = [1, -(2**62), 0.1, math.nan, -math.inf, "text", "é\n\"", True, None, [1, "a", [2.5]], {"k": [None]}, []]
    return {f"a{index}": values[rng.integers(0, len(values))] for index in range(rng.integers(0, 4))}
