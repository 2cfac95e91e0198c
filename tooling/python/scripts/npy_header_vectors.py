"""Writes the test vectors of npy headers: what numpy.save writes at the edges of the format, and what numpy.load reads of headers by hand.

Without arguments it writes packages/codec-npy/test/vectors/header-edges.json anew; with --check it compares it instead and
ends with 1 when they differ.
"""

import hashlib
import importlib.metadata
import io
import json
import tokenize
import warnings

import numpy
from vector_files import write_or_check

NAMES = [
    *"' \" '\" \\ \\' \r \n \t \x00 \x1f \x7f \x80 \x9f \xa0 \xad ÿ Ā ā\xa0 \u0378 \u1680 \u2028 \u200b \ud7ff \ue000 \u3000 \ufeff \uffff".split(" "),
    *"\U00010000 \U0001f6f0 \U000e0001 \U000f0000 \U0010ffff".split(" "), "a b", " ", "~", "\x1fé\u2028\U000e0001'",
]
SHAPES = [(), (0,), (1,), (9,), (10,), (0, 5), (1, 0), (10, 0), (0, 10**15), (123456789012345, 0), (1, 1, 1), (0, *[1] * 31)]
# The header of 65,535 bytes is the last that version 1 has room for, and each is as long as it needs to be in steps of 64.
LENGTHS = {"x": [*range(1, 70), 65_439, 65_440], "é": [60, 65_439, 65_440], "Ā": [60, 9_900]}


def saved(array):
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numpy.lib.format.write_array(stream, array, allow_pickle=False)
    return stream.getvalue()


def written(dtype, shape=(0,)):
    data = saved(numpy.zeros(shape, dtype))
    return {"bytes": len(data), "start": data[:12].hex(), "sha256": hashlib.sha256(data).hexdigest()}


def names():
    for name in NAMES:
        if name:
            yield {"name": name, **written([(name, "|u1")])}
    # A title stands before its name.
    yield {"name": ["a title", "a"], **written([(("a title", "a"), "|u1")])}


def lengths():
    for letter, counts in LENGTHS.items():
        for length in counts:
            yield {"letter": letter, "length": length, **written([(letter * length, "|u1")])}


def shapes():
    for shape in SHAPES:
        yield {"shape": list(shape), **written("|u1", shape)}


