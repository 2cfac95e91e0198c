"""Reads every partition of a topic from its start to its end and prints a JSON line for each record."""

import asyncio
import json
import sys
from datetime import datetime

import msgpack
import msgpack_numpy
import numpy
from aiokafka import AIOKafkaConsumer

server, topic, encoding = sys.argv[1:]


def shown(value):
    """What JSON can carry of a value, with the dtypes of arrays."""
    if isinstance(value, numpy.ndarray):
        return {"dtype": value.dtype.descr if value.dtype.names else value.dtype.str, "shape": value.shape, "items": value.tolist()}
    if isinstance(value, numpy.generic):
        return value.item()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def decode(value: bytes):
    if encoding == "msgpack_numpy":
        return shown(msgpack.unpackb(value, object_hook=msgpack_numpy.decode, timestamp=3))
    return json.loads(value) if encoding == "json" else value.decode(encoding)


async def main() -> None:
    # Without a group a subscription is to all partitions, from their start.
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=server, auto_offset_reset="earliest", max_partition_fetch_bytes=16_000_000
    ) as consumer:
        partitions = sorted(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    key = None if record.key is None else record.key.decode()
                    print(json.dumps([record.partition, record.offset, key, decode(record.value)]))


asyncio.run(main())
