"""Writes frames of the gateway protocol, by docs/gateway-protocol.md and with nothing but struct and json.

`frames` are what a client and a gateway say to each other in three connections, in order. `dump` is how the page shows a frame.
With --check it compares the file instead of writing it.
"""

import json
import struct

from vector_files import rows, write_or_check

VERSION = 1
HELLO, METADATA, LIST_OFFSETS, FETCH, CANCEL, PRODUCE_MORE, PRODUCE, INIT_PRODUCER_ID, ADMIN = range(1, 10)
HEARTBEAT, ERROR, ANSWER = 0x40, 0xFF, 0x80


def pad(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)


def blob(data: bytes | None) -> bytes:
    return b"" if data is None else data


def length(data: bytes | None) -> int:
    return -1 if data is None else len(data)


def record(offset: int, timestamp: float, key: bytes | None, headers: list, value: bytes | None) -> bytes:
    parts = [
        struct.pack("<I", len(name.encode())) + name.encode() + struct.pack("<i", length(data)) + blob(data) for name, data in headers
    ]
    head = b"".join(parts)
    start = struct.pack("<qdiiII", offset, timestamp, length(value), length(key), len(headers), len(head))
    return pad(start + blob(key) + head) + pad(blob(value))


def frame(kind: int, request: int, body: object, records: bytes = b"") -> bytes:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    return pad(struct.pack("<BBHIII", kind, VERSION, 0, request, len(text), 0) + text) + records


def dump(data: bytes) -> list[str]:
    """As `hexdump -C` prints it."""
    lines = []
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        pairs = " ".join(f"{byte:02x}" for byte in row[:8]) + "  " + " ".join(f"{byte:02x}" for byte in row[8:])
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{at:04x}  {pairs:<48}  |{shown}|")
    return lines


def field(data: bytes | None) -> str | None:
    return None if data is None else data.hex()


RECORDS = [
    (7, 1700000000000.0, b"m033", [("units", b"dB")], b"\x00\x01\x02\x03\x04\x05\x06\x07\x08"),
    (9, 1700000000500.0, None, [], None),
    (2**53 + 1, -1.0, b"", [("träce", None), ("träce", b"")], b""),
]
# A value that does not fit into one frame of 1,024 bytes.
LARGE = (0, 1700000001000.0, None, [], bytes(index % 251 for index in range(2_000)))

LIMITS = {"heartbeatMs": 10000, "outstandingRequests": 8, "maxFrameBytes": 65536, "maxItems": 256, "maxProduceBytes": 16777216}
TWO = record(*RECORDS[0]) + record(*RECORDS[1])
SENT = record(0, *RECORDS[0][1:])
BEHIND = record(*LARGE)
ROOM = 1024 - len(frame(PRODUCE_MORE, 4, {}))
GAINS = {"topic": "gains"}
PARTITION_0 = {**GAINS, "partition": 0}


def batch(base_sequence: int, count: int, size: int, **identity: object) -> dict:
    return {**PARTITION_0, **identity, "baseSequence": base_sequence, "count": count, "bytes": size}


def produce(batches: list) -> dict:
    return {"leader": 0, "acks": -1, "timeoutMs": 30000, "compression": "none", "batches": batches}


