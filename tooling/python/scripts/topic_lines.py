"""Prints the committed records of a topic as JSON, one line each, sorted by partition and offset: topic_lines.py SERVER TOPIC"""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer

DEADLINE_SECONDS = 60


def hex_or_none(data):
    return None if data is None else data.hex()


async def read(server, topic):
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=server, auto_offset_reset="earliest", isolation_level="read_committed"
    ) as consumer:
        partitions = sorted(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        records = []
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records.extend(batch)
    for record in sorted(records, key=lambda one: (one.partition, one.offset)):
        headers = [[name, hex_or_none(value)] for name, value in record.headers]
        key, value = hex_or_none(record.key), hex_or_none(record.value)
        print(json.dumps([record.partition, record.offset, record.timestamp, key, headers, value]))


asyncio.run(asyncio.wait_for(read(*sys.argv[1:]), DEADLINE_SECONDS))
