"""Writes the test vectors of what xarray prints and selects: packages/arrays/test/vectors/prints.json and slices.json.

With --check it compares the files instead of writing them.
"""

import itertools
import json
import sys

import numpy as np
import xarray as xr
from vector_files import manifest, rows, write_or_check

FOLDER = "packages/arrays/test/vectors"

FLOATS = [
    0.0, -0.0, 1.0, -1.0, 0.5, 1.25, 9.999, 9.9995, 9.9999, 10.0, 99.99, 99.995, 100.0, 123.4, 123.45, 999.4, 999.94, 999.96, 1000.0,
    1234.0, 1234.5, 12345.0, 12355.0, 1000.5, 2.0625, 2.1875, 0.1, 0.01, 0.001, 0.0001, 0.00012345, 0.00009999, 0.000099996, 0.00001,
    1e22, 1.5e100, -1.5e-100, 5e-324, sys.float_info.max, -sys.float_info.max, float("inf"), float("-inf"), float("nan"),
]
COMPLEX = [
    0j, 1 + 0j, 1j, -1j, 1 + 2j, 1 - 2j, -1.5 + 0.25j, complex(-0.0, 1.0), complex(0.0, -0.0), complex(1, float("nan")),
    complex(float("inf"), float("-inf")), 0.1 + 0.2j, 1e-5 + 1e16j, 1e-4 + 1e15j, 123456789.125 + 1e-7j, 1e22 - 1e100j,
]
TEXTS = ["", "a", "it's", 'a "b"', "it's \"b\"", "a\\b", "line\nbreak", "tab\tstop", "\r", "é", "整形", "🛰", "\x00a", "\x7f", "\xa0", "\u0600", "\u200b", "\u2028", "\ufeff", "\U000e0001"]
BYTES = [b"", b"a", b"it's", b'a "b"', b"a\\b", b"line\nbreak", b"\r\t", b"\x00a", b"\x7f", b"\xff\x80"]
TIMES = [
    "NaT", "1970-01-01", "2026-01-02T03:04:05", "2026-01-02T00:00:01", "1969-12-31T23:59:59", "2026-01-02T03:04", "1900-02-28", "2026-01-02T10:00:00",
    "2026-01-02T00:00:00.5", "2026-01-02T03:04:05.678", "2026-01-02T03:04:05.678901", "2026-01-02T03:04:05.678901234", "1969-12-31T23:59:59.999999999",
]
HOUR = 3_600 * 10**9
DURATIONS = {
    "none": ["NaT"],
    "nothing": [0],
    "clock": [0, HOUR, 23 * HOUR + 59 * HOUR // 60 + 59 * 10**9],
    "days": [0, 24 * HOUR, 10 * 24 * HOUR, "NaT"],
    "day": [24 * HOUR],
    "just_under": [24 * HOUR - 1],
    "both": [0, 24 * HOUR, 25 * HOUR, "NaT"],
    "negative": [-1, HOUR],
    "minus_day": [-24 * HOUR],
    "minus": [-25 * HOUR, 0],
    "later": [24 * HOUR, 25 * HOUR, 26 * HOUR, 27 * HOUR],
    "first": [HOUR, 25 * HOUR, 26 * HOUR, 27 * HOUR],
    "long": [HOUR] * 20 + [25 * HOUR] * 20 + [HOUR] * 20,
    "fractions": [1, 1_000, 1_000_000, 500_000_000, 1_234_567_000],
}


def numbers():
    """Variables of a single item, a few in each Dataset, so that each is printed."""
    floats, complexes = np.array(FLOATS), np.array(COMPLEX)
    with np.errstate(over="ignore"):
        groups = {"f8": floats, "f4": floats.astype("f4"), "f2": floats.astype("f2"), "c16": complexes, "c8": complexes.astype("c8")}
    groups |= {"U": np.array(TEXTS), "S": np.array(BYTES)}
    groups |= {"bool": np.array([True, False]), "i8": np.array([0, -1, 2**63 - 1, -(2**63)]), "u8": np.array([0, 2**64 - 1], "u8")}
    groups |= {"V": np.array([b"abc", b"\x00\xff ", b"\n'\\"], "V3")}
    groups |= {f"M8 {unit}": np.array(TIMES[: 9 + 2 * place], f"M8[{unit}]") for place, unit in enumerate(["s", "ms", "us", "ns"])}
    for name, values in groups.items():
        for start in range(0, len(values), 12):
            yield f"{name} {start}", xr.Dataset({f"v{start + place}": each for place, each in enumerate(values[start : start + 12])})
    for unit in ["ns", "s"]:
        scale = 1 if unit == "ns" else 10**9
        columns = {name: [each if each == "NaT" else each // scale for each in all] for name, all in DURATIONS.items()}
        arrays = {name: ("d_" + name, np.array(counts, f"m8[{unit}]")) for name, counts in columns.items()}
        for start in range(0, len(arrays), 7):
            yield f"m8 {unit} {start}", xr.Dataset(dict(itertools.islice(arrays.items(), start, start + 7)))


def lines():
    """How many items of a variable are printed, by their number, their width and the room for them."""
    for digits in [1, 2, 3, 5, 8]:
        counts = [0, 1, 2, 3, 4, 5, 9, 12, 20, 29, 30, 50]
        yield f"{digits} digits", xr.Dataset({f"n{count}": (f"d{count}", np.arange(count) + 10 ** (digits - 1)) for count in counts})
    for length in [1, 7, 8, 30, 45, 55, 60, 66, 67, 68, 80]:
        variables = {f"v{count}".ljust(length, "_"): (f"d{count}", np.arange(count) + 1000) for count in [1, 2, 3, 7, 40]}
        yield f"names of {length}", xr.Dataset(variables)
    for length in [20, 36, 40, 60, 76, 77, 78, 90]:
        yield f"texts of {length}", xr.Dataset({f"v{count}": (f"d{count}", ["x" * length] * count) for count in [1, 2, 3]})
    yield "mixed widths", xr.Dataset({"v": ("d", [f"{'x' * (place * 7 % 23)}" for place in range(30)])})
    yield "two dimensions", xr.Dataset({"v": (("a", "b"), np.arange(300).reshape(20, 15)), "w": (("b", "a", "c"), np.zeros((15, 20, 1)))})


def sections():
    """Sections that are empty, full or too long, and dimensions that need several lines."""
    yield "empty", xr.Dataset()
    yield "attributes only", xr.Dataset(attrs={"a": 1})
    yield "coordinates only", xr.Dataset(coords={"x": [1, 2]})
    for count in [11, 12, 13, 14, 30]:
        names = [f"n{place}" for place in range(count)]
        variables = {name: ("x", [place]) for place, name in enumerate(names)}
        yield f"{count} variables", xr.Dataset(variables)
        yield f"{count} coordinates", xr.Dataset(coords=variables)
        yield f"{count} attributes", xr.Dataset(attrs={name: place for place, name in enumerate(names)})
    for count in [1, 7, 8, 9, 30]:
        dims = [f"dimension_{place}" for place in range(count)]
        yield f"{count} bare dimensions", xr.Dataset({f"v{dim}": (dim, [1]) for dim in dims})
        coords = {dim: [place] for place, dim in enumerate(dims)}
        yield f"{count} dimensions", xr.Dataset(coords=coords)
    for length in [59, 60, 61, 62, 63, 64, 80]:
        yield f"a dimension of {length}", xr.Dataset({"v": (("x" * length, "y", "z"), [[[1]]])})
        yield f"bare and {length}", xr.Dataset({"v": (("x" * (length - 20), "y", "z"), [[[1]]])})
    scrambled = {
        "late": ("b", [1, 2]), "b": [3, 4], "alone": 5, "pair": (("a", "b"), [[1, 2]]), "a": [6], "other": ("a", [7]), "turned": (("b", "a"), [[8], [9]]),
    }
    yield "coordinates in the order of dimensions", xr.Dataset({"v": (("a", "b", "c"), [[[1], [2]]])}, scrambled)
    for size in [1, 499, 500, 999, 1000, 1499, 1500, 2500, 3500, 999_499, 999_500, 999_999, 1_000_000, 2_500_000]:
        yield f"{size} bytes", xr.Dataset({"v": ("x", np.zeros(size, "u1"))})


def attributes():
    values = {
        "text": "as it is", "quotes": "it's \"so\"", "lines": "a\nb\tc", "backslash": "a\\b", "whole": 3, "negative": -3, "float": 0.5, "small": 1e-5,
        "smaller": -1.5e-7, "large": 1.5e300, "not_so_small": 0.0001, "yes": True, "no": False, "none": None, "list": [1, "a", None, [0.5, True]],
        "empty": [], "dict": {"a": 1, "b": ["c"]}, "no_dict": {}, "texts": ["it's", 'a "b"', "a\\b", "a\nb"], "lists_of_lines": [["a\tb"]],
    }
    for name, value in values.items():
        yield f"attribute {name}", xr.Dataset(attrs={name: value})
    yield "attributes", xr.Dataset(attrs=dict(itertools.islice(values.items(), 12)))
    for length in [60, 65, 66, 67, 68, 80]:
        yield f"an attribute of {length}", xr.Dataset(attrs={"a": "x" * length, "longer name": "y" * length})
    for length in [7, 8, 70, 76, 77, 90]:
        yield f"an attribute's name of {length}", xr.Dataset(attrs={"n" * length: "value", "b": 2})


def data_arrays():
    yield "plain", xr.DataArray(np.arange(6.0).reshape(2, 3))
    yield "named", xr.DataArray([1, 2], dims="x", name="power", attrs={"units": "Jy"})
    yield "single", xr.DataArray(5, name="five", coords={"t": 1})
    yield "nothing", xr.DataArray(np.zeros(0))
    yield "long", xr.DataArray(np.arange(100) * 1000, dims="x", coords={"x": np.arange(100)})
    yield "just fits", xr.DataArray(np.arange(40) % 10, dims="x")
    yield "just too long", xr.DataArray(np.arange(41) % 10, dims="x")
    yield "two long texts", xr.DataArray(["x" * 50, "y" * 50], dims="x")
    dims = [f"dimension_{place}" for place in range(9)]
    yield "many dimensions", xr.DataArray(np.zeros([1] * 9), dims=dims, name="v")
    yield "own coordinate", xr.DataArray([1, 2], dims="x", coords={"x": ["a", "b"], "late": ("x", [3, 4]), "alone": 5}, name="x")
    yield "times", xr.DataArray(np.array([0, 1], "M8[s]"), dims="t", name="times")


def packed(variable):
    values = variable.values
    data = None if values.size > 1000 else values.tobytes().hex()
    return [list(variable.dims), values.dtype.str, list(values.shape), data]


def printed(name, of):
    coords = {key: packed(variable) for key, variable in of.coords.items()}
    case = {"name": name, "coords": coords, "attrs": of.attrs}
    if isinstance(of, xr.Dataset):
        return {**case, "dataVars": {key: packed(variable) for key, variable in of.data_vars.items()}, "text": repr(of)}
    with xr.set_options(display_expand_data=False):
        return {**case, "arrayName": of.name, "variable": packed(of), "text": repr(of)}


def prints():
    datasets = [*numbers(), *lines(), *sections(), *attributes()]
    return [printed(name, each) for name, each in [*datasets, *data_arrays()]]


def slices():
    """What range(size)[start:stop:step] is, for everything around the edges."""
    places = [None, -6, -5, -4, -1, 0, 1, 4, 5, 6]
    for start, stop, step in itertools.product(places, places, [None, 1, 2, 7, -1, -2, -7]):
        yield [start, stop, step, list(range(5)[start:stop:step])]


def main():
    files = {"prints.json": (["numpy", "xarray"], prints()), "slices.json": ([], list(slices()))}
    write_or_check(
        {
            f"{FOLDER}/{name}": f'{{"manifest": {json.dumps(manifest(*packages))},\n{rows("cases", cases)}}}\n'
            for name, (packages, cases) in files.items()
        }
    )


if __name__ == "__main__":
    main()
