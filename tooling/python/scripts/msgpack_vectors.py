"""Writes the test vectors of codec-msgpack-numpy: what msgpack and msgpack_numpy write, and what it means.

vectors.json has arrays and other values, edges.json what is written where one form of msgpack ends and the next begins.
Long values there are told by how they are made, and by the sum of their bytes. With --check it compares the files instead
of writing them.
"""

import hashlib
import json
from datetime import datetime, timedelta, timezone

import msgpack
import msgpack_numpy
import numpy
from array_cases import SCALARS, arrays, items, text, vector
from vector_files import manifest, rows, write_or_check

FOLDER = "packages/codec-msgpack-numpy/test/vectors"

LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 127, 128, 129, 255, 256, 257, 65535, 65536]
INTEGERS = [edge + step for edge in [0, -0x20, -0x80, -0x8000, -(2**31), -(2**53)] for step in (-1, 0, 1)] + [
    edge + step for edge in [0x80, 0x100, 0x8000, 0x1_0000, 2**31, 2**32, 2**53, 2**63, 2**64 - 2] for step in (-1, 0, 1)
]
MAKE = {
    "text": lambda n: "a" * n,
    "text of é": lambda n: "é" * n,
    "bytes": lambda n: bytes([7]) * n,
    "extension": lambda n: msgpack.ExtType(5, bytes([7]) * n),
    "list": lambda n: [None] * n,
    "list of floats": lambda n: [0.5] * n,
    "dict": lambda n: {f"k{index}": index for index in range(n)},
    "dict of integers": lambda n: {index: None for index in range(n)},
    "array": lambda n: numpy.full(n, 7, "|u1"),
}
COMPLEX = ["0j", "1j", "-1j", "1+2j", "-1-2j", "1e16+1e-5j", "9999999999999998+0.0001j", "1e15-1e-4j", "123456789.125+1e100j", "1.5e-300-1.5e300j",
           "nan+nanj", "inf-infj", "-inf+0j", "0.5j", "1e22j", "1e-7j", "1.25e-10j", "5e-324+1.7976931348623157e308j"]  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# The first and the last time of each form of a timestamp, and of what Python and JavaScript can hold.
TIMES = ["1970-01-01T00:00:00", "2026-11-27T02:15:00.125", "2026-11-27T02:15:00.000001", "1901-12-13T20:45:51.5", "1969-12-31T23:59:59.999",
         "1969-12-31T23:59:59.999999", "2106-02-07T06:28:15", "2106-02-07T06:28:15.001", "2106-02-07T06:28:16", "2514-05-30T01:53:03.999",
         "2514-05-30T01:53:04", "3000-01-01T12:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59.999"]  # fmt: skip
TIMESTAMPS = [(0, 1), (1_700_000_000, 123_456_789), (1_700_000_000, 999_999_999), (-1, 1), (-1, 999_999_999), (2**34, 1), (8_640_000_000_000, 0), (-8_640_000_000_000, 0)]
REFUSED = ["c703ff010203", "c700ff", "d5ff0102", "d8ff" + "00" * 16]
SIGNS = [(0.0, -0.0), (-0.0, 0.0), (-0.0, -0.0), (0.0, 0.0), (-0.0, 1.0), (1.0, -0.0), (float("nan"), -1.0), (0.0, float("nan"))]


def pack(value):
    return msgpack.packb(value, default=msgpack_numpy.encode, datetime=True)


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
    hour = datetime(2026, 11, 27, 2, 15, 0, 125_000, timezone.utc)
    yield "a datetime", hour
    yield "datetimes beside arrays", {"start": EPOCH, "gains": array, "scans": [{"at": hour, "power": array}, [hour - timedelta(days=40_000)]]}
    yield "datetimes as keys", {hour: array, EPOCH: {"a": EPOCH}, "b": 1}
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
    if isinstance(value, datetime):
        return {"time": str((value - EPOCH) // timedelta(milliseconds=1))}
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


def lengths():
    for kind, make in MAKE.items():
        # Dicts of so many keys take long to make, and one kind shows their form.
        for length in LENGTHS[: -2 if kind == "dict of integers" else None]:
            data = pack(make(length))
            yield {"kind": kind, "length": length, "bytes": len(data), "start": data[:8].hex(), "sha256": hashlib.sha256(data).hexdigest()}


def integers():
    for integer in sorted(set(INTEGERS)):
        if -(2**63) <= integer < 2**64:
            yield {"integer": str(integer), "hex": pack(integer).hex()}


def number(value):
    """A float as JavaScript reads it."""
    return repr(value).replace("inf", "Infinity").replace("nan", "NaN")


def complexes():
    for value in [complex(text) for text in COMPLEX] + [complex(*parts) for parts in SIGNS]:
        yield {"re": number(value.real), "im": number(value.imag), "text": repr(value), "hex": pack(value).hex()}


def extensions():
    for code in [-1, 0, 1, 127]:
        # Python's packer takes no negative type, and a timestamp for -1.
        value = msgpack.Timestamp(1, 0) if code < 0 else msgpack.ExtType(code, b"ab")
        yield {"type": code, "hex": pack(value).hex()}


def timestamps():
    """Times in milliseconds since 1970, without what is below, and all of it in seconds and nanoseconds."""
    for time in TIMES:
        value = datetime.fromisoformat(time).replace(tzinfo=timezone.utc)
        yield timestamp(time, msgpack.Timestamp.from_datetime(value), pack(value))
    for seconds, nanoseconds in TIMESTAMPS:
        value = msgpack.Timestamp(seconds, nanoseconds)
        yield timestamp(repr(value), value, pack(value))


def timestamp(name, value, data):
    return {
        "time": name,
        "milliseconds": abs(value.to_unix_nano()) // 10**6 * (-1 if value.seconds < 0 else 1),
        "isWhole": value.nanoseconds % 10**6 == 0,
        "seconds": value.seconds,
        "nanoseconds": value.nanoseconds,
        "hex": data.hex(),
    }


def refused():
    for data in REFUSED:
        try:
            raise SystemExit(f"Python reads {data} as {msgpack.unpackb(bytes.fromhex(data))!r}")
        except ValueError as error:
            yield {"hex": data, "error": str(error)}


def main():
    made_by = manifest("numpy", "msgpack", "msgpack-numpy")
    vectors = {"manifest": made_by, "arrays": list(msgpack_vectors()), "values": list(value_vectors())}
    edges = {"lengths": lengths(), "integers": integers(), "complexes": complexes(), "extensions": extensions(), "timestamps": timestamps(), "refusedTimestamps": refused()}
    parts = [f'"manifest": {json.dumps(made_by)}', *(rows(key, list(values)) for key, values in edges.items())]
    write_or_check(
        {
            f"{FOLDER}/vectors.json": json.dumps(vectors, indent=0) + "\n",
            f"{FOLDER}/edges.json": "{\n" + ",\n".join(parts) + "\n}\n",
        }
    )


if __name__ == "__main__":
    main()
