"""Writes the test vectors of codec-npy and codec-msgpack-numpy: what the real libraries write, and what it means.

Without arguments it writes packages/*/test/vectors/vectors.json anew; with --check it compares them instead and ends with
1 when they differ. The arrays are those of numpy's own format tests (numpy/lib/tests/test_format.py), shorter.
"""

import base64
import importlib.metadata
import io
import json
import warnings

import msgpack
import msgpack_numpy
import numpy
from vector_files import write_or_check

SCALARS = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()

Pdescr = [("x", "i4", (2,)), ("y", "f8", (2, 2)), ("z", "u1")]
Ndescr = [
    ("x", "i4", (2,)),
    ("Info", [("value", "c16"), ("y2", "f8"), ("Info2", [("name", "S2"), ("value", "c16", (2,)), ("y3", "f8", (2,)), ("z3", "u4", (2,))]),
              ("name", "S2"), ("z2", "b1")]),
    ("color", "S2"),
    ("info", [("Name", "U8"), ("Value", "c16")]),
    ("y", "f8", (2, 2)),
    ("z", "u1"),
]


def fill(dtype, shape, seed=1):
    """An array with reproducible, telling content: whole bytes at random for numbers, text for text."""
    dtype = numpy.dtype(dtype)
    random = numpy.random.RandomState(seed)
    if dtype.names is not None:
        array = numpy.zeros(shape, dtype)
        for number, name in enumerate(dtype.names):
            field = dtype[name]
            array[name] = fill(field.base, array[name].shape, seed + number + 1)
        return array
    if dtype.kind == "b":
        return numpy.asarray(random.randint(0, 2, shape), dtype)
    if dtype.kind in "US":
        words = numpy.array(["", "a", "SKA", "é", "整形", "🛰"] if dtype.kind == "U" else [b"", b"a", b"SKA", b"\xff"])
        return numpy.asarray(words[random.randint(0, len(words), shape)].astype(dtype), dtype)
    if dtype.kind in "fc":
        real = dtype.newbyteorder("<")
        values = random.standard_normal(shape).astype(real)
        if dtype.kind == "c":
            values = (values + 1j * random.standard_normal(shape)).astype(real)
        flat = numpy.atleast_1d(values).reshape(-1)
        flat[:3] = numpy.array([numpy.nan, -0.0, -numpy.inf], real)[: flat[:3].size] if flat.size > 3 else flat[:3]
        return flat.reshape(shape).astype(dtype)
    count = int(numpy.prod(shape))
    return numpy.frombuffer(random.bytes(count * dtype.itemsize), dtype).reshape(shape)


def items(array):
    """Every item as text, in C order, as JavaScript compares it."""
    if array.dtype.names is not None:
        return {name: items(array[name]) for name in array.dtype.names if name}
    kind = array.dtype.kind
    flat = array.reshape(-1)
    if kind in "Mm":
        flat = flat.view(flat.dtype.byteorder.replace("|", "<") + "i8")
    if kind == "c":
        return [[repr(float(z.real)), repr(float(z.imag))] for z in flat]
    if kind == "f":
        return [repr(float(x)) for x in flat]
    if kind == "S":
        return [x.decode("latin-1") for x in flat.tolist()]
    if kind == "U":
        return flat.tolist()
    if kind == "V":
        return [bytes(x).hex() for x in flat]
    return [str(int(x)) for x in flat]


