"""Writes recordings with Python's mcap into a folder, one for each way in which it can, and prints their records as JSON."""

import json
import random
import struct
import sys
from base64 import b64encode
from pathlib import Path

from mcap.writer import CompressionType, Writer

folder = Path(sys.argv[1])

FILES = {
    "chunks.mcap": {"compression": CompressionType.NONE, "chunk_size": 20_000},
    "no-checksums.mcap": {"compression": CompressionType.NONE, "enable_crcs": False},
    "no-chunks.mcap": {"use_chunking": False, "compression": CompressionType.NONE},
    "lz4.mcap": {"compression": CompressionType.LZ4},
    "defaults.mcap": {},
}


def random_records() -> list[dict]:
    """Records of three partitions, with all that a Kafka record may have."""
    choose = random.Random(17)
    next_offset = [0, 5_000_000_000, 2**62]

    def data(most: int) -> bytes | None:
        return choose.choice([None, b"", choose.randbytes(choose.randrange(most))])

    records = []
    for _ in range(500):
        partition = choose.randrange(3)
        headers = [(choose.choice(["unit", "größe", ""]), data(9)) for _ in range(choose.randrange(4))]
        records.append(
            {
                "partition": partition,
                "offset": next_offset[partition],
                "timestamp": choose.choice([-1, 0, choose.randrange(2**42)]),
                "key": data(30),
                "headers": headers,
                "value": data(2_000),
            }
        )
        # Compaction and transactions leave gaps.
        next_offset[partition] += choose.choice([1, 1, 1, 2, 1_000])
    return records


def sized(data: bytes | None) -> bytes:
    return struct.pack("<i", -1) if data is None else struct.pack("<i", len(data)) + data


def record_data(record: dict) -> bytes:
    """The layout of docs/recordings.md."""
    key, value, headers = record["key"], record["value"], record["headers"]
    lengths = [-1 if data is None else len(data) for data in (key, value)]
    head = struct.pack("<qqiiI", record["offset"], record["timestamp"], *lengths, len(headers))
    named = b"".join(sized(name.encode()) + sized(data) for name, data in headers)
    return head + (key or b"") + named + (value or b"")


def write(path: Path, records: list[dict], options: dict) -> None:
    with path.open("wb") as file:
        writer = Writer(file, **options)
        writer.start(library="Python's mcap")
        channels = [
            writer.register_channel("gains", "kafka_record", schema_id=0, metadata={"partition": str(partition)})
            for partition in range(4)
        ]
        settings = {"topic": "gains", "partitions": "4", "configs": json.dumps({"retention.ms": "86400000"})}
        writer.add_metadata("dataqueues.topic", settings)
        for sequence, record in enumerate(records):
            time = max(0, record["timestamp"]) * 1_000_000
            writer.add_message(channels[record["partition"]], time, record_data(record), time, sequence)
        writer.finish()


def printable(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()


def main() -> None:
    records = random_records()
    for name, options in FILES.items():
        write(folder / name, records, options)
    for record in records:
        headers = [[name, printable(data)] for name, data in record["headers"]]
        # JavaScript's numbers do not have all offsets.
        texts = {"offset": str(record["offset"]), "key": printable(record["key"]), "value": printable(record["value"])}
        print(json.dumps({**record, **texts, "headers": headers}))


main()
