"""A member of a group for the fault suite, with aiokafka: aiokafka_group_member.py TASK, which is JSON like that of its own members.

Shares partitions by range in a classic group, and writes what it does to a file as they do. "commits" says how it keeps its
place: "handled" commits after each message, as is right; "fetched" leaves it to aiokafka, which commits what it has handed over.
"""

import asyncio
import json
import os
import struct
import sys
import time

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

task = json.loads(sys.argv[1])
file = os.open(task["file"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def now():
    return int(time.time() * 1_000)


def write(what, at, **fields):
    os.write(file, f"{json.dumps({'what': what, 'time': at, **fields})}\n".encode())


class Listener(ConsumerRebalanceListener):
    """Writes down which partitions come and go; they go when no message is in hand, and what was fetched goes with them."""

    def __init__(self):
        self.in_hand = asyncio.Lock()
        self.rebalances = 0

    async def on_partitions_assigned(self, assigned):
        write("assigned", now(), partitions=sorted(assigned))

    async def on_partitions_revoked(self, revoked):
        async with self.in_hand:
            self.rebalances += 1
            if revoked:
                write("revoked", now(), partitions=sorted(revoked))


async def main():
    listener = Listener()
    commits_fetched = task["commits"] == "fetched"
    async with AIOKafkaConsumer(
        bootstrap_servers=task["servers"],
        group_id=task["group"],
        auto_offset_reset="earliest",
        enable_auto_commit=commits_fetched,
        auto_commit_interval_ms=task["autoCommitIntervalMs"],
        session_timeout_ms=task["sessionTimeoutMs"],
        heartbeat_interval_ms=task["heartbeatIntervalMs"],
        partition_assignment_strategy=[RangePartitionAssignor],
    ) as consumer:
        consumer.subscribe(task["topics"], listener=listener)
        while True:
            batches = await consumer.getmany(timeout_ms=500)
            rebalances = listener.rebalances
            for partition, batch in batches.items():
                for record in batch:
                    async with listener.in_hand:
                        if listener.rebalances > rebalances:
                            break
                        began = now()
                        await asyncio.sleep(task["handleMs"] / 1_000)
                        _, producer, sequence = struct.unpack_from("<III", record.value)
                        write("handled", now(), began=began, topic=record.topic, partition=record.partition,
                              offset=record.offset, producer=producer, sequence=sequence)
                        if not commits_fetched:
                            await consumer.commit({partition: record.offset + 1})


asyncio.run(main())
