"""The Python end of the tests of the command `dataqueues`: files that Python writes, and topics. Serves PythonCounterpart.

- `{"ask": "write files", "folder": path}`: writes files of every form. Returns for each its name and the values that `send` makes
  of it, as base64 of their bytes.
- `{"ask": "same dataset", "dataset": name, "form": form}` with bytes: whether Python reads them as this Dataset, bit for bit.
- `{"ask": "encode", "value": name, "form": form}`: the bytes that Python writes for one of `ARRAYS`.
- `{"ask": "compare files", "server": ..., "topic": ..., "record": fields}`: what differs between the records of a topic and the
  messages of all files, in order; and between each record's key, headers, partition and timestamp and those in `fields`.
- `{"ask": "compare arrays", "server": ..., "topic": ..., "form": form, "names": names}`: what differs between the arrays that
  Python reads from a topic and those of `ARRAYS`.
- `{"ask": "send", "server": ..., "topics": {encoding: topic}}`: sends the `VALUES` of each encoding, with their names as keys.
- `{"ask": "compare lines", "encodings": {topic: encoding}}` with lines of JSON: what differs between them and these values.
"""

import base64
import io
import json
import pathlib
import zipfile

import msgpack
import msgpack_numpy
import numpy as np
import pyarrow as pa
import pyarrow.feather
from aiokafka import AIOKafkaProducer
from array_cases import SCALARS, Ndescr, fill
from counterpart import serve
from topic_records import topic_records
from value_json import shown
from wire_formats import FORMATS
from xarray_datasets import DATASETS
from xarray_vectors import without_times

# 2026-11-27T10:00:00.123Z
TIMESTAMP = 1795773600123

POINTING = [("antenna_name", "<U8"), ("last_scan_index", "<f8"), ("xel_offset", "<f8")]

ARRAYS = {
    **{dtype: fill(dtype, (2, 3)) for dtype in SCALARS},
    **{f"big-endian {dtype}": fill(f">{dtype}", (4,)) for dtype in ["i2", "u4", "f8", "c16"]},
    "text": np.array(["SKA", "", "整形🛰"]),
    "bytes": np.array([b"a", b"", b"\xff\x00b"]),
    "times": np.array(["2026-11-27T10:00:00.5", "NaT"], "M8[ms]"),
    "no dimensions": np.array(2.5),
    "no items": np.zeros((0, 3), "<f4"),
    "Fortran order": np.asfortranarray(np.arange(6, dtype="<i4").reshape(2, 3)),
    "structured": np.array([("MKT001", 9.0, 3.5), ("MKT002", 9.0, float("nan"))], POINTING),
    "nested": fill(Ndescr, (2,)),
}


def npy(array, version=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version, allow_pickle=False)
    return stream.getvalue()


def pack(value):
    return msgpack.packb(value, default=msgpack_numpy.encode)


