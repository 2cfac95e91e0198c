"""The checker of groups in the fault suite: check_groups.py SERVERS, with what the members wrote as JSON on standard input.

    {"topics": [NAME...], "since": {TOPIC: {PARTITION: OFFSET}}, "groups": [{"group": NAME, "members": [
        {"name": NAME, "fate": TEXT or null, "graceMs": NUMBER, "lines": TEXT}]}]}

Each line of a member is JSON: what it handled (`began` and `time` in Unix milliseconds, topic, partition, offset, producer,
sequence), or the partitions that were `assigned`, `revoked` or `lost` at a `time`. A member with a fate was hurt on purpose; only
its messages may be handled again; its partitions it may have for `graceMs` after another has got them. `since` leaves out what was there before the group.

Reads the topics, and every commit of the groups from `__consumer_offsets`. Prints as JSON, for each group, which records nobody
handled, which were handled again and why, and whether a committed offset was ever wrong. With "-" for the servers, "records"
([topic, partition, offset, time, value in hexadecimal]) and "commits" ([group, topic, partition, offset, time]) are in the input.
"""

import asyncio
import json
import struct
import sys
from bisect import bisect_right
from collections import Counter, defaultdict

from aiokafka import AIOKafkaConsumer, TopicPartition

EXAMPLES = 5
DEADLINE_SECONDS = 500
OFFSETS_TOPIC = "__consumer_offsets"


async def read_all(servers, *topics):
    """Every record that is in the topics now."""
    # Without a group it reads all partitions, from their start. The offsets' partitions were just made if they are few.
    async with AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest", max_partition_fetch_bytes=16_000_000) as consumer:
        await consumer._client.force_metadata_update()
        partitions = [TopicPartition(topic, one) for topic in topics for one in consumer.partitions_for_topic(topic) or ()]
        for topic in topics:
            if not any(one.topic == topic for one in partitions):
                raise LookupError(f"there is no topic {topic}")
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        records = []
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records.extend(batch)
        return records


def read_text(data, at):
    """A text after its length in two bytes, and where it ends."""
    (length,) = struct.unpack_from(">h", data, at)
    return data[at + 2 : at + 2 + length].decode(), at + 2 + length


def read_commit(key, value):
    """Group, topic, partition, offset and time of a record of `__consumer_offsets`; None for a record of another kind.

    Kafka's OffsetCommitKey 0 and 1: version, group, topic, partition. OffsetCommitValue 0 to 4: version, offset, from 3 on a
    leader epoch, metadata (compact in 4), time. A record without a value says that the offset is gone.
    """
    (version,) = struct.unpack_from(">h", key)
    if version > 1:
        return None
    group, at = read_text(key, 2)
    topic, at = read_text(key, at)
    (partition,) = struct.unpack_from(">i", key, at)
    if value is None:
        return group, topic, partition, None, None
    (version, offset), at = struct.unpack_from(">hq", value), 10
    if version > 4:
        raise ValueError(f"OffsetCommitValue has version {version}")
    at += 4 if version >= 3 else 0
    # The length of compact metadata plus one; it is below 127 where this is used.
    at = at + value[at] if version == 4 else read_text(value, at)[1]
    (time,) = struct.unpack_from(">q", value, at)
    return group, topic, partition, offset, time


async def read_kafka(servers, topics):
    """The records of the topics, and the commits of all groups in the order in which they were made."""
    records = [(one.topic, one.partition, one.offset, one.timestamp, one.value) for one in await read_all(servers, *topics)]
    commits = [read_commit(one.key, one.value) for one in await read_all(servers, OFFSETS_TOPIC)]
    return records, [commit for commit in commits if commit is not None]


class Assignment:
    """A partition of a member, from the event that gave it to the one that took it away."""

    def __init__(self, member, began):
        self.member = member
        self.began = began
        self.ended = float("inf")
        self.last = None


