"""Writes the test vectors of codec-json: JSON as Python's json writes and reads it.

A value is told by its type: ["int", "9007199254740993"], ["float", its bytes in hex], ["str", …], ["list", […]], ["dict",
[[key, value], …]], ["bool", …], ["null"]. With --check it compares the file instead of writing it.
"""

import json
import random
import struct

from vector_files import write_or_check

TEXTS = [
    "null", "true", "false", "0", "-0", "-0.0", "1", "1.0", "1e5", "1E+2", "-1.5e-7", "1e400", "-1e400", "5e-324",
    "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "18446744073709551615",
    "123456789012345678901234567890", "12345678901234567890.5", "12345678901234567890e0", "0.1234567890123456789",
    "NaN", "Infinity", "-Infinity", "[NaN, Infinity, -Infinity]", '{"NaN": NaN}', '"NaN"', '["Infinity", "-Infinity"]',
    "-NaN", "nan", "+1", "01", "1.", ".5", "1e", "--1", "0x10", "Inf", "NaN0", "1NaN", "InfinityInfinity",
    "[]", "{}", "[1,]", "[,]", '{"a":1,}', "{a:1}", "{'a':1}", "[1 2]", "", " ", "[", "]", '{"a"}', "[1]]", "1 1",
    ' \t\r\n[ 1 , { "a" : [ ] } ]\n', '"\\u00e9\\ud83d\\ude00"', '"é☆😀"', '"\\ud83d"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\x41"', '"a\nb"', '"\t"', '"unfinished', '"\\u12"', '"\\u0000dataqueues:7"', '"\\u0000dataqueues:s7"',
    '"\\u0000"', '["\\u0000dataqueues:NaN", NaN]', '{"\\u0000dataqueues:7": 9007199254740993}', '"\\u0000\\u0000"',
    '{"a": 1, "a": 2}', '{"a": {"b": 1}, "a": {"c": 2}}', '{"__proto__": {"polluted": true}}', '{"__proto__": 9007199254740993}',
    '{"constructor": 1, "prototype": 2, "toString": 3}', '{"": 0}', '{"1": "b", "0": "a", "x": NaN}',
    '"12345678901234567890"', '"\\"9007199254740993"', '"[9007199254740993]"', '["\\\\", 9007199254740993]', "// 1", "[1] // end",
    "\u00a01", "\u2028", '"\u2028"', "123456789012345678901234567890.", "-", "-Infinityx", "tru", "nul", "[[[[1]]]]",
    "1e16", "1e+16", "10000000000000000", "9007199254740992.0", "-9007199254740992", "1e-", "1.e5", "-.5", "-", "00",
    "9" * 4300, "9" * 4301, '"\\', '"\\"', '"\\\\"', '"\\\\\\""', '["twelve chars", "thirteen char"]', '"thirteen char\t"', '"thirteen char',
    '["a b\\nc", "\\u0041 long enough to be read another way"]', "{'a': 1}", "True", "[None]", "[1, 2", '{"a": 1', '{"a": ', "[tru, 1]",
]  # fmt: skip
BYTES = ["efbbbf5b315d", "efbbbf", "ff", "22c322", "22eda08022", "22c08022", "5bff5d", "fffe3100", "31003200", "00310032", "0000feff", "feff0031"]
VALUES = [
    None, True, 0, -1, 2**53 - 1, 2**63, -(2**70), "", "é☆😀\x7f\x00\"\\/\n\t\x1f\u2028", [], {}, [[], [{}]], {"a": 1, "é": [None, False]},
    {"__proto__": 1}, 0.5, -0.0, 1.5e300, -2.5e-7, 1e22, 123456789.125,
    1e15, 1e16, -1e16, 1e20, 1e21, 2.0**53, -(2.0**53), 2.0**53 + 2, 2.0**53 - 1, 123456789012345680000.0, 5e-324, 1e-4, 1e-5, 1e-7,
    1.7976931348623157e308, 2**53, 2**53 + 1, 10**16, -(2**53), 10**21, "a\\b", 'a"b', "a\nb", "\x1f", "\ud7ff\ue000", "😀", {"a\\b": 1, 'a"b': 2},
]  # fmt: skip
chance = random.Random(11)
VALUES += [chance.uniform(-(2.0**53), 1e21) for _ in range(50)]
VALUES += [float(chance.randrange(2**53, 10**17)) for _ in range(50)]
VALUES += [chance.uniform(-1, 1) * 10.0 ** chance.randrange(-320, 300) for _ in range(100)]


def told(value: object) -> list:
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", "nan" if value != value else struct.pack(">d", value).hex()]
    if isinstance(value, str):
        return ["str", value]
    if isinstance(value, list):
        return ["list", [told(item) for item in value]]
    return ["dict", [[key, told(item)] for key, item in value.items()]]


def read(data: bytes) -> dict:
    try:
        return {"bytes": data.hex(), "value": told(json.loads(data))}
    except (ValueError, RecursionError) as error:
        return {"bytes": data.hex(), "error": type(error).__name__}


vectors = {
    "read": [read(text.encode()) for text in TEXTS],
    "bytes": [read(bytes.fromhex(data)) for data in BYTES],
    "write": [{"value": told(value), "python": json.dumps(value)} for value in VALUES],
}
write_or_check({"packages/codec-json/test/vectors/json.json": json.dumps(vectors, indent=1) + "\n"})
