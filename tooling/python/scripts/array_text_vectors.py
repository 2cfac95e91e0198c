"""Writes the test vectors of how the command shows arrays: packages/cli/test/vectors/array-texts.json.

Each has an npy file, what numpy.array2string makes of the array, and the array as JSON (`dataqueues tail --json`), made of numpy's tolist.
With --check it compares the file instead of writing it.
"""

import base64
import io
import itertools
import json

import numpy as np
from vector_files import manifest, rows, write_or_check

FILE = "packages/cli/test/vectors/array-texts.json"

FLOATS = [
    [0.0], [-0.0], [1.0, -1.0], [0.5, 100.25, -3.125], [0.1, 0.2, 0.3], [1e-4, 1.0], [9.9e-5, 1.0], [1.0, 999.0], [1.0, 1000.0], [1.0, 1001.0], [0.001, 1.0], [0.001, 1.002],
    [998.0, 999.5], [999.9], [1000.0], [1024.0], [65504.0], [99999.0], [999999.0], [1e6], [1234567.0], [12345678.0], [99999999.0], [1e8], [1e16], [1e-300], [1e300, 1.0], [5e-324],
    [1 / 512, 1.0], [3 / 512, 0.5], [0.123456785, 0.5], [1 / 3, 2 / 3], [1.00000001, 1.0], [123456.789012345], [1.5e-10, 2.25e100], [1.123456785e-10], [2.0**-30, 1.0], [1 / 1024 / 512, 3e-9],
    [np.nan], [np.nan, 1.0], [np.inf], [-np.inf], [np.nan, -np.inf, np.inf, 1.5], [np.nan, 1e-10], [np.inf, 12345.5], [-np.inf, 1.0], [np.nan, 0.125, -1.0], [np.inf, -1e-7, np.nan], [], [1.0, 0.0, 1e-5, 0.0],
    [2.0**exponent for exponent in range(-20, 3)], [2.0**exponent for exponent in (-130, -44, -24, -14, 0, 15, 40, 100)], [np.pi * 10.0**power for power in range(-7, 8)], [np.pi, np.e], [1.17549435e-38, 3.4028235e38],
]
TEXTS = ["", "a", "it's", 'a "b"', "it's \"b\"", "a\\b", "line\nbreak", "\x1b[2J", "é", "整形", "🛰", "\x7f", "\xa0", "\u200b", "\u2028", "\u202e", "\ufeff"]
BYTES = [b"", b"a", b"it's", b'a "b"', b"a\\b", b"line\nbreak", b"\r\t", b"\x1b[2J", b"\x7f", b"\xff\x80"]
TIMES = ["NaT", "1970-01-01", "2026-11-27T02:03:04", "1969-12-31T23:59:59", "1900-02-28", "2000-02-29T12"]
SHAPES = [(), (1,), (3,), (0,), (2, 0), (2, 3), (1, 1, 1), (2, 3, 2), (2, 1, 3, 2), (30,), (3, 25), (2, 40), (1000,), (1001,), (20, 60), (7, 150), (2, 501), (501, 2), (3, 4, 100), (11, 10, 11), (7, 2, 3, 30)]


def floats():
    for size, values in itertools.product([2, 4, 8], FLOATS):
        with np.errstate(over="ignore"):
            yield f"f{size} {values[:9]}", np.array(values, f"f{size}")
            yield f"c{size * 2} {values[:9]}", np.array(values, f"c{size * 2}" if size > 2 else "c8") * (1 - 1j if np.all(np.isfinite(values)) else 1)
    yield "complex with infinities", np.array([complex(np.nan, -np.inf), complex(1, np.nan), complex(-0.0, 0.0), 1e-5j])
    random = np.random.default_rng(2026)
    for size, count, spread in itertools.product([2, 4, 8], [1, 2, 7, 40], [0, 3, 10, 40]):
        with np.errstate(over="ignore", under="ignore"):
            # Powers of two are exact on every processor.
            values = np.ldexp(random.standard_normal(count), random.integers(-spread, spread, count, endpoint=True)).astype(f"f{size}")
        yield f"random f{size} {count} {spread}", values
        yield f"rounded f{size} {count} {spread}", np.round(values, 3)
        if size > 2:
            yield f"random c{2 * size} {count} {spread}", values + 1j * values[::-1]
    for size in [2, 4, 8]:
        bits = random.integers(0, 2 ** (8 * size), 200, f"u{size}", endpoint=False) if size < 8 else random.integers(0, 2**64, 200, "u8", endpoint=False)
        for start in range(0, 200, 2):
            yield f"any bits f{size} {start}", bits[start : start + 2].view(f"f{size}")


