"""The checker of the fault suite: check_log.py SERVERS, with the history on standard input, one line per message.

With "-" for the servers, the records follow on standard input after a line "-": topic, partition, offset and value.

Reads every topic of the history from its start to its end. Prints as JSON which messages are missing, duplicated, out of
order, corrupt, or at another place than their sender was told.
"""

import asyncio
import json
import struct
import sys
import zlib
from collections import Counter, defaultdict

from aiokafka import TopicPartition
from topic_records import read_committed

EXAMPLES = 5
DEADLINE_SECONDS = 500


def read_history(lines):
    """Messages by (producer, sequence): topic, checksum, outcome, partition, offset."""
    history = {}
    for line in lines:
        if line == "-\n":
            break
        producer, sequence, topic, checksum, outcome, partition, offset = line.rstrip("\n").split(",")
        history[int(producer), int(sequence)] = (topic, int(checksum), outcome, int(partition), int(offset))
    return history


def read_records(lines):
    """Records as of read_log, with the offsets before the first and after the last of each partition."""
    records, starts, ends = [], {}, {}
    for line in lines:
        topic, partition, offset, value = line.rstrip("\n").split(",")
        key = TopicPartition(topic, int(partition))
        records.append((topic, key.partition, int(offset), bytes.fromhex(value)))
        starts.setdefault(key, int(offset))
        ends[key] = int(offset) + 1
    return records, starts, ends


async def read_log(servers, topics):
    """All records as (topic, partition, offset, value), and the first and end offsets of all partitions."""
    records = []

    def add(_, batch):
        records.extend((one.topic, one.partition, one.offset, one.value) for one in batch)

    starts, ends = await read_committed(servers, topics, add)
    return records, starts, ends


def check(history, records, starts):
    counts = Counter(dict.fromkeys((
        "lost", "duplicated", "outOfOrder", "corrupt", "misplaced", "refusedYetThere",
        "expired", "withoutOffset", "unknownWritten", "unknownMissing",
    ), 0))
    examples = []
    shown = Counter()

    def note(kind, text):
        counts[kind] += 1
        shown[kind] += 1
        if shown[kind] <= EXAMPLES:
            examples.append(f"{kind}: {text}")

    places = defaultdict(list)
    last = {}
    for topic, partition, offset, value in records:
        where = f"{topic}[{partition}]@{offset}"
        if value is None or len(value) < 12 or struct.unpack_from("<I", value)[0] != zlib.crc32(value[4:]):
            note("corrupt", f"{where} has a wrong checksum")
            continue
        checksum, producer, sequence = struct.unpack_from("<III", value)
        message = history.get((producer, sequence))
        if message is None or message[:2] != (topic, checksum):
            note("corrupt", f"{where} is {producer}:{sequence}, which was not sent there like this")
            continue
        before = places[producer, sequence]
        before.append((partition, offset))
        if len(before) > 1:
            continue
        stream = (topic, partition, producer)
        if sequence < last.get(stream, -1):
            note("outOfOrder", f"{where} is {producer}:{sequence}, after {producer}:{last[stream]}")
        last[stream] = max(sequence, last.get(stream, -1))

    for (producer, sequence), found in places.items():
        if len(found) > 1:
            note("duplicated", f"{producer}:{sequence} is at {found}")
    for key, (topic, _, outcome, partition, offset) in history.items():
        name = f"{key[0]}:{key[1]} for {topic}"
        found = places.get(key)
        if outcome == "acknowledged":
            if offset < 0:
                counts["withoutOffset"] += 1
            if found is None and 0 <= offset < starts.get(TopicPartition(topic, partition), 0):
                counts["expired"] += 1
            elif found is None:
                note("lost", f"{name}, acknowledged at [{partition}]@{offset}")
            elif partition != found[0][0] or (offset >= 0 and (partition, offset) not in found):
                note("misplaced", f"{name}, acknowledged at [{partition}]@{offset}, is at {found}")
        elif outcome == "failed":
            if found is not None:
                note("refusedYetThere", f"{name} is at {found}")
        else:
            counts["unknownMissing" if found is None else "unknownWritten"] += 1
    return {**counts, "examples": examples}


def by_topic(offsets):
    tree = defaultdict(dict)
    for (topic, partition), offset in offsets.items():
        tree[topic][partition] = offset
    return tree


async def main(servers):
    history = read_history(sys.stdin)
    topics = sorted({message[0] for message in history.values()})
    if servers == "-":
        records, starts, ends = read_records(sys.stdin)
    else:
        records, starts, ends = await asyncio.wait_for(read_log(servers.split(","), topics), DEADLINE_SECONDS)
    print(json.dumps({"records": len(records), **check(history, records, starts), "starts": by_topic(starts), "ends": by_topic(ends)}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
