"""Writes transactions to partition 0 of a topic with aiokafka: transactions.py SERVER TOPIC ID STEP...

A step is "commit:a,b" or "abort:c" with the values to write, or "open:d", which is left open.
"""

import asyncio
import os
import sys

from aiokafka import AIOKafkaProducer

server, topic, transactional_id, *steps = sys.argv[1:]


async def main() -> None:
    producer = AIOKafkaProducer(bootstrap_servers=server, transactional_id=transactional_id)
    await producer.start()
    for step in steps:
        outcome, values = step.split(":")
        await producer.begin_transaction()
        for value in values.split(","):
            await producer.send_and_wait(topic, value.encode(), partition=0)
        if outcome == "commit":
            await producer.commit_transaction()
        if outcome == "abort":
            await producer.abort_transaction()
    # Without stop(), which would abort what is open.
    os._exit(0)


asyncio.run(main())