def arrays():
    """(name, array) of everything that both formats are tried with."""
    for code in SCALARS:
        for order in "<>" if code not in ("b1", "i1", "u1") else "|":
            dtype = order + code
            yield f"{dtype} empty", fill(dtype, (0,))
            yield f"{dtype} 0-d", fill(dtype, ())
            yield f"{dtype} 1-d", fill(dtype, (15,))
            yield f"{dtype} 2-d", fill(dtype, (3, 5))
            yield f"{dtype} 2-d Fortran", numpy.asfortranarray(fill(dtype, (3, 5)))
            yield f"{dtype} strided", fill(dtype, (6, 8))[::-1, ::2]
    for shape in [(1,), (1, 1), (0, 3), (3, 0), (2, 0, 4), (2, 3, 4), (2, 1, 3, 2), (1, 5), (5, 1)]:
        yield f"<f8 {shape}", fill("<f8", shape)
        yield f"<f8 {shape} Fortran", numpy.asfortranarray(fill("<f8", shape))
    for dtype in ["<U8", ">U8", "<U1", "|S2", "|S0", "<U0", "|V3"]:
        yield f"{dtype} 1-d", fill(dtype, (7,)) if dtype[1:] != "V3" else numpy.frombuffer(bytes(range(21)), dtype)
        yield f"{dtype} 0-d", fill(dtype, ()) if dtype[1:] != "V3" else numpy.frombuffer(b"abc", dtype).reshape(())
    for dtype in [Pdescr, Ndescr]:
        for order in "<>":
            ordered = numpy.dtype(dtype).newbyteorder(order)
            yield f"record {len(dtype)} {order} 1-d", fill(ordered, (2,))
            yield f"record {len(dtype)} {order} 0-d", fill(ordered, ())
            yield f"record {len(dtype)} {order} empty", fill(ordered, (0,))
    yield "record 2-d Fortran", numpy.asfortranarray(fill([("a", "<i2"), ("b", "<f4")], (3, 2)))
    yield "record of 64 pointings", fill([("antenna_name", "<U8"), ("last_scan_index", "<f8"), ("xel_offset", "<f8")], (4,))
    yield "record without fields", numpy.zeros(3, numpy.dtype([]))
    yield "record with one field", fill([("only", "<f8")], (2,))


def times():
    for unit in ["D", "h", "s", "ms", "us", "ns", "25s"]:
        for kind in "Mm":
            array = fill("<i8", (4,)).copy()
            array[0] = numpy.iinfo("i8").min
            yield f"{kind}8[{unit}]", array.view(f"<{kind}8[{unit}]")
            yield f">{kind}8[{unit}]", array.astype(">i8").view(f">{kind}8[{unit}]")
    yield "record with times", numpy.array([("2026-01-02T03:04:05", "NaT")], [("t", "<M8[ns]"), ("d", "<m8[s]")])


def npy_only():
    yield from times()
    for name in ["é", "整形", "it's", 'say "x"', "both ' and \"", "tab\tnew\nline\\", "\x00nul", "\u00a0nbsp", "🛰"]:
        yield f"field {name!r}", fill([(name, "<f8")], (2,))
    yield "title", fill([(("A title", "a"), "<i4"), ("b", "<u1")], (2,))
    yield "subarray of subarray", numpy.zeros(2, [("c", ("<f8", (5,)), (2,))])
    yield "aligned", fill(numpy.dtype([("a", "i1"), ("b", "f8"), ("c", "i1")], align=True), (3,))
    yield "padded", numpy.zeros(3, {"names": ["a", "b"], "formats": ["i1", "i1"], "offsets": [0, 4], "itemsize": 8})
    yield "empty nested", numpy.zeros(2, [("a", []), ("b", "<i2")])
    yield "nested subarray", fill([("a", [("x", "<i2"), ("y", "<f4", (2,))], (2, 2))], (2,))
    yield "field <M8", numpy.zeros(2, [("t", "<M8")])
    for digits in range(1, 5):
        yield f"growth {digits}", fill("|u1", (10 ** (digits - 1),))
    yield "64 fields", numpy.zeros(1, [(f"f{number:05}", "<f8") for number in range(64)])
    yield "a long name", numpy.zeros(1, [("x" * 3000, "|u1")])


def save(array, version=None):
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numpy.lib.format.write_array(stream, array, version=version, allow_pickle=False)
    return stream.getvalue()


def plain(array):
    """In C order, and little-endian where the dtype has no fields: what NdArray holds."""
    if array.dtype.names is None:
        array = array.astype(array.dtype.newbyteorder("<"))
    return numpy.ascontiguousarray(array).reshape(array.shape)


def vector(name, array, write):
    data, rewritten = write(array), write(plain(array))
    entry = {"name": name, "bytes": text(data), "shape": list(array.shape), "items": items(plain(array))}
    if data != rewritten:
        entry["rewritten"] = text(rewritten)
        entry["reason"] = "values here are in C order, and plain ones little-endian"
    return entry


def text(data):
    return base64.b64encode(data).decode()


