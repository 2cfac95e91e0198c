"""Prints messages per second of librdkafka for ../src/consume-peers.ts, the median of passes after one that does not count."""

import statistics
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

server, topic, partitions, count = sys.argv[1:]
PASSES = 3


def consume() -> float:
    # The time starts before connecting, as in ../src/consume.ts, so that records fetched with the first message count.
    started = time.perf_counter()
    settings = {"bootstrap.servers": server, "group.id": "bench", "enable.auto.commit": False, "check.crcs": True}
    consumer = Consumer(settings)
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(int(partitions))])
    got = 0
    while got < int(count):
        for message in consumer.consume(1_000, 1.0):
            if message.value() is not None:
                got += 1
    rate = got / (time.perf_counter() - started)
    consumer.close()
    return rate


consume()
print(statistics.median(consume() for _ in range(PASSES)))
