"""Writes the test vectors of msgpack's edges: what msgpack and msgpack_numpy write where one form ends and the next begins.

Without arguments it writes packages/codec-msgpack-numpy/test/vectors/edges.json anew; with --check it compares it instead and
ends with 1 when they differ. Long values are told by how they are made, and by the sum of their bytes.
"""

import hashlib
import importlib.metadata
import json

import msgpack
import msgpack_numpy
import numpy
from vector_files import write_or_check

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
SIGNS = [(0.0, -0.0), (-0.0, 0.0), (-0.0, -0.0), (0.0, 0.0), (-0.0, 1.0), (1.0, -0.0), (float("nan"), -1.0), (0.0, float("nan"))]


def pack(value):
    return msgpack.packb(value, default=msgpack_numpy.encode)


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


def main():
    versions = {name: importlib.metadata.version(name) for name in ["numpy", "msgpack", "msgpack-numpy"]}
    manifest = {"script": "tooling/python/scripts/msgpack_edge_vectors.py", "versions": versions}
    groups = {"lengths": list(lengths()), "integers": list(integers()), "complexes": list(complexes()), "extensions": list(extensions())}
    parts = [f'"manifest": {json.dumps(manifest)}'] + [f'"{key}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for key, rows in groups.items()]
    content = "{\n" + ",\n".join(parts) + "\n}\n"
    write_or_check({"packages/codec-msgpack-numpy/test/vectors/edges.json": content})


if __name__ == "__main__":
    main()
