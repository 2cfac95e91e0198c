"""A member of a group, with another client: group_member.py CLIENT SERVER GROUP TOPIC HANDLE_MS [NAME=VALUE]...

CLIENT is aiokafka or librdkafka. Settings keep their defaults, but for the start at the earliest record; further ones have the
client's own names (aiokafka: heartbeat_interval_ms, and assignor=range or roundrobin). Handling a record takes HANDLE_MS.
SIGTERM closes the member.

Prints JSON lines: {"event": "started"}, {"event": "record", topic, partition, offset} after each record is handled, and
{"event": "assigned" | "revoked" | "lost", partitions: [[topic, partition], ...]}; each with "at", Unix time in milliseconds.
"""

import asyncio
import json
import signal
import sys
import time

client, server, group, topic = sys.argv[1:5]
handle_seconds = int(sys.argv[5]) / 1_000
settings = dict(setting.split("=", 1) for setting in sys.argv[6:])


def print_event(event: str, **more: object) -> None:
    print(json.dumps({"event": event, "at": round(time.time() * 1_000), **more}), flush=True)


def print_partitions(event: str, partitions: object) -> None:
    print_event(event, partitions=[[one.topic, one.partition] for one in partitions])


async def aiokafka_member() -> None:
    from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
    from aiokafka.coordinator.assignors.range import RangePartitionAssignor
    from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

    class Listener(ConsumerRebalanceListener):
        def on_partitions_revoked(self, revoked):
            print_partitions("revoked", revoked)

        def on_partitions_assigned(self, assigned):
            print_partitions("assigned", assigned)

    assignors = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor}
    assignor = settings.pop("assignor", None)
    options = {name: int(value) if value.isdigit() else value for name, value in settings.items()}
    if assignor is not None:
        options["partition_assignment_strategy"] = [assignors[assignor]]
    closing = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, closing.set)
    consumer = AIOKafkaConsumer(bootstrap_servers=server, group_id=group, auto_offset_reset="earliest", **options)
    consumer.subscribe([topic], listener=Listener())
    await consumer.start()
    print_event("started")
    while not closing.is_set():
        # One at a time, as each that was taken counts as handled.
        for records in (await consumer.getmany(timeout_ms=100, max_records=1)).values():
            for record in records:
                await asyncio.sleep(handle_seconds)
                print_event("record", topic=record.topic, partition=record.partition, offset=record.offset)
    await consumer.stop()


def librdkafka_member() -> None:
    from confluent_kafka import Consumer, KafkaException

    closing = False

    def close(*_: object) -> None:
        nonlocal closing
        closing = True

    signal.signal(signal.SIGTERM, close)
    consumer = Consumer({"bootstrap.servers": server, "group.id": group, "auto.offset.reset": "earliest", **settings})
    consumer.subscribe(
        [topic],
        on_assign=lambda _, partitions: print_partitions("assigned", partitions),
        on_revoke=lambda _, partitions: print_partitions("revoked", partitions),
        on_lost=lambda _, partitions: print_partitions("lost", partitions),
    )
    print_event("started")
    while not closing:
        record = consumer.poll(0.1)
        if record is None:
            continue
        if record.error() is not None:
            raise KafkaException(record.error())
        time.sleep(handle_seconds)
        print_event("record", topic=record.topic(), partition=record.partition(), offset=record.offset())
    consumer.close()


if client == "aiokafka":
    asyncio.run(aiokafka_member())
else:
    librdkafka_member()
