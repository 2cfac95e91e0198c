"""Sends what the SKA's Python programs send, with aiokafka and msgpack_numpy; prints a JSON line for each record."""

import asyncio
import json
import sys
from datetime import datetime, timezone

import msgpack
import msgpack_numpy
import numpy
from aiokafka import AIOKafkaProducer

server, topic = sys.argv[1:]

POINTING = numpy.dtype([("antenna_name", "<U8"), ("last_scan_index", "<f8"), ("xel_offset", "<f8")])
VALUES = {
    "text": "Größe ☆".encode("utf-8"),
    "json": json.dumps({"state": "scanning", "gain": float("nan"), "scan_id": 9007199254740993}).encode(),
    "array": msgpack.packb(numpy.arange(6, dtype="<f4").reshape(2, 3), default=msgpack_numpy.encode),
    "pointing": msgpack.packb(
        numpy.array([("MKT001", 9.0, 3.5), ("MKT002", 9.0, float("nan"))], POINTING), default=msgpack_numpy.encode
    ),
    "metrics": msgpack.packb(
        {"data_type": "spectrum", "data": [{"polarisation": "XX", "power": numpy.array([1.5, 2.5])}], "n": numpy.int64(7)},
        default=msgpack_numpy.encode,
    ),
    "times": msgpack.packb(
        {
            "start": datetime(2026, 11, 27, 2, 15, 0, 125_000, timezone.utc),
            "scans": [{"at": datetime(1969, 12, 31, 23, 59, 59, 999_000, timezone.utc), "power": numpy.array([1.5])}],
        },
        default=msgpack_numpy.encode,
        datetime=True,
    ),
}


async def main() -> None:
    async with AIOKafkaProducer(bootstrap_servers=server, acks="all") as producer:
        for name, value in VALUES.items():
            record = await producer.send_and_wait(topic, value, key=name.encode(), headers=[("from", b"python")])
            print(json.dumps({"name": name, "partition": record.partition, "offset": record.offset}))


asyncio.run(main())
