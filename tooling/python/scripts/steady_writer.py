"""Writes random values to the partitions of a topic in turn, with aiokafka, until it is told to stop. Serves PythonCounterpart.

- `{"ask": "start", "server": ..., "topic": ..., "partitions": count, "rate": records per second}`
- `{"ask": "written"}`: how many records are acknowledged so far.
- `{"ask": "stop"}`: waits until all are acknowledged, and returns a list of partition, offset and the value's SHA-256.

aiokafka sends again what a broker that restarts did not acknowledge, and writes nothing twice. A send that fails fails "stop".
"""

import asyncio
import hashlib
import os
import random
import time

from aiokafka import AIOKafkaProducer
from counterpart import serve

# Small values, and some that are larger than one read from a socket.
SIZES = [0, 1, 100, 1_000, 100_000]


class Writer:
    def __init__(self, server, topic, partitions, rate):
        self.topic = topic
        self.partitions = partitions
        self.rate = rate
        self.is_stopping = False
        self.written = []
        self.pending = []
        self.producer = AIOKafkaProducer(bootstrap_servers=server, enable_idempotence=True)

    async def start(self):
        await self.producer.start()
        self.task = asyncio.create_task(self.write())

    async def write(self):
        began = time.monotonic()
        number = 0
        while not self.is_stopping:
            # As many as are due: a sleep may be longer than asked for.
            while number < (time.monotonic() - began) * self.rate:
                self.pending.append(await self.send(number))
                number += 1
            await asyncio.sleep(0.005)

    async def send(self, number):
        value = os.urandom(random.choice(SIZES))
        future = await self.producer.send(self.topic, value, partition=number % self.partitions)
        return asyncio.create_task(self.acknowledged(future, hashlib.sha256(value).hexdigest()))

    async def acknowledged(self, future, checksum):
        record = await future
        self.written.append([record.partition, record.offset, checksum])

    async def stop(self):
        self.is_stopping = True
        await self.task
        await asyncio.gather(*self.pending)
        await self.producer.stop()
        return sorted(self.written)


writer = None


async def respond(request, _data):
    global writer
    match request:
        case {"ask": "start", **settings}:
            writer = Writer(**settings)
            await writer.start()
            return None, b""
        case {"ask": "written"}:
            return len(writer.written), b""
        case {"ask": "stop"}:
            return await writer.stop(), b""
    raise ValueError(f"{request} is not understood")


serve(respond)