class Pipe(io.RawIOBase):
    """A file that cannot seek: what is written into an archive has its size after it."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def archives():
    """Name, bytes and arrays of archives."""
    arrays = {"gains": ARRAYS["c16"], "flags": ARRAYS["b1"], "zeros": np.zeros((100, 1000)), "Größe": ARRAYS["text"]}
    for name, save in [("stored", np.savez), ("deflated", np.savez_compressed)]:
        for kind, stream in [("", io.BytesIO()), (" in a pipe", Pipe())]:
            save(stream, **arrays)
            yield f"{name}{kind}", stream.data if isinstance(stream, Pipe) else stream.getvalue(), arrays
    yield "empty", saved(np.savez), {}
    one = {"arr_0": ARRAYS["structured"]}
    yield "with a comment", saved(np.savez, ARRAYS["structured"], comment=b"PK\x05\x06 of the night"), one
    limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    # As of archives over 4 GiB.
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 0, 0
    yield "zip64", saved(np.savez_compressed, **arrays), arrays
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits


def saved(save, *arrays, comment=b"", **named):
    stream = io.BytesIO()
    save(stream, *arrays, **named)
    if comment:
        with zipfile.ZipFile(stream, "a") as archive:
            archive.comment = comment
    return stream.getvalue()


def files():
    """Name, content and messages of files."""
    for name, array in ARRAYS.items():
        yield f"{name}.npy", npy(array), [npy(array)]
    for version in [(1, 0), (2, 0), (3, 0)]:
        data = npy(ARRAYS["structured"], version)
        yield f"version {version[0]}.npy", data, [data]
    for name, data, arrays in archives():
        yield f"{name}.npz", data, [npy(array) for array in arrays.values()]
    values = [{"scan_id": 2**60 + 1, "gain": float("nan")}, ["Größe ☆", None, True, -1.5e-300], "text", 9]
    for name, value in enumerate(values):
        data = json.dumps(value, indent=2).encode()
        yield f"{name}.json", data, [data]
    lines = [json.dumps(value, ensure_ascii=False).encode() for value in values]
    yield "values.jsonl", b"\n".join(lines), lines
    yield "values.ndjson", b"".join(line + b"\r\n" for line in lines), lines
    metrics = {"data": [{"power": ARRAYS["f4"], "n": np.int64(7)}], b"raw": b"\x00\xff", "z": 1 + 2j}
    for name, value in [("array", ARRAYS["f8"]), ("structured", ARRAYS["structured"]), ("metrics", metrics), ("list", [1, None])]:
        yield f"{name}.msgpack", pack(value), [pack(value)]
    for name in DATASETS:
        data = FORMATS["xarray"]["encode"](DATASETS[name]())
        yield f"{name}.arrows", data, [data]
    text = "Größe ☆\r\n\tend".encode()
    yield "note.txt", text, [text]


def write_files(folder):
    written = []
    for name, content, messages in files():
        (folder / name).write_bytes(content)
        written.append([name, [base64.b64encode(message).decode() for message in messages]])
    for name in DATASETS:
        table = pa.ipc.open_stream(FORMATS["xarray"]["encode"](DATASETS[name]())).read_all()
        with pa.ipc.new_file(folder / f"{name}.arrow", table.schema) as writer:
            writer.write_table(table)
        pa.feather.write_feather(table, folder / f"{name}.feather", compression="uncompressed")
    return written


def same_dataset(data, name, form):
    found, wanted = FORMATS[form]["decode"](data), DATASETS[name]()
    return found.identical(wanted) and all(
        found[key].dtype == wanted[key].dtype and found[key].values.tobytes() == wanted[key].values.tobytes()
        for key in wanted.variables
        if wanted[key].dtype.kind != "O"
    )


TEXTS = {
    "utf-8": {"letters": "Größe ☆ 整形", "controls": "\x1b[2J\u202e\r\n\ttab", "empty": "", "brace": "{no JSON"},
    "ascii": {"letters": "plain", "quotes": "\"\\'", "nul": "a\0b"},
}
JSON = {
    "numbers": [2**63, -(2**53) - 1, 1.5e-300, -0.0, 1e22, float("nan"), float("-inf")],
    "dict": {"scan_id": 2**60 + 1, "Größe": {"a": [None, True, ""]}, "": {}},
    "escapes": ["\x1b\u2028 \U0001f6f0"],
}
DICTS = {
    "metrics": {"data": [{"power": ARRAYS["f4"], "n": np.int64(2**60 + 1)}], "raw": b"\x00\xff", "z": 1 - 2j, "none": None},
    "structured in a dict": {"pointing": ARRAYS["structured"], "f2": np.float16(0.1), "b": np.bool_(True)},
    "numbers": {"large": 2**64 - 1, "small": -(2**63), "nan": float("nan")},
}


def values():
    """The values of each encoding, and the bytes that Python's library sends for them."""
    yield "utf-8", TEXTS["utf-8"], lambda value: value.encode("utf-8")
    yield "ascii", TEXTS["ascii"], lambda value: value.encode("ascii")
    yield "json", JSON, lambda value: json.dumps(value).encode()
    yield "npy", ARRAYS, npy
    # msgpack_numpy loses the unit of times.
    yield "msgpack_numpy", {**{name: array for name, array in ARRAYS.items() if name != "times"}, **DICTS}, pack
    datasets = {name: make() for name, make in DATASETS.items()}
    yield "xarray", datasets, FORMATS["xarray"]["encode"]
    named = {name: without_times(datasets[name]) for name in ["pointing-table", "gain-table", "air-temperature", "zero-length"]}
    yield "xarray_dict", named, FORMATS["xarray_dict"]["encode"]


VALUES = {encoding: {name: (value, encode(value)) for name, value in named.items()} for encoding, named, encode in values()}