def others():
    for dtype in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]:
        info = np.iinfo(dtype)
        yield f"{dtype} limits", np.array([info.min, 0, info.max], dtype)
        yield f"{dtype} one", np.array(7, dtype)
    for dtype in [">i2", ">i8", ">f4", ">c8", ">u4"]:
        yield f"{dtype} other byte order", np.arange(5).astype(dtype)
    yield "negative only", np.array([-100, -5])
    yield "bool", np.array([[True, False], [False, False]])
    yield "bool one", np.array(True)
    yield "texts", np.array(TEXTS)
    yield "text one", np.array("it's")
    yield "texts of big-endian", np.array(["a", "整"], ">U2")
    yield "long texts", np.array(["x" * 30, "y" * 50, "z" * 80, "wide 整形 🛰 " * 5])
    yield "no texts", np.array(["", ""], "U0")
    yield "bytes", np.array(BYTES)
    yield "bytes one", np.array(b"ab")
    yield "void", np.array([b"abc", b"\x00\xff "], "V3")
    for unit in ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "25s", "10ns"]:
        yield f"datetime {unit}", np.array(["NaT", "1970-01-01", "1970-01-01"] if unit in ["ps", "fs", "as"] else TIMES, f"M8[{unit}]")
        yield f"datetime without NaT {unit}", np.array([0, 1, -1], f"M8[{unit}]")
        yield f"timedelta {unit}", np.array(["NaT", 0, -5, 1234567], f"m8[{unit}]")
    yield "years", np.array(["0001", "0000", "-0001", "-12345", "12345", "9999"], "M8[Y]").astype("M8[D]")
    yield "fractions", np.array(["2026-11-27T02:03:04.123456789", "1969-12-31T23:59:59.999999999"], "M8[ns]")
    yield "only NaT", np.array(["NaT"], "M8[s]")
    yield "datetime one", np.array("2026-11-27", "M8[D]")
    yield "timedelta without unit", np.array([1, 2], "m8")


def structured():
    yield "pointing", np.array([("SKA001", 1.5, np.nan, 3), ("MKT063", -0.25, 1e-5, 40)], [("antenna_name", "U8"), ("xel_offset", "f8"), ("el", "f4"), ("n", "i4")])
    yield "one field", np.array([(1,), (20,)], [("a", "i4")])
    yield "one row", np.array((1, 2.5, True, "a"), [("a", "i4"), ("b", "f8"), ("c", "?"), ("d", "U3")])
    yield "a bool in rows", np.array([(True,), (False,)], [("a", "?")])
    yield "no rows", np.zeros(0, [("a", "i4")])
    yield "nested", np.array([((1, 2.5), 3), ((10, -1.0), 4)], [("a", [("x", "i2"), ("y", "f4")]), ("b", "u1")])
    yield "subarrays", np.array([([1, 2, 3], [[1.5, 2.0], [3.0, 4.0]]), ([40, 5, 6], [[0, 0], [0, 0.125]])], [("a", "i4", (3,)), ("b", "f8", (2, 2))])
    yield "long subarrays", np.zeros(2, [("a", "u1", (1001,)), ("b", "i1", (2, 600))])
    yield "rows in two dimensions", np.arange(12, dtype="i4").view([("a", "i4"), ("b", "i4")]).reshape(2, 3)
    yield "many rows", np.arange(2004, dtype="i2").view([("a", "i2"), ("b", "i2")])
    yield "times in rows", np.array([("2026-01-02T03:04:05", "NaT")], [("t", "<M8[ns]"), ("d", "<m8[s]")])
    yield "texts in rows", np.array([("it's\n", b"\xff")], [("a", "U5"), ("b", "S2")])
    yield "subarray of rows", np.zeros(2, [("a", [("x", "i2"), ("y", "?")], (2,))])
    yield "aligned", np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True))
    yield "rows in one row", np.array(((1, 2.5), 3), [("a", [("x", "i2"), ("y", "f4")]), ("b", "?")])


