"""Reads a topic with aiokafka."""

from aiokafka import AIOKafkaConsumer


async def topic_records(server, topic):
    """The committed records of each partition of a topic, by the partitions' numbers."""
    # Without a group a subscription is to all partitions.
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=server,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=16_000_000,
    ) as consumer:
        partitions = sorted(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        records = {one.partition: [] for one in partitions}
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for one, batch in (await consumer.getmany(timeout_ms=500)).items():
                records[one.partition] += batch
    return records