READ = [
    ("hello", "client", HELLO, 0, {"role": "read", "token": "secret"}, b""),
    ("hello answer", "gateway", HELLO | ANSWER, 0, LIMITS, b""),
    ("metadata", "client", METADATA, 1, {"topics": ["gains", "absent"]}, b""),
    (
        "metadata answer",
        "gateway",
        METADATA | ANSWER,
        1,
        {
            "topics": [
                {
                    "topic": "gains",
                    "topicId": "0qmGPVUQTCiLqCYFiAbB9g",
                    "partitions": [{"partition": 0, "leader": 0}, {"partition": 1, "leader": -1, "error": "LEADER_NOT_AVAILABLE"}],
                },
                {"topic": "absent", "error": "UNKNOWN_TOPIC_OR_PARTITION"},
            ]
        },
        b"",
    ),
    (
        "listOffsets",
        "client",
        LIST_OFFSETS,
        2,
        {"leader": 0, "queries": [{**PARTITION_0, "at": "latest"}, {**PARTITION_0, "at": {"timestamp": 1700000000000}}]},
        b"",
    ),
    (
        "listOffsets answer",
        "gateway",
        LIST_OFFSETS | ANSWER,
        2,
        {"offsets": [{"offset": "9007199254740993"}, {"error": "NOT_LEADER_OR_FOLLOWER"}]},
        b"",
    ),
    (
        "fetch",
        "client",
        FETCH,
        3,
        {
            "leader": 0,
            "wanted": [{"topic": "gains", "partition": 1, "offset": "0"}, {**PARTITION_0, "offset": "7"}],
            "maxWaitMs": 10000,
            "minBytes": 1,
            "maxBytes": 4194304,
            "maxBytesPerPartition": 262144,
        },
        b"",
    ),
    ("cancel", "client", CANCEL, 3, {}, b""),
    (
        "fetch answer",
        "gateway",
        FETCH | ANSWER,
        3,
        {
            "fetched": [
                {"index": 1, "count": 2, "bytes": len(TWO), "nextOffset": "12", "highWatermark": "12", "skipped": 3},
                {"index": 0, "error": "OFFSET_OUT_OF_RANGE"},
            ]
        },
        TWO,
    ),
    ("heartbeat", "gateway", HEARTBEAT, 0, {}, b""),
    ("heartbeat sent back", "client", HEARTBEAT, 0, {}, b""),
]
WRITE = [
    ("hello of a writer", "client", HELLO, 0, {"role": "write"}, b""),
    ("hello answer of small frames", "gateway", HELLO | ANSWER, 0, {**LIMITS, "maxFrameBytes": 1024}, b""),
    ("initProducerId", "client", INIT_PRODUCER_ID, 1, {}, b""),
    ("initProducerId answer", "gateway", INIT_PRODUCER_ID | ANSWER, 1, {"producerId": "4611686018427387905", "producerEpoch": 2}, b""),
    ("initProducerId again", "client", INIT_PRODUCER_ID, 2, {}, b""),
    ("error", "gateway", ERROR, 2, {"error": "UNSUPPORTED_VERSION"}, b""),
    (
        "produce",
        "client",
        PRODUCE,
        3,
        produce([batch(5, 1, len(SENT), producerId="4611686018427387905", producerEpoch=2)]),
        SENT,
    ),
    ("produce answer", "gateway", PRODUCE | ANSWER, 3, {"results": [{"baseOffset": "12", "timestamp": 1700000000000}]}, b""),
    *(
        (f"produceMore {at // ROOM}", "client", PRODUCE_MORE, 4, {}, BEHIND[at : at + ROOM])
        for at in range(0, len(BEHIND), ROOM)
    ),
    ("produce of a large record", "client", PRODUCE, 4, produce([batch(0, 1, len(BEHIND))]), b""),
    ("produce answer with an error", "gateway", PRODUCE | ANSWER, 4, {"results": [{"error": "RECORD_TOO_LARGE"}]}, b""),
]
CONFIG = {"value": "3600000", "source": "DYNAMIC_TOPIC_CONFIG", "isDefault": False, "isSensitive": False, "isReadOnly": False}
ADMINISTER = [
    ("hello of an admin", "client", HELLO, 0, {"role": "admin"}, b""),
    ("hello answer to an admin", "gateway", HELLO | ANSWER, 0, LIMITS, b""),
    *(
        exchange
        for number, (request, specs, more, results) in enumerate(
            [
                ("createTopics", [{**GAINS, "partitions": 2, "configs": {"retention.ms": "3600000"}}], {}, [GAINS]),
                ("createPartitions", [{**GAINS, "partitions": 1}], {}, [{**GAINS, "error": "INVALID_PARTITIONS"}]),
                ("deleteTopics", ["gains", "träce"], {}, [GAINS, {"topic": "träce", "error": "UNKNOWN_TOPIC_OR_PARTITION"}]),
                (
                    "deleteRecords",
                    [{**PARTITION_0, "beforeOffset": "9007199254740993"}],
                    {"leader": 0},
                    [{**PARTITION_0, "lowWatermark": "9007199254740993"}],
                ),
                ("describeConfigs", ["gains"], {}, [{**GAINS, "configs": {"retention.ms": CONFIG}}]),
                ("alterConfigs", [{**GAINS, "configs": {"retention.ms": None}}], {"validateOnly": True}, [GAINS]),
                (
                    "describeLogDirs",
                    [PARTITION_0, {**GAINS, "partition": 1}],
                    {"leader": 0},
                    [{**PARTITION_0, "size": 2**40}, {**GAINS, "partition": 1, "error": "NOT_LEADER_OR_FOLLOWER"}],
                ),
            ],
            start=1,
        )
        for exchange in (
            (request, "client", ADMIN, number, {"request": request, "specs": specs, **more}, b""),
            (f"{request} answer", "gateway", ADMIN | ANSWER, number, {"results": results}, b""),
        )
    ),
]


def row(name: str, sender: str, kind: int, request: int, body: object, records: bytes) -> dict:
    data = frame(kind, request, body, records)
    facts = {"name": name, "from": sender, "type": kind, "id": request, "body": body, "records": records.hex(), "bytes": data.hex()}
    return {**facts, "dump": dump(data)}


parts = [rows(name, [row(*one) for one in frames]) for name, frames in (("read", READ), ("write", WRITE), ("admin", ADMINISTER))]
records = [
    {
        "offset": str(offset),
        "timestamp": timestamp,
        "key": field(key),
        "headers": [[name, field(data)] for name, data in headers],
        "value": field(value),
        "bytes": record(offset, timestamp, key, headers, value).hex(),
    }
    for offset, timestamp, key, headers, value in (*RECORDS, LARGE)
]
parts.append(rows("records", records))
write_or_check({"packages/transport-websocket/test/vectors/gateway.json": "{" + ",\n".join(parts) + "}\n"})
