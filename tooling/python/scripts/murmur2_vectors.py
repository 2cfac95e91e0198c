"""Hashes of keys by aiokafka's murmur2, the one of Kafka's Java client: a list of [key in hex, hash, partition of 10]."""

import json
import random

from aiokafka.partitioner import murmur2

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
print("[\n" + ",\n".join("  " + json.dumps(vector) for vector in vectors) + "\n]")
