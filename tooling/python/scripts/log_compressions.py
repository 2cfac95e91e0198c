"""Prints which compressions, by Kafka's numbers, the batches of each partition of a topic have as they stand in the log."""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer import fetcher

server, topic = sys.argv[1:]
found = set()


class WatchedRecords(fetcher.MemoryRecords):
    """aiokafka's reader of batches, which shows them to nobody else."""

    def next_batch(self):
        batch = super().next_batch()
        found.add(batch.compression_type)
        return batch


async def main() -> None:
    fetcher.MemoryRecords = WatchedRecords
    compressions = {}
    async with AIOKafkaConsumer(bootstrap_servers=server, max_partition_fetch_bytes=16_000_000) as consumer:
        await consumer._client.set_topics([topic])
        for partition in sorted(consumer.partitions_for_topic(topic)):
            found.clear()
            place = fetcher.TopicPartition(topic, partition)
            consumer.assign([place])
            await consumer.seek_to_beginning(place)
            end = (await consumer.end_offsets([place]))[place]
            while await consumer.position(place) < end:
                await consumer.getmany(timeout_ms=1000)
            compressions[partition] = sorted(found)
    print(json.dumps(compressions))


asyncio.run(main())
