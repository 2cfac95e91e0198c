"""Packs JSON as a program does whose numbers come from numpy: lists of numbers are arrays, single ones numpy's scalars.

Reads JSON from standard input, writes msgpack_numpy to standard output.
"""

import json
import sys

import msgpack
import msgpack_numpy
import numpy


def to_numpy(value):
    if isinstance(value, dict):
        return {name: to_numpy(item) for name, item in value.items()}
    if isinstance(value, list):
        # Python's JSON names what is not finite.
        if all(type(item) in (int, float) or item == "nan" for item in value):
            return numpy.array(value, dtype=numpy.float32)
        return [to_numpy(item) for item in value]
    if type(value) is int:
        return numpy.int64(value)
    return numpy.float32(value) if type(value) is float else value


def packed(payload) -> bytes:
    return msgpack.packb(to_numpy(payload), default=msgpack_numpy.encode)


if __name__ == "__main__":
    sys.stdout.buffer.write(packed(json.load(sys.stdin)))
