"""Times numpy and msgpack_numpy: `array_timings.py FOLDER` prints `{name: microseconds}` as JSON.

Reads every FOLDER/*.npy and *.msgpack, and times decoding it and encoding what it holds, for 20 ms each.
"""

import io
import json
import pathlib
import sys
import time

import msgpack
import msgpack_numpy
import numpy


def save(array):
    stream = io.BytesIO()
    numpy.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def load(data):
    return numpy.load(io.BytesIO(data), allow_pickle=False)


def pack(value):
    return msgpack.packb(value, default=msgpack_numpy.encode)


def unpack(data):
    return msgpack.unpackb(data, object_hook=msgpack_numpy.decode)


def microseconds(work, argument):
    work(argument)
    start = time.perf_counter()
    count = 0
    while (taken := time.perf_counter() - start) < 0.02:
        work(argument)
        count += 1
    return 1e6 * taken / count


timings = {}
for path in pathlib.Path(sys.argv[1]).iterdir():
    encode, decode = (save, load) if path.suffix == ".npy" else (pack, unpack)
    data = path.read_bytes()
    timings[f"{path.name} encode"] = microseconds(encode, decode(data))
    timings[f"{path.name} decode"] = microseconds(decode, data)
print(json.dumps(timings))
