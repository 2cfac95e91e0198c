"""Prints the committed records of a topic as JSON, one line each, sorted by partition and offset: topic_lines.py SERVER TOPIC"""

import asyncio
import json
import sys

from topic_records import topic_records

DEADLINE_SECONDS = 60


def hex_or_none(data):
    return None if data is None else data.hex()


async def main(server, topic):
    for records in (await topic_records(server, topic)).values():
        for record in records:
            headers = [[name, hex_or_none(value)] for name, value in record.headers]
            key, value = hex_or_none(record.key), hex_or_none(record.value)
            print(json.dumps([record.partition, record.offset, record.timestamp, key, headers, value]))


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), DEADLINE_SECONDS))
