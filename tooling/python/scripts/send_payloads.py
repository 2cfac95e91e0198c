"""Sends payloads to partitions of a topic, as the receive processors do: numpy's numbers in msgpack_numpy, with aiokafka.

Reads a JSON list of pairs of partition and payload from standard input; prints the offset of each.
"""

import asyncio
import json
import sys

from aiokafka import AIOKafkaProducer

from numpy_payload import packed

server, topic = sys.argv[1:]


async def main() -> None:
    async with AIOKafkaProducer(bootstrap_servers=server, acks="all") as producer:
        for partition, payload in json.load(sys.stdin):
            record = await producer.send_and_wait(topic, packed(payload), partition=partition)
            print(record.offset)


asyncio.run(main())
