"""Reads topics with aiokafka."""

from aiokafka import AIOKafkaConsumer


async def read_committed(servers, topics, add):
    """Reads the committed records of topics up to their ends; gives the first and end offsets of all partitions.

    `add` is called with a partition and some of its records, in their order.
    """
    # Without a group a subscription is to all partitions, from their start.
    async with AIOKafkaConsumer(
        *topics,
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=16_000_000,
    ) as consumer:
        partitions = sorted(consumer.assignment())
        starts = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for one, batch in (await consumer.getmany(timeout_ms=500)).items():
                add(one, batch)
        return starts, ends


async def topic_records(server, topic):
    """The committed records of each partition of a topic, by the partitions' numbers."""
    read = {}
    _, ends = await read_committed(server, [topic], lambda one, batch: read.setdefault(one, []).extend(batch))
    return {one.partition: read.get(one, []) for one in sorted(ends)}