def shapes():
    random = np.random.default_rng(17)
    for shape in SHAPES:
        yield f"i2 {shape}", random.integers(-300, 300, shape, "i2")
        yield f"f2 {shape}", random.integers(-300, 300, shape, "i2").astype("f2") / np.float16(8)
    yield "u1 (4, 5, 6, 10)", np.zeros((4, 5, 6, 10), "u1")
    yield "texts (1200,)", np.array(["a", "整"] * 600)
    yield "f8 (25,) wraps", random.standard_normal(25)
    yield "f8 (2, 12) wraps", random.standard_normal((2, 12))
    yield "deep", np.zeros([1] * 30 + [2], "u1")
    yield "wide items", np.array(["x" * 70, "y" * 74, "z" * 76]).reshape(1, 1, 3)


def as_json(array):
    """The array as the command writes it with --json."""
    descr = np.lib.format.dtype_to_descr(array.dtype)
    little = array.astype(array.dtype.newbyteorder("<"))
    return {"dtype": as_lists(np.lib.format.dtype_to_descr(little.dtype) if array.dtype.names is None else descr), "shape": list(array.shape), "data": items(little)}


def as_lists(descr):
    return [as_lists(each) for each in descr] if isinstance(descr, (list, tuple)) else descr


def items(array):
    kind = array.dtype.kind
    if array.dtype.names is not None:
        return nested(array, lambda row: {name: items(np.asarray(row[name])) for name in array.dtype.names if name})
    if kind == "M":
        return nested(array, lambda item: "NaT" if np.isnat(item) else str(np.datetime_as_string(item)))
    if kind == "m":
        return nested(array, lambda item: "NaT" if np.isnat(item) else int(item.astype("i8")))
    if kind == "f":
        return nested(array, number)
    if kind == "c":
        return nested(array, lambda item: {"re": number(item.real), "im": number(item.imag)})
    if kind == "S":
        return nested(array, lambda item: text(bytes(item)))
    if kind == "V":
        return nested(array, lambda item: {"base64": base64.b64encode(bytes(item)).decode()})
    return array.tolist()


def nested(array, convert):
    if array.ndim > 0:
        return [nested(each, convert) for each in array]
    return convert(array[()] if isinstance(array, np.ndarray) else array)


def number(item):
    value = float(item)
    if np.isfinite(value):
        return value
    return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def text(data):
    return data.decode() if all(byte < 128 for byte in data) else {"base64": base64.b64encode(data).decode()}


def save(array):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, allow_pickle=False)
    return base64.b64encode(stream.getvalue()).decode()


def vector(name, array):
    return {"name": name, "npy": save(array), "text": np.array2string(array), "json": as_json(array) if array.size <= 1000 else None}


def main():
    np.testing.assert_equal(np.get_printoptions()["threshold"], 1000)
    cases = [vector(name, array) for name, array in [*floats(), *others(), *structured(), *shapes()]]
    write_or_check({FILE: f'{{"manifest": {json.dumps(manifest("numpy"))},\n{rows("cases", cases)}}}\n'})


if __name__ == "__main__":
    main()
