"""Writes the test vectors of codec-text: what Python's strict codecs accept, and the place of what they refuse.

With --check it compares the file instead of writing it.
"""

import json

from vector_files import write_or_check

TEXTS = ["", "a", "Testing Testing", "\x00", "\x7f", "\x80", "é", "☆", "😀", "\ufeffwith a mark", "\ufffd", "a\r\nb", "e\u0301"]
LONE = ["\ud800", "a\udfffb", "\ud83d", "\ude00\ud83d", "ok \ud83d\ude00 then \udc00"]
BYTES = [
    "", "61", "00", "7f", "80", "ff", "61e9", "c3a9", "c3", "c328", "e298", "e29886", "f09f9880", "f09f98", "f09f9861",
    "c080", "c1bf", "e08080", "f0808080", "eda080", "edbfbf", "f48fbfbf", "f4908080", "f8888080", "efbbbf61", "efbfbe",
    "6180", "616263ff64", "e29886e2", "fe", "8080",
]  # fmt: skip


def utf16_index(text: str, index: int) -> int:
    """Where a character is for JavaScript, which counts UTF-16 units."""
    return sum(1 + (ord(character) > 0xFFFF) for character in text[:index])


def encoded(text: str, encoding: str) -> dict:
    # Half a surrogate pair is one character for Python, whole pairs are joined first.
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    try:
        return {"bytes": joined.encode(encoding).hex()}
    except UnicodeEncodeError as error:
        return {"offset": utf16_index(joined, error.start)}


def decoded(data: bytes, encoding: str) -> dict:
    try:
        return {"text": data.decode(encoding)}
    except UnicodeDecodeError as error:
        return {"offset": error.start}


vectors = {
    encoding: {
        "encode": [{"text": text, **encoded(text, encoding)} for text in TEXTS + LONE],
        "decode": [{"bytes": data, **decoded(bytes.fromhex(data), encoding)} for data in BYTES],
    }
    for encoding in ("utf-8", "ascii")
}
write_or_check({"packages/codec-text/test/vectors/text.json": json.dumps(vectors, indent=1) + "\n"})
