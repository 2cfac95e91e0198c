"""Prints aiokafka's messages per second for ../src/queue.ts."""

import asyncio
import sys
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

mode, server, topic, count, size, concurrent, seconds = sys.argv[1:]


async def produce() -> float:
    value = bytes(int(size))
    producer = AIOKafkaProducer(bootstrap_servers=server, acks="all")
    await producer.start()
    await producer.send_and_wait(topic, value)
    sent = 0
    started = time.perf_counter()
    end = started + float(seconds)

    async def sender() -> None:
        nonlocal sent
        while time.perf_counter() < end:
            await producer.send_and_wait(topic, value)
            sent += 1

    await asyncio.gather(*(sender() for _ in range(int(concurrent))))
    rate = sent / (time.perf_counter() - started)
    await producer.stop()
    return rate


async def consume() -> float:
    consumer = AIOKafkaConsumer(bootstrap_servers=server, auto_offset_reset="earliest")
    # The time starts before connecting, as in ../src/consume.ts, so that records fetched with the first message count.
    started = time.perf_counter()
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    await consumer.seek_to_beginning()
    got = 0
    async for _ in consumer:
        got += 1
        if got == int(count):
            break
    rate = got / (time.perf_counter() - started)
    await consumer.stop()
    return rate


print(asyncio.run(produce() if mode == "produce" else consume()))
