"""Writes hashes of keys by aiokafka's murmur2, the one of Kafka's Java client: a list of [key in hex, hash, partition of 10].

With --check it compares the file instead of writing it.
"""

import json
import random
import textwrap

from aiokafka.partitioner import murmur2
from vector_files import write_or_check

# org.apache.kafka.common.utils.UtilsTest.testMurmur2
JAVA = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


def signed(value: int) -> int:
    return (value & 0xFFFFFFFF) - ((value & 0x80000000) << 1)


for text, expected in JAVA.items():
    assert signed(murmur2(text.encode())) == expected, text

generator = random.Random(2026)
keys = [text.encode() for text in JAVA] + [b"", b"\x00", b"\x80", "é☆😀".encode()]
keys += [generator.randbytes(length) for length in [*range(1, 33), 100, 255, 1000]]
vectors = [[key.hex(), signed(murmur2(key)), (murmur2(key) & 0x7FFFFFFF) % 10] for key in keys]
lines = [json.dumps(vector) if len(vector[0]) < 100 else json.dumps(vector, indent=2) for vector in vectors]
rows = textwrap.indent(",\n".join(lines), "  ")
write_or_check({"packages/core/test/producer/murmur2-vectors.json": f"[\n{rows}\n]\n"})