def comparable(value):
    """JSON without the difference between 9 and 9.0: to JavaScript they are one number, and JSON has two forms of it."""
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() and str(value) != "-0.0" else value


def compare_lines(encodings, data):
    lines = [json.loads(line) for line in data.decode().splitlines()]
    found = {(line["topic"], line["key"]): line for line in lines}
    wanted = {(topic, name): (encoding, value) for topic, encoding in encodings.items() for name, (value, _) in VALUES[encoding].items()}
    differences = [f"{key} is {'missing' if key in wanted else 'too much'}" for key in found.keys() ^ wanted.keys()]
    if len(lines) != len(found):
        differences.append(f"{len(lines)} lines of {len(found)} records")
    for key in found.keys() & wanted.keys():
        encoding, value = wanted[key]
        expected = {"encoding": encoding, "headers": [["from", "python"]], "timestamp": TIMESTAMP, "value": comparable(shown(value))}
        for field, wants in expected.items():
            # As text, for 1 and 1.0 and true are the same to Python.
            is_has = [json.dumps(one, sort_keys=True) for one in (comparable(found[key].get(field)), wants)]
            if is_has[0] != is_has[1]:
                differences.append(f"{key}: {field} is {is_has[0][:300]}, not {is_has[1][:300]}")
        if "error" in found[key]:
            differences.append(f"{key}: {found[key]['error']}")
    return differences


async def send(server, topics):
    async with AIOKafkaProducer(bootstrap_servers=server, acks="all", max_request_size=2**24) as producer:
        for encoding, topic in topics.items():
            for name, (_, data) in VALUES[encoding].items():
                await producer.send(topic, data, key=name.encode(), headers=[("from", b"python")], timestamp_ms=TIMESTAMP)
        await producer.flush()


async def read(server, topic):
    """All records of a topic, by partition and offset."""
    return [record for records in (await topic_records(server, topic)).values() for record in records]


async def compare_files(server, topic, fields):
    found = await read(server, topic)
    wanted = [(name, message) for name, _, messages in files() for message in messages]
    differences = [] if len(found) == len(wanted) else [f"{len(found)} records, not {len(wanted)}"]
    for (name, message), record in zip(wanted, found):
        if record.value != message:
            differences.append(f"{name}: {record.value!r:.200} is not {message!r:.200}")
        beside = {
            "key": record.key.decode(),
            "headers": [[header, value.decode()] for header, value in record.headers],
            "partition": record.partition,
            "timestamp": record.timestamp,
        }
        if beside != fields:
            differences.append(f"{name} has {beside}, not {fields}")
    return differences


async def compare_arrays(server, topic, form, names):
    found = [load(record.value) if form == "npy" else unpack(record.value) for record in await read(server, topic)]
    differences = [] if len(found) == len(names) else [f"{len(found)} records, not {len(names)}"]
    for name, array in zip(names, found):
        wanted = ARRAYS[name]
        same = array.dtype == wanted.dtype and array.shape == wanted.shape and array.tobytes() == wanted.tobytes()
        if not same:
            differences.append(f"{name}: {array!r} is not {wanted!r}")
    return differences


def load(data):
    return np.load(io.BytesIO(data), allow_pickle=False)


def unpack(data):
    return msgpack.unpackb(data, object_hook=msgpack_numpy.decode)


async def respond(request, data):
    match request:
        case {"ask": "write files", "folder": folder}:
            return write_files(pathlib.Path(folder)), b""
        case {"ask": "same dataset", "dataset": name, "form": form}:
            return bool(same_dataset(data, name, form)), b""
        case {"ask": "encode", "value": name, "form": form}:
            return None, {"npy": npy, "msgpack_numpy": pack}[form](ARRAYS[name])
        case {"ask": "compare files", "server": server, "topic": topic, "record": fields}:
            return await compare_files(server, topic, fields), b""
        case {"ask": "compare arrays", "server": server, "topic": topic, "form": form, "names": names}:
            return await compare_arrays(server, topic, form, names), b""
        case {"ask": "send", "server": server, "topics": topics}:
            return await send(server, topics), b""
        case {"ask": "compare lines", "encodings": encodings}:
            return compare_lines(encodings, data), b""
    raise ValueError(f"{request} is not understood")


if __name__ == "__main__":
    serve(respond)
