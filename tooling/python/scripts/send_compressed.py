"""Sends batches by each of aiokafka's compressions (cramjam makes them), to a partition each; prints where they went."""

import asyncio
import json
import sys

from aiokafka import AIOKafkaProducer

server, topic = sys.argv[1:]

COMPRESSIONS = ("gzip", "snappy", "lz4", "zstd")
COUNT = 300


async def main() -> None:
    for partition, compression in enumerate(COMPRESSIONS):
        producer = AIOKafkaProducer(
            bootstrap_servers=server, compression_type=compression, linger_ms=50, max_batch_size=200_000
        )
        async with producer:
            # Growing ones, so that some span several of a compression's blocks.
            values = [f"{compression} {index} ".encode() * (1 + index) for index in range(COUNT)]
            sent = [await producer.send(topic, value, partition=partition) for value in values]
            await asyncio.gather(*sent)
        print(json.dumps({"compression": compression, "partition": partition, "count": COUNT}))


asyncio.run(main())
