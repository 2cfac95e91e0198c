"""The Python end of the tests of the command `dataqueues`: files that Python writes, and topics. Serves PythonCounterpart.

- `{"ask": "write files", "folder": path}`: writes files of every form. Returns for each its name and the values that `send` makes
  of it, as base64 of their bytes.
- `{"ask": "same dataset", "dataset": name, "form": form}` with bytes: whether Python reads them as this Dataset, bit for bit.
- `{"ask": "encode", "value": name, "form": form}`: the bytes that Python writes for one of `ARRAYS`.
- `{"ask": "read", "server": ..., "topic": ...}`: all records of a topic with their keys, headers, partitions and timestamps.
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
from aiokafka import AIOKafkaConsumer, TopicPartition
from array_cases import SCALARS, Ndescr, fill
from counterpart import serve
from wire_formats import FORMATS
from xarray_datasets import DATASETS

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


async def read(server, topic):
    async with AIOKafkaConsumer(bootstrap_servers=server, max_partition_fetch_bytes=2**24) as consumer:
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or await known(consumer, topic))]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        found = []
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for batch in (await consumer.getmany(timeout_ms=1000)).values():
                found += [record_of(record) for record in batch]
        return found


async def known(consumer, topic):
    consumer._client.add_topic(topic)
    await consumer._client.force_metadata_update()
    return consumer.partitions_for_topic(topic)


def record_of(record):
    return {
        "partition": record.partition,
        "timestamp": record.timestamp,
        "key": text(record.key),
        "headers": [[name, text(value)] for name, value in record.headers],
        "value": text(record.value),
    }


def text(data):
    return None if data is None else base64.b64encode(data).decode()


async def respond(request, data):
    match request:
        case {"ask": "write files", "folder": folder}:
            return write_files(pathlib.Path(folder)), b""
        case {"ask": "same dataset", "dataset": name, "form": form}:
            return bool(same_dataset(data, name, form)), b""
        case {"ask": "encode", "value": name, "form": form}:
            return None, {"npy": npy, "msgpack_numpy": pack}[form](ARRAYS[name])
        case {"ask": "read", "server": server, "topic": topic}:
            return await read(server, topic), b""
    raise ValueError(f"{request} is not understood")


if __name__ == "__main__":
    serve(respond)
