"""Sends numbered records to partition 0 at a steady rate, with aiokafka: send_steadily.py SERVER TOPIC COUNT RATE [SIZE].

Eight keys take turns. With a SIZE, so many records at a time are a transaction, and every third transaction but the last is
aborted. Prints a line for each record that counts: offset, key, value, and when it was acknowledged or committed (Unix time in
milliseconds).
"""

import asyncio
import sys
import time

from aiokafka import AIOKafkaProducer

server, topic = sys.argv[1:3]
count, rate, *sizes = [int(argument) for argument in sys.argv[3:]]


def print_record(offset: int, number: int) -> None:
    print(offset, f"beam-{number % 8}", number, time.time() * 1_000)


async def main() -> None:
    async with AIOKafkaProducer(bootstrap_servers=server, acks="all", transactional_id=topic if sizes else None) as producer:
        began = time.monotonic()
        size = sizes[0] if sizes else 1
        acknowledged = []
        for first in range(0, count, size):
            # As many as are due: a sleep may be longer than asked for.
            await asyncio.sleep(max(0, began + first / rate - time.monotonic()))
            numbers = range(first, min(first + size, count))
            if sizes:
                await producer.begin_transaction()
            sent = [(await producer.send(topic, str(n).encode(), f"beam-{n % 8}".encode(), 0), n) for n in numbers]
            if not sizes:
                for future, number in sent:
                    future.add_done_callback(lambda done, number=number: print_record(done.result().offset, number))
                acknowledged += [future for future, _ in sent]
                continue
            await asyncio.gather(*(future for future, _ in sent))
            if first // size % 3 == 1 and numbers.stop < count:
                await producer.abort_transaction()
            else:
                await producer.commit_transaction()
                for future, number in sent:
                    print_record(future.result().offset, number)
        await asyncio.gather(*acknowledged)


asyncio.run(main())