def npy_vectors():
    for name, array in [*arrays(), *npy_only()]:
        yield vector(name, array, save)
    array = fill("<f8", (2, 3))
    for version in [(1, 0), (2, 0), (3, 0)]:
        entry = vector(f"version {version}", array, lambda each: save(each, version))
        if version != (1, 0):
            entry["rewritten"] = text(save(array))
            entry["reason"] = "the oldest version that fits is written, as numpy does"
        yield entry


def pack(value):
    return msgpack.packb(value, default=msgpack_numpy.encode)


def msgpack_vectors():
    for name, array in arrays():
        yield vector(name, array, pack)


def values():
    """(name, value) of what is no array alone."""
    array = numpy.array([1, 2], "<u2")
    yield "nil", None
    yield "booleans", [True, False]
    integers = [0, 1, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1, 2**53, 2**53 + 1, 2**63, 2**64 - 1]
    yield "integers", integers + [-1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**53) - 1, -(2**63)]
    yield "floats", [0.5, -0.0, 1e300, float("inf"), float("-inf"), 5e-324]
    yield "texts", ["", "é", "整形🛰", "x" * 31, "x" * 32, "x" * 255, "x" * 256, "\ufeffmark", "nul\0"]
    yield "bytes", [b"", b"abc", bytes(256)]
    yield "lists", [[], [[]], list(range(15)), list(range(16)), list(range(300))]
    yield "dicts", {"": {}, "a": {"b": [{"c": 1}]}, **{f"k{number}": number for number in range(20)}}
    yield "a dict as a marker", {"nd": True, "type": "<f8", "shape": [1], "data": b"12345678"}
    yield "arrays in dicts and lists", {"a": array, "l": [array, [array, {"deep": array}]], "n": 1}
    yield "a dict called constructor", {"constructor": 1, "toString": 2}
    yield "integers as keys", {0: array, 1: {2**31: "a", -1: 2.5, -(2**63): None, 2**64 - 1: [], 2**53: 1, 10: 1, 9: 2}}
    yield "keys of all kinds", {"b": 1, 1: 2, "a": {0: 1}, "1": 3, None: 4, True: 5, 1.5: 6, -5: 7, "0": 8}
    yield "numpy's integers as keys", {numpy.int64(3): array, numpy.uint8(7): 1}
    yield "complex", [1 + 2j, 2j, complex("nan+infj"), complex(-0.0, -0.0), 1e16 + 1e-7j, complex(0.0, -0.0), 0.1 + 1e22j, -1.5e-5 - 123456789012345.0j]
    for code in SCALARS:
        yield f"scalar {code}", numpy.array(1.5 if code[0] in "fc" else 1, code)[()]
    yield "scalar m8", numpy.timedelta64(5, "s")


def meaning(value):
    """JSON in which every number is text: what JavaScript must see."""
    if isinstance(value, numpy.ndarray):
        return {"array": items(value), "dtype": value.dtype.str}
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, numpy.integer, numpy.bool_)) and not isinstance(value, numpy.timedelta64):
        return {"int": str(int(value))}
    if isinstance(value, numpy.timedelta64):
        return {"int": str(value.astype("i8"))}
    if isinstance(value, (complex, numpy.complexfloating)):
        return {"complex": [repr(float(value.real)), repr(float(value.imag))]}
    if isinstance(value, (float, numpy.floating)):
        return {"float": repr(float(value))}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, list):
        return [meaning(item) for item in value]
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return {"map": [[meaning(key), meaning(item)] for key, item in value.items()]}
    if isinstance(value, dict):
        return {"dict": {key: meaning(item) for key, item in value.items()}}
    return {"text": value}


def value_vectors():
    for name, value in values():
        yield {"name": name, "bytes": text(pack(value)), "value": meaning(value)}


def main():
    versions = {name: importlib.metadata.version(name) for name in ["numpy", "msgpack", "msgpack-numpy"]}
    files = {
        "packages/codec-npy/test/vectors/vectors.json": {"arrays": list(npy_vectors())},
        "packages/codec-msgpack-numpy/test/vectors/vectors.json": {"arrays": list(msgpack_vectors()), "values": list(value_vectors())},
    }
    manifest = {"script": "tooling/python/scripts/generate_vectors.py", "versions": versions}
    write_or_check({name: json.dumps({"manifest": manifest, **vectors}, ensure_ascii=True, indent=0) + "\n" for name, vectors in files.items()})


if __name__ == "__main__":
    main()