class Group:
    def __init__(self, log, since, commits, members):
        self.log = log
        self.since = since
        self.commits = commits
        self.members = members
        self.counts = Counter(dict.fromkeys((
            "handled", "lost", "duplicated", "unexplained", "ofCommitted", "outOfOrder", "corrupt",
            "unassigned", "overlapping", "committedUnhandled", "committedBack", "committedLate", "unprovoked",
        ), 0))
        self.causes = Counter()
        self.examples = []
        self.shown = Counter()
        self.assignments = defaultdict(list)
        self.handlings = defaultdict(list)

    def note(self, kind, text):
        self.counts[kind] += 1
        self.shown[kind] += 1
        if self.shown[kind] <= EXAMPLES:
            self.examples.append(f"{kind}: {text}")

    def check(self):
        for member in self.members:
            self.read_member(member, [json.loads(line) for line in member["lines"].splitlines()])
        pause, paused = 0, ""
        for place, offsets in self.log.items():
            handlings = sorted(self.handlings.pop(place, ()), key=lambda one: one["began"])
            self.check_overlaps(place, handlings)
            self.check_handled(place, offsets, handlings)
            length, where = self.longest_pause(place, offsets, handlings)
            if length > pause:
                pause, paused = length, where
        for (topic, partition), handlings in self.handlings.items():
            self.note("corrupt", f"{len(handlings)} records of {topic}[{partition}] were handled, which has none")
        return {**self.counts, "causes": self.causes, "pauseMs": pause, "pausedAt": paused, "examples": self.examples}

    def read_member(self, member, events):
        """Follows a member through its partitions: it handles nothing without one, and each in the order of the log."""
        name, fate, current, past = member["name"], member["fate"], {}, {}
        for event in events:
            what, time = event["what"], event["time"]
            if what == "handled":
                self.counts["handled"] += 1
                self.read_handled(member, current, past, event)
            elif what == "assigned":
                for place in map(tuple, event["partitions"]):
                    current[place] = Assignment(name, time)
                    self.assignments[place].append(current[place])
            elif what in ("revoked", "lost"):
                if what == "lost" and fate is None:
                    self.note("unprovoked", f"{name} lost {len(event['partitions'])} partitions at {time}, and nothing had been done to it")
                for place in map(tuple, event["partitions"]):
                    if place in current:
                        past[place] = current.pop(place)
                        past[place].ended = time

    def read_handled(self, member, current, past, event):
        name = member["name"]
        place, offset = (event["topic"], event["partition"]), event["offset"]
        where = f"{place[0]}[{place[1]}]@{offset}"
        record = self.log.get(place, {}).get(offset)
        if record is None or record[1] != (event["producer"], event["sequence"]):
            self.note("corrupt", f"{name} handled {where} as {event['producer']}:{event['sequence']}, which is not there")
            return
        # What was in hand when the partition went is finished after that, perhaps when the partition is back.
        owned = (one for one in (past.get(place), current.get(place)) if one is not None)
        assignment = next((one for one in owned if one.began <= event["began"] <= one.ended), None)
        if assignment is None:
            self.note("unassigned", f"{name} handled {where} at {event['began']}, which it did not own")
        else:
            if assignment.last is not None and offset != assignment.last + 1:
                self.note("outOfOrder", f"{name} handled {where} after {assignment.last}")
            assignment.last = offset
        self.handlings[place].append({**event, "member": name, "fate": member["fate"], "graceMs": member.get("graceMs", 0), "assignment": assignment})

    def check_overlaps(self, place, handlings):
        """Nobody begins a message of a partition that another member has got since."""
        for one in handlings:
            if one["assignment"] is None:
                continue
            for other in self.assignments[place]:
                if other.member != one["member"] and one["assignment"].began < other.began < one["began"] - one["graceMs"]:
                    self.note("overlapping", f"{one['member']} began {place[0]}[{place[1]}]@{one['offset']} at {one['began']}, "
                              f"{one['began'] - other.began} ms after {other.member} had got the partition")
                    break

    def check_handled(self, place, offsets, handlings):
        name = f"{place[0]}[{place[1]}]"
        since = max(self.since.get(place, 0), min(offsets))
        commits = self.commits.get(place, [])
        highest, highs, highest_at = -1, [], 0
        for index, (offset, time) in enumerate(commits):
            if offset is None or offset < highest:
                if self.is_late(place, handlings, highest, highest_at, commits[index:]):
                    self.counts["committedLate"] += 1
                else:
                    self.note("committedBack", f"{name} went from {highest} back to {offset} at {time}")
            if offset is not None and offset > highest:
                highest, highest_at = offset, time
            highs.append(highest)
        first = {}
        earlier = defaultdict(list)
        for one in handlings:
            offset = one["offset"]
            before = earlier[offset]
            if before:
                self.counts["duplicated"] += 1
                self.explain(name, one, before)
                at = bisect_right(highs, offset)
                if at < len(commits) and commits[at][1] < one["began"] - one["graceMs"]:
                    self.note("ofCommitted", f"{one['member']} began {name}@{offset} at {one['began']}, "
                              f"after {commits[at][0]} had been committed at {commits[at][1]}; before by {before[0]['member']}")
            before.append(one)
            first[offset] = min(first.get(offset, one["time"]), one["time"])
        for offset in offsets:
            if offset >= since and offset not in first:
                self.note("lost", f"{name}@{offset}, written at {offsets[offset][0]}")
        # When the last of all offsets before a place was handled: only then may that place be committed.
        done, latest = {}, 0
        for offset in sorted(offsets):
            done[offset] = latest
            latest = max(latest, first.get(offset, float("inf")) if offset >= since else 0)
        done[max(offsets) + 1] = latest
        for offset, time in commits:
            if offset is not None and done.get(offset, float("inf")) > time:
                self.note("committedUnhandled", f"{name} was committed up to {offset} at {time}, when not all before it was handled")

    def is_late(self, place, handlings, highest, highest_at, commits):
        """Whether a commit that went back was a late one: its connection was lost on the way, the log carried it out after the next,
        and the same member, which kept the partition, committed again where it had been. Nobody else's place is as far."""
        offset, time = commits[0]
        after = next((at for later, at in commits if later is not None and later >= highest), None)
        if offset is None or after is None:
            return False
        for one in self.assignments[place]:
            own = [each["offset"] for each in handlings if each["assignment"] is one]
            if own and min(own) <= offset and one.began <= highest_at <= time <= after <= one.ended:
                return True
        return False

    def explain(self, name, one, before):
        """Why a message was handled again: something was done to a member that had handled it before, or to this one."""
        fate = next((each["fate"] for each in (*before, one) if each["fate"] is not None), None)
        if fate is None:
            members = ", ".join(each["member"] for each in before)
            self.note("unexplained", f"{one['member']} began {name}@{one['offset']} at {one['began']}, after {members}, which nothing had been done to")
        else:
            self.causes[fate] += 1

    def longest_pause(self, place, offsets, handlings):
        """The longest time in which a partition had records that nobody had handled yet, and nobody finished one."""
        since = self.since.get(place, 0)
        first = {}
        for one in handlings:
            first[one["offset"]] = min(first.get(one["offset"], one["time"]), one["time"])
        by_time = sorted((first[offset], written) for offset, (written, _) in offsets.items() if offset >= since and offset in first)
        times = [time for time, _ in by_time]
        oldest, oldest_after = float("inf"), [float("inf")]
        for _, written in reversed(by_time):
            oldest = min(oldest, written)
            oldest_after.append(oldest)
        oldest_after.reverse()
        longest, where = 0, ""
        ticks = [0, *sorted(one["time"] for one in handlings)]
        for before, after in zip(ticks, ticks[1:]):
            waiting = oldest_after[bisect_right(times, before)]
            began = max(before, waiting)
            if after - began > longest:
                longest, where = after - began, f"{place[0]}[{place[1]}] from {began} to {after}"
        return longest, where


def check(task, records, commits):
    log = defaultdict(dict)
    for topic, partition, offset, time, value in records:
        _, producer, sequence = struct.unpack_from("<III", value)
        log[topic, partition][offset] = (time, (producer, sequence))
    since = {(topic, int(one)): offset for topic, offsets in task.get("since", {}).items() for one, offset in offsets.items()}
    by_group = defaultdict(lambda: defaultdict(list))
    for group, topic, partition, offset, time in commits:
        by_group[group][topic, partition].append((offset, time))
    return {each["group"]: Group(log, since, by_group[each["group"]], each["members"]).check() for each in task["groups"]}


async def main(servers):
    task = json.load(sys.stdin)
    if servers == "-":
        records = [(*rest, bytes.fromhex(value)) for *rest, value in task["records"]]
        commits = task["commits"]
    else:
        records, commits = await asyncio.wait_for(read_kafka(servers.split(","), task["topics"]), DEADLINE_SECONDS)
    print(json.dumps(check(task, records, commits)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
