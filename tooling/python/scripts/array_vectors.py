"""Writes the test vectors of arrays: what numpy makes of dtypes and items, and how xarray selects and prints.

With --check it compares the files in packages/arrays/test/vectors instead of writing them.
"""

import json
import random

import numpy
import xarray
from vector_files import manifest, write_or_check

FOLDER = "packages/arrays/test/vectors"

DTYPES = [
    *"|b1 ? |i1 <i2 >i4 i8 =i8 |u1 u2 <u4 >u8 <f2 f4 >f8 c8 <c16 |S0 S7 |S1 <U0 U3 >U2 |V0 V5 V".split(),
    *"M8 <M8[D] >M8[ns] M8[25s] <m8 m8[us] <m8[Y]".split(),
    [("a", "<i4"), ("b", "<f8")],
    [("a", "|i1", (2,)), ("b", "<f8", (2, 3)), ("c", "<U2")],
    [("p", [("x", ">i2"), ("y", "<f4", (2,))], (2, 2)), ("q", "|b1")],
    [("a", "|i1"), ("", "|V7"), ("b", "<f8")],
    [(("A title", "a"), "<i4"), ("b", "<u2")],
    [],
    [("a", []), ("b", "<i2")],
]
NOT_DTYPES = ["<i3", "i16", "f1", "c4", "x", "", "<<i4", "i", "U-1", "S1.5", "<i4[s]", "<M8[x]", "<M8[]", "<M8[s"]

HALVES = [0, 1, 2, 0x3FF, 0x400, 0x401, 0x3BFF, 0x3C00, 0x3C01, 0x3555, 0x7BFF, 0x7C00, 0x7E00]
TO_HALVES = [
    0.0, 1.0, -2.0, 0.1, 1 / 3, 65504.0, 65519.99, 65520.0, 1e300, float("inf"), float("nan"),
    2.0**-14, 2.0**-14 - 2.0**-25, 2.0**-24, 2.0**-25, 2.0**-25 + 2.0**-40, 1.5 * 2.0**-24, 2.5 * 2.0**-24, 5e-324,
    1 + 2.0**-11, 1 + 3 * 2.0**-11, 1 + 2.0**-11 + 2.0**-30, 2049.0, 2051.0, 4098.0, 4102.0,
]


def lists(descr):
    """Tuples become lists, as JSON has them."""
    return [lists(part) for part in descr] if isinstance(descr, (list, tuple)) else descr


def number(value):
    return repr(float(value))


def dtypes():
    for descr in DTYPES:
        dtype = numpy.dtype([field for field in descr if field[0] != ""] if isinstance(descr, list) else descr)
        if isinstance(descr, list) and any(field[0] == "" for field in descr):
            dtype = numpy.lib.format.descr_to_dtype(descr)
        entry = {"descr": lists(descr), "printed": lists(dtype.descr) if dtype.names is not None else dtype.str}
        entry["itemsize"] = dtype.itemsize
        if dtype.names is not None:
            entry["fields"] = {name: [dtype.fields[name][1], list(dtype[name].shape)] for name in dtype.names}
        else:
            entry["name"] = str(dtype)
        yield entry
    for descr in NOT_DTYPES:
        try:
            numpy.dtype(descr)
        except TypeError:
            yield {"descr": descr, "printed": None}
        except ValueError:
            yield {"descr": descr, "printed": None}


def float16():
    patterns = [sign | bits for bits in HALVES for sign in (0, 0x8000)]
    values = [sign * value for value in TO_HALVES for sign in (1.0, -1.0) if not (numpy.isnan(value) and sign < 0)]
    with numpy.errstate(all="ignore"):
        bits = [int(numpy.array(value, "f8").astype("<f2").view("<u2")) for value in values]
    return {
        "read": [[pattern, number(numpy.array(pattern, "<u2").view("<f2"))] for pattern in patterns],
        "written": [[number(value), each] for value, each in zip(values, bits)],
    }


