"""The Python end of the tests of recordings: snapshot_counterpart.py SERVER fills topics and compares what is in them.

Requests:

- `{"fill": topic}`: writes what is hard to keep: tombstones, empty and null headers, names that come twice, old timestamps,
  large records, compressed batches, aborted transactions. Partition 5 stays empty. Returns how many records can be read.
- `{"snapshot": topic, "as": name}`: keeps all that a consumer sees of each record of a topic, but for the offset.
- `{"compare": [before, after]}`: what differs between two snapshots.
- `{"prefix": [part, whole]}`: the number of records of each partition in `part`; raises unless they are the first of `whole`.
"""

import asyncio
import sys

import numpy
from aiokafka import AIOKafkaProducer
from counterpart import serve
from topic_records import topic_records

(server,) = sys.argv[1:]

DEADLINE_SECONDS = 60
NIGHT = 1_764_201_600_000
snapshots = {}


def producer(**options):
    return AIOKafkaProducer(bootstrap_servers=server, max_request_size=10_000_000, **options)


async def send_all(one, topic, partition, records):
    sent = [
        await one.send(topic, value, key=key, partition=partition, timestamp_ms=timestamp, headers=headers)
        for key, value, timestamp, headers in records
    ]
    await asyncio.gather(*sent)
    return len(records)


async def fill(topic):
    random = numpy.random.default_rng(17)
    odd = [
        (b"key", b"value", NIGHT, []),
        (None, b"no key", NIGHT, []),
        (b"gone", None, NIGHT - 21 * 86_400_000, [("why", b"tombstone")]),
        (b"", b"", 0, [("", b""), ("twice", b"1"), ("twice", None), ("twice", b"2")]),
        (None, b"\xff\x00", 1, [("Größe ☆", b"\xff")]),
        ("Größe".encode(), b"later", NIGHT + 86_400_000, []),
        (b"before", b"out of order", NIGHT - 5, []),
    ]
    large = [(b"large", random.bytes(size), NIGHT + size, []) for size in (1_100_000, 5_000_000, 3)]
    batch = [(str(index).encode(), random.bytes(index), NIGHT + index, [("n", bytes([index % 256]))]) for index in range(300)]
    count = 0
    async with producer() as plain, producer(compression_type="gzip", linger_ms=50) as gzip, \
            producer(compression_type="zstd", linger_ms=50) as zstd:
        count += await send_all(plain, topic, 0, odd)
        count += await send_all(gzip, topic, 1, batch)
        count += await send_all(zstd, topic, 2, batch)
        count += await send_all(plain, topic, 4, large)
    async with producer(transactional_id=topic) as transactional:
        for index, ends in enumerate(["commit", "abort", "abort", "commit"]):
            await transactional.begin_transaction()
            added = await send_all(transactional, topic, 3, [(b"t", bytes([index, at]), NIGHT + at, []) for at in range(4)])
            await (transactional.commit_transaction() if ends == "commit" else transactional.abort_transaction())
            count += added if ends == "commit" else 0
    return count


async def read(topic):
    return {
        partition: [(record.timestamp, record.timestamp_type, record.key, record.value, record.headers) for record in records]
        for partition, records in (await topic_records(server, topic)).items()
    }


def compare(before, after):
    problems = []
    if before.keys() != after.keys():
        problems.append(f"partitions are {sorted(after)} instead of {sorted(before)}")
    for partition in before.keys() & after.keys():
        if len(before[partition]) != len(after[partition]):
            problems.append(f"[{partition}] has {len(after[partition])} records instead of {len(before[partition])}")
        for index, (one, other) in enumerate(zip(before[partition], after[partition])):
            if one != other:
                problems.append(f"[{partition}] record {index} is {other!r:.300} instead of {one!r:.300}")
    return problems


def prefix(part, whole):
    for partition, records in part.items():
        if records != whole[partition][:len(records)]:
            raise ValueError(f"[{partition}] does not begin as the topic does: {len(records)} records")
    return {str(partition): len(records) for partition, records in part.items()}


async def handle(request, _data):
    async with asyncio.timeout(DEADLINE_SECONDS):
        if "fill" in request:
            return await fill(request["fill"]), b""
        if "snapshot" in request:
            snapshots[request["as"]] = await read(request["snapshot"])
            return sum(len(records) for records in snapshots[request["as"]].values()), b""
        if "compare" in request:
            return compare(*(snapshots[name] for name in request["compare"])), b""
        return prefix(*(snapshots[name] for name in request["prefix"])), b""


serve(handle)
