"""The Python end of the tests of `dataqueues tail`: sends a value in every encoding, and judges what the command shows. Serves PythonCounterpart.

Judging compares lines of `tail --json` with what Python's own tolist and to_dict make of the values, and looks for what Python prints in the
lines of `tail --full`; it gives a list of what differs.
"""

import io
import json
import math

import msgpack
import msgpack_numpy
import numpy as np
from aiokafka import AIOKafkaProducer
from array_cases import Ndescr, fill
from array_text_vectors import as_json
from counterpart import serve
from value_json import shown
from wire_formats import FORMATS
from xarray_datasets import air_temperature, edges, every_dtype, pointing_table
from xarray_vectors import without_times

POINTING = [("antenna_name", "<U8"), ("last_scan_index", "<f8"), ("xel_offset", "<f8")]
METRIC = {"data_type": "spectrum", "data": [{"polarisation": "XX", "power": np.array([1.5, np.nan], "f4")}], "n": np.int64(7), "z": 1 - 0.5j, "b": b"\xff\x00"}
STATE = {"state": "scanning", "gain": math.nan, "range": [-math.inf, 1e16, -0.0, 1e-7], "scan_id": 9007199254740993, "text": "é\u009b\u202e\x1b[2J", "none": None, "yes": True}
FLAVOURS = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16 >i2 >i8 >f4 >c16 U3 >U3 S3 V5 M8[ns] M8[D] m8[s]".split()


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def pack(value):
    return msgpack.packb(value, default=msgpack_numpy.encode)


def cases():
    """Each: a name, the bytes, the encoding that the command finds, the value as JSON, and what Python prints."""
    yield "text", "Größe ☆\x1b[2J".encode(), "utf-8", "Größe ☆\x1b[2J", None
    yield "ascii", b"scan 5 of MKT", "utf-8", "scan 5 of MKT", None
    yield "json", json.dumps(STATE).encode(), "json", shown(STATE), None
    yield "json by lines", json.dumps(STATE, indent=2, ensure_ascii=False).encode(), "json", shown(STATE), None
    arrays = {dtype: fill(dtype, (3, 4)) for dtype in FLAVOURS if dtype[0] not in "Mm"}
    arrays |= {dtype: fill("<i8", (4,)).view(dtype) for dtype in FLAVOURS if dtype[0] in "Mm"}
    arrays |= {"pointing": np.array([("MKT001", 9.0, 3.5), ("MKT002", 9.0, math.nan)], POINTING), "nested": fill(Ndescr, (2,))}
    arrays |= {"single": np.array(5.5), "empty": np.zeros((0, 3), "f4"), "fortran": np.asfortranarray(fill("<f8", (3, 5))), "large": fill("<f4", (40, 64))}
    for name, array in arrays.items():
        yield f"npy {name}", npy(array), "npy", as_json(array), np.array2string(array)
        # msgpack-numpy loses the order of dimensions that are stored by columns, and cannot write times.
        if array.dtype.kind not in "Mm":
            rows = np.array(array, order="C")
            yield f"msgpack_numpy {name}", pack(rows), "msgpack_numpy", as_json(rows), np.array2string(rows)
    yield "msgpack_numpy dict", pack(METRIC), "msgpack_numpy", shown(METRIC), None
    yield "msgpack_numpy list", pack([1, "a", None, True, 2.5, 2**64 - 1]), "msgpack_numpy", [1, "a", None, True, 2.5, 2**64 - 1], None
    for make in [pointing_table, every_dtype, edges, air_temperature]:
        dataset = make()
        yield f"xarray {make.__name__}", FORMATS["xarray"]["encode"](dataset), "xarray", shown(dataset), printed(dataset)
    timeless = without_times(pointing_table())
    yield "xarray_dict", FORMATS["xarray_dict"]["encode"](timeless), "xarray_dict", shown(timeless), printed(timeless)


def printed(dataset):
    """What xarray prints, without the attributes: the wire does not tell 0.0 from 0 in them. The tests of the arrays compare those."""
    return repr(dataset).split("Attributes:")[0]


async def respond(request, data):
    match request:
        case {"ask": "send", "server": server, "topic": topic}:
            async with AIOKafkaProducer(bootstrap_servers=server, acks="all", max_request_size=2**24) as producer:
                for place, (name, value, *_) in enumerate(cases()):
                    await producer.send_and_wait(topic, value, key=name.encode(), headers=[("from", b"python"), ("n", bytes([255]))], timestamp_ms=1_795_773_600_000 + place)
                await producer.send_and_wait(topic, None, key=b"tombstone", timestamp_ms=0)
            return len(list(cases())) + 1, b""
        case {"ask": "judge json", "topic": topic}:
            return list(differing_lines([json.loads(line) for line in data.decode().splitlines()], topic)), b""
        case {"ask": "judge text"}:
            text = data.decode()
            return [name for name, _, _, _, printed in cases() if printed is not None and printed not in text], b""
    raise ValueError(f"{request} is not understood")


def differing_lines(lines, topic):
    found = {line["key"]: line for line in lines}
    for place, (name, _, encoding, value, _) in enumerate(cases()):
        line = found.pop(name, None)
        wanted = {
            "topic": topic, "partition": 0, "offset": place, "timestamp": 1_795_773_600_000 + place, "key": name,
            "headers": [["from", "python"], ["n", {"base64": "/w=="}]], "encoding": encoding, "value": value,
        }
        yield from differences(name, line, wanted)
    yield from differences("tombstone", found.pop("tombstone", {}).get("value", "missing"), None)
    yield from found


def differences(path, found, wanted):
    if isinstance(wanted, dict) and isinstance(found, dict) and list(found) == list(wanted):
        for key in wanted:
            yield from differences(f"{path}.{key}", found[key], wanted[key])
    elif isinstance(wanted, list) and isinstance(found, list) and len(found) == len(wanted):
        for place, item in enumerate(wanted):
            yield from differences(f"{path}[{place}]", found[place], item)
    elif isinstance(wanted, bool) != isinstance(found, bool) or found != wanted or (wanted == 0 and math.copysign(1, found) != math.copysign(1, wanted)):
        yield f"{path} is {str(found)[:200]}, not {str(wanted)[:200]}"


if __name__ == "__main__":
    serve(respond)