def text():
    for dtype, items in [
        ("<U3", ["", "a", "abc", "é", "整形", "🛰b", "a\0b", "\0a"]),
        (">U2", ["ab", "🛰"]),
        ("|S3", ["", "a", "abc", "\xff\x80", "a\0b", "\0a"]),
    ]:
        encoded = [item.encode("latin-1") for item in items] if "S" in dtype else items
        array = numpy.array(encoded, dtype)
        little = array.astype(array.dtype.newbyteorder("<"))
        read = [item.decode("latin-1") for item in array.tolist()] if "S" in dtype else array.tolist()
        yield {"dtype": dtype, "items": items, "hex": array.tobytes().hex(), "little": little.tobytes().hex(), "read": read}


def times():
    for dtype, items in [
        ("<M8[ns]", ["NaT", "1970-01-01T00:00:00.000000001", "2026-01-02T03:04:05.678901234", "1969-12-31"]),
        ("<M8[D]", ["NaT", "2026-01-02", "0001-01-01"]),
        ("<M8[us]", ["2026-01-02T03:04:05.678901"]),
    ]:
        array = numpy.array(items, dtype)
        yield {"dtype": dtype, "hex": array.tobytes().hex(), "counts": [str(each) for each in array.view("<i8")], "texts": items}


def records():
    dtype = [("name", "<U4"), ("n", "<i8"), ("z", "<c8"), ("v", "<f4", (2,)), ("in", [("flag", "|b1"), ("raw", "|S2")])]
    rows = [("SKA1", 2**60, 1 + 2j, [1.5, -1], (True, b"ab")), ("é", -1, -0.5j, [0, 3], (False, b""))]
    array = numpy.array(rows, dtype)
    columns = {"name": array["name"].tolist(), "n": [str(each) for each in array["n"].tolist()], "v": array["v"].tolist()}
    columns |= {"z": [[each.real, each.imag] for each in array["z"].tolist()], "flag": array["in"]["flag"].tolist()}
    return {"dtype": lists(dtype), "hex": array.tobytes().hex(), "itemsize": array.itemsize, "columns": columns}


RANDOM_DTYPES = "|b1 |i1 |u1 <i2 >i2 <u4 >u4 <i8 >i8 <u8 >u8 <f2 >f2 <f4 >f4 <f8 >f8 <c8 >c8 <c16 >c16 <U3 >U2 |S3 |V2 <M8[ns] >m8[s]".split()


def random_bytes(source, dtype, count):
    """Bytes as items of a dtype can have them."""
    if dtype.kind == "b":
        return bytes(source.choice([0, 1]) for _ in range(count))
    if dtype.kind == "U":
        length = count * dtype.itemsize // 4
        points = [source.choice([0, 0x61, 0xE9, 0x6574, 0x1F6F0, 0x10FFFF]) for _ in range(length)]
        return numpy.array(points, "u4").astype(dtype.byteorder + "u4").tobytes()
    return source.randbytes(count * dtype.itemsize)


def random_items(array):
    """What is in an array, in words that JSON has and that keep every bit but those of NaN."""
    flat = array.reshape(-1)
    kind = array.dtype.kind
    if kind == "f":
        return [number(each) for each in flat.tolist()]
    if kind == "c":
        return [[number(each.real), number(each.imag)] for each in flat.tolist()]
    if kind in "iu":
        return [str(each) for each in flat.tolist()]
    if kind in "mM":
        return [str(each) for each in flat.view(array.dtype.byteorder.replace("|", "") + "i8").tolist()]
    if kind == "S":
        return [each.decode("latin-1") for each in flat.tolist()]
    return [each.tobytes().hex() for each in flat] if kind == "V" else flat.tolist()


def little(array):
    return numpy.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes().hex()


def random_arrays():
    """Arrays as a random test makes them, kept, so that every run of the tests has the same."""
    source = random.Random(20261126)
    for dtype in [numpy.dtype(each) for each in RANDOM_DTYPES for _ in range(3)]:
        shape = [source.choice([0, 1, 2, 3, 3]) for _ in range(source.randrange(4))]
        count = int(numpy.prod(shape))
        array = numpy.frombuffer(random_bytes(source, dtype, count), dtype).reshape(shape)
        yield {"dtype": dtype.str, "shape": shape, "hex": array.tobytes().hex(), "little": little(array), "items": random_items(array)}


