"""Times numpy and msgpack_numpy: `array_timings.py FOLDER` prints `{"npy | encode": microseconds}` and the like as JSON.

Reads every FOLDER/*.npy and *.msgpack. Times decoding the file and encoding its value, each for 20 ms of this thread's
processor time.
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
    for _ in range(3):
        start = time.thread_time()
        work(argument)
        once = time.thread_time() - start
    batch = max(1, round(0.0001 / max(once, 1e-7)))
    start = time.thread_time()
    count = 0
    while (taken := time.thread_time() - start) < 0.02:
        for _ in range(batch):
            work(argument)
        count += batch
    return 1e6 * taken / count


timings = {}
for path in pathlib.Path(sys.argv[1]).iterdir():
    encode, decode = (save, load) if path.suffix == ".npy" else (pack, unpack)
    data = path.read_bytes()
    form = "npy" if path.suffix == ".npy" else "msgpack-numpy"
    timings[f"{form} | encode"] = microseconds(encode, decode(data))
    timings[f"{form} | decode"] = microseconds(decode, data)
print(json.dumps(timings))
