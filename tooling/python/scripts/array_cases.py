"""The arrays that npy and msgpack-numpy are both tried with, and how a vector tells what is in them.

They are those of numpy's own format tests (numpy/lib/tests/test_format.py), shorter.
"""

import base64

import numpy

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