def random_records():
    source = random.Random(20261127)
    for _ in range(25):
        fields = []
        for place in range(source.randrange(1, 5)):
            shape = tuple(source.choice([1, 2, 3]) for _ in range(source.choice([0, 0, 1, 2])))
            fields.append((f"f{place}", source.choice(RANDOM_DTYPES), *([shape] if shape else [])))
        array = numpy.zeros([source.randrange(4) for _ in range(source.choice([1, 1, 2]))], fields)
        for name in array.dtype.names:
            part = array[name]
            array[name] = numpy.frombuffer(random_bytes(source, part.dtype, part.size), part.dtype).reshape(part.shape)
        columns = {name: [list(array[name].shape), little(array[name])] for name in array.dtype.names}
        yield {"dtype": lists(fields), "shape": list(array.shape), "hex": array.tobytes().hex(), "little": little(array), "columns": columns}


def dataset():
    return xarray.Dataset(
        {
            "offset": (("antenna", "angle"), numpy.arange(6.0).reshape(3, 2) / 8, {"units": "rad"}),
            "flag": ("antenna", numpy.array([True, False, True])),
            "gain": ("antenna", numpy.array([1 + 2j, 3j, -1], "<c8")),
        },
        coords={
            "antenna": ["SKA001", "SKA002", "SKA010"],
            "angle": ["az", "el"],
            "time": numpy.datetime64("2026-01-02T03:04:05", "ns"),
            "height": ("antenna", numpy.array([1, 2, 3], "<i4")),
        },
        attrs={"data_model": "PointingTable", "scan": 3, "channels": [1, 2]},
    )


SELECTIONS = {
    "isel": [
        {"antenna": 1}, {"antenna": -1, "angle": 0}, {"antenna": [2, 0]}, {"antenna": []},
        {"antenna": {"start": 1}}, {"antenna": {"stop": -1}}, {"antenna": {"step": -1}}, {"antenna": {"start": 5, "stop": 0, "step": -2}},
    ],
    "sel": [{"antenna": "SKA002"}, {"antenna": ["SKA010", "SKA001"], "angle": "el"}],
}


def indexer(given):
    return slice(given.get("start"), given.get("stop"), given.get("step")) if isinstance(given, dict) else given


def selections():
    full = dataset()
    for method, each in [(method, each) for method, every in SELECTIONS.items() for each in every]:
        part = getattr(full, method)({name: indexer(given) for name, given in each.items()})
        yield {
            "method": method,
            "by": each,
            "sizes": dict(part.sizes),
            "offset": part["offset"].values.tolist(),
            "antenna": part["antenna"].values.tolist(),
            "repr": repr(part),
        }


def arrays():
    with xarray.set_options(display_expand_data=False):
        full = dataset()
        yield {"get": "offset", "repr": repr(full["offset"])}
        yield {"get": "gain", "repr": repr(full["gain"])}
        yield {"get": "time", "repr": repr(full["time"])}
        yield {"get": "antenna", "repr": repr(full["antenna"])}


def main():
    files = {
        "numpy.json": (["numpy"], {"dtypes": list(dtypes()), "float16": float16(), "text": list(text()), "times": list(times()), "records": records()}),
        "random.json": (["numpy"], {"arrays": list(random_arrays()), "records": list(random_records())}),
        "xarray.json": (["numpy", "xarray"], {"repr": repr(dataset()), "selections": list(selections()), "arrays": list(arrays())}),
    }
    write_or_check(
        {
            f"{FOLDER}/{name}": json.dumps({"manifest": manifest(*packages), **vectors}, indent=None if name == "random.json" else 1) + "\n"
            for name, (packages, vectors) in files.items()
        }
    )


if __name__ == "__main__":
    main()