def dict_of(descr="'|u1'", order="False", shape="(2,)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}}}"


def field(name):
    return dict_of(f"[({name}, '|u1')]")


TEXTS = [
    # Space, and where it may be; no newline, which Python takes for the end between no brackets.
    dict_of(), dict_of().replace(" ", ""), dict_of().replace(",", " ,\t"), dict_of().replace(":", "\f:\t"), "{\n" + dict_of()[1:].replace(",", ",\r\n"),
    dict_of() + "  ", dict_of() + " \t\f ", dict_of() + "\n\n", dict_of().replace("}", ",}"), dict_of().replace("}", ",,}"), dict_of().replace("}", " ; }"),
    # Brackets and commas.
    dict_of(shape="(2,"), dict_of(shape="(2,]"), dict_of(shape="2,)"), dict_of(shape="(,)"), dict_of(shape="(,2)"), dict_of(shape="(2 3)"), dict_of(shape="(2,,3)"),
    dict_of(shape="((2,))"), dict_of(shape="((2),)"), dict_of(shape="(2)"), dict_of(shape="()"), dict_of(shape="( )"), dict_of(shape="(1, 2,)"), dict_of(shape="(1, 2)"), dict_of(shape="[2]"),
    dict_of("[]"), dict_of("[('a', '|u1')]"), dict_of("[('a', '|u1'),]"), dict_of("[('a', '|u1') ('b', '|u1')]"), dict_of("[('a', '|u1',)]"), dict_of("[['a', '|u1']]"), dict_of("[('a', '|u1'), ('b', '|u1', 3)]"),
    dict_of("[('a', '|u1', (3))]"), dict_of("[('a', '|u1', (1, 3))]"), dict_of("[('a', '|u1', [3])]"), dict_of("[(('t', 'a'), '|u1')]"), dict_of("(('|u1'))"), dict_of("('|u1')"), dict_of("('|u1',)"), dict_of("('|u1', (2,))"),
    # Words and numbers.
    dict_of(order="True"), dict_of(order="true"), dict_of(order="Tru"), dict_of(order="Truer"), dict_of(order="None"), dict_of(order="0"), dict_of("None"), dict_of("True"), dict_of(""), dict_of(order=""), dict_of(shape=""),
    dict_of(shape="(2L,)"), dict_of(shape="(2L, 3L)"), dict_of(shape="(2l,)"), dict_of(shape="(2LL,)"), dict_of(shape="(L,)"), dict_of(shape="(-1,)"), dict_of(shape="(--1,)"), dict_of(shape="(-,)"), dict_of(shape="(2.0,)"), dict_of(shape="(2a,)"), dict_of(shape="(0,)"),
    dict_of(shape="(9, 10)"), dict_of(shape="('2',)"), dict_of(shape="(None,)"),
    # Keys.
    dict_of().replace("'descr'", "descr"), dict_of().replace("'descr'", "1"), dict_of().replace("'descr'", "('descr')"), dict_of().replace("'descr':", "'descr'"), dict_of().replace("'descr'", "'Descr'"), dict_of().replace("'descr'", "\"descr\""),
    dict_of().replace("'descr'", "u'descr'"), dict_of().replace("'shape'", "'descr'"), dict_of().replace("'", ""), dict_of().replace("}", ", 'x': 1}"), dict_of().replace("}", ", 'shape': (2,)}"), "{}", "{'descr': '|u1'}", "{'descr', 'shape'}", "[]", "()", "1", "'x'", "",
    dict_of()[:-1], dict_of() + "}", dict_of() + " 1", dict_of() + "x", "x" + dict_of(), "(" + dict_of() + ")", "[" + dict_of() + "]", dict_of() + ",",
    # Texts, and what is escaped in them.
    field("'a'"), field('"a"'), field("u'a'"), field('u"a"'), field("'a\""), field("'a"), field("a'"), field("u"), field("ua"), field("uu'a'"), field("'it\\'s'"), field('"it\'s"'), field('"it\\"s"'), field("'a\\\\'"), field("'a\\\\'b'"), field("'a\\'"), field("'\\\\'"),
    field("'\\x41'"), field("'\\x4'"), field("'\\xe9z'"), field("'\\xE9'"), field("'\\u00e9'"), field("'\\u20AC'"), field("'\\u00e'"), field("'\\U0001f6f0'"), field("'\\U0010ffff'"), field("'\\U00110000'"), field("'\\n\\r\\t'"), field("'\\n'"), field("'a\nb'"), field("'a\tb'"), field("'\xe9'"), field("'\x85'"),
]


def accepted(text, version):
    """What numpy.load makes of a header, as the descr and shape of what it reads."""
    head = text.encode("latin-1" if version < 3 else "utf-8") + b"\n"
    size = len(head).to_bytes(2 if version == 1 else 4, "little")
    data = b"\x93NUMPY" + bytes([version, 0]) + size + head + bytes(200)
    try:
        array = numpy.load(io.BytesIO(data))
    except (ValueError, TypeError, LookupError, SyntaxError, EOFError, tokenize.TokenError):
        return None
    return {"descr": json.loads(json.dumps(array.dtype.descr if array.dtype.names is not None else array.dtype.str)), "shape": list(array.shape)}


def texts():
    for text in dict.fromkeys(TEXTS):
        yield {"text": text, "version1": accepted(text, 1), "version3": accepted(text, 3)}


def main():
    manifest = {"script": "tooling/python/scripts/npy_header_vectors.py", "versions": {"numpy": importlib.metadata.version("numpy")}}
    groups = {"names": list(names()), "lengths": list(lengths()), "shapes": list(shapes()), "texts": list(texts())}
    parts = [f'"manifest": {json.dumps(manifest)}'] + [f'"{key}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for key, rows in groups.items()]
    content = "{\n" + ",\n".join(parts) + "\n}\n"
    write_or_check({"packages/codec-npy/test/vectors/header-edges.json": content})


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
