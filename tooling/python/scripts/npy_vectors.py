"""Writes the test vectors of codec-npy: arrays as numpy.save writes them, and headers that numpy.load reads or refuses.

vectors.json has arrays, header-edges.json what numpy writes at the edges of the format and makes of headers by hand, and
headers.json the dtypes that numpy reads but does not write. With --check it compares the files instead of writing them.
"""

import base64
import hashlib
import io
import json
import tokenize
import warnings

import numpy
from array_cases import arrays, fill, text, vector
from vector_files import manifest, rows, write_or_check

FOLDER = "packages/codec-npy/test/vectors"

NAMES = [
    *"' \" '\" \\ \\' \r \n \t \x00 \x1f \x7f \x80 \x9f \xa0 \xad ÿ Ā ā\xa0 \u0378 \u1680 \u2028 \u200b \ud7ff \ue000 \u3000 \ufeff \uffff".split(" "),
    *"\U00010000 \U0001f6f0 \U000e0001 \U000f0000 \U0010ffff".split(" "), "a b", " ", "~", "\x1fé\u2028\U000e0001'",
]
SHAPES = [(), (0,), (1,), (9,), (10,), (0, 5), (1, 0), (10, 0), (0, 10**15), (123456789012345, 0), (1, 1, 1), (0, *[1] * 31)]
# The header of 65,535 bytes is the last that version 1 has room for, and each is as long as it needs to be in steps of 64.
LENGTHS = {"x": [*range(1, 70), 65_439, 65_440], "é": [60, 65_439, 65_440], "Ā": [60, 9_900]}


def times():
    for unit in ["D", "h", "s", "ms", "us", "ns", "25s"]:
        for kind in "Mm":
            array = fill("<i8", (4,)).copy()
            array[0] = numpy.iinfo("i8").min
            yield f"{kind}8[{unit}]", array.view(f"<{kind}8[{unit}]")
            yield f">{kind}8[{unit}]", array.astype(">i8").view(f">{kind}8[{unit}]")
    yield "record with times", numpy.array([("2026-01-02T03:04:05", "NaT")], [("t", "<M8[ns]"), ("d", "<m8[s]")])


def npy_only():
    yield from times()
    for name in ["é", "整形", "it's", 'say "x"', "both ' and \"", "tab\tnew\nline\\", "\x00nul", "\u00a0nbsp", "🛰"]:
        yield f"field {name!r}", fill([(name, "<f8")], (2,))
    yield "title", fill([(("A title", "a"), "<i4"), ("b", "<u1")], (2,))
    yield "subarray of subarray", numpy.zeros(2, [("c", ("<f8", (5,)), (2,))])
    yield "aligned", fill(numpy.dtype([("a", "i1"), ("b", "f8"), ("c", "i1")], align=True), (3,))
    yield "padded", numpy.zeros(3, {"names": ["a", "b"], "formats": ["i1", "i1"], "offsets": [0, 4], "itemsize": 8})
    yield "empty nested", numpy.zeros(2, [("a", []), ("b", "<i2")])
    yield "nested subarray", fill([("a", [("x", "<i2"), ("y", "<f4", (2,))], (2, 2))], (2,))
    yield "field <M8", numpy.zeros(2, [("t", "<M8")])
    for digits in range(1, 5):
        yield f"growth {digits}", fill("|u1", (10 ** (digits - 1),))
    yield "64 fields", numpy.zeros(1, [(f"f{number:05}", "<f8") for number in range(64)])
    yield "a long name", numpy.zeros(1, [("x" * 3000, "|u1")])


def save(array, version=None):
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numpy.lib.format.write_array(stream, array, version=version, allow_pickle=False)
    return stream.getvalue()


def npy_vectors():
    for name, array in [*arrays(), *npy_only()]:
        yield vector(name, array, save)
    array = fill("<f8", (2, 3))
    for version in [(1, 0), (2, 0), (3, 0)]:
        entry = vector(f"version {version}", array, lambda each: save(each, version))
        if version != (1, 0):
            entry["rewritten"] = text(save(array))
            entry["reason"] = "the oldest version that fits is written, as numpy does"
        yield entry


def written(dtype, shape=(0,)):
    data = save(numpy.zeros(shape, dtype))
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


DESCRS = [
    *"float64 int32 f <d >d bool u1 i complex128 half intc longlong S3 U5 datetime64[ns] M8 >timedelta64[25s] i4,f8 d,>f (2,3)f4,S3 ?".split(),
    *"S U V void str bytes ()f8 >u2,M8[us] i4,x int33 <float64 2f4 i4,".split(),
    [("a", "float32"), ("b", "S3")], [("a", "2f4"), ("b", "u1")], [("a", "i2,f4")], [("a", "()f8"), ("b", "double")],
    [("a", "i1"), ("", "V3"), ("b", "intc")], [("a", ("float32", (2,)))], [("a", [("b", "d"), ("c", "U2")])],
    {"names": ["a", "b"], "formats": ["i1", "f8"], "offsets": [0, 8]}, [("a", "i3")], [("a", "S", (2,))], [("a", "2S")], [("a", "f4"), ("a", "f4")], "{}", 8, ["f8"], ("f8", ()),
]


def header(descr):
    """An npy file of two items with this descr in its header, whatever it is."""
    text = repr({"descr": descr, "fortran_order": False, "shape": (2,)}).encode()
    text += b" " * ((-len(text) - 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def headers():
    for descr in DESCRS:
        entry = {"descr": repr(descr), "header": base64.b64encode(header(descr)).decode()}
        try:
            dtype = numpy.load(io.BytesIO(header(descr) + bytes(2 * 1000))).dtype
        except ValueError:
            yield entry | {"array": None}
            continue
        data = bytes(byte % 2 if byte % 4 == 0 else 0 for byte in range(2 * dtype.itemsize))
        array = numpy.load(io.BytesIO(header(descr) + data))
        little = array.astype(array.dtype.newbyteorder("<")) if array.dtype.byteorder == ">" else array
        written = io.BytesIO()
        numpy.save(written, little)
        yield entry | {"data": base64.b64encode(data).decode(), "array": base64.b64encode(written.getvalue()).decode()}


def main():
    edges = {"names": names(), "lengths": lengths(), "shapes": shapes(), "texts": texts()}
    parts = [f'"manifest": {json.dumps(manifest("numpy"))}', *(rows(key, list(values)) for key, values in edges.items())]
    vectors = {"manifest": manifest("numpy", "msgpack", "msgpack-numpy"), "arrays": list(npy_vectors())}
    write_or_check(
        {
            f"{FOLDER}/vectors.json": json.dumps(vectors, indent=0) + "\n",
            f"{FOLDER}/header-edges.json": "{\n" + ",\n".join(parts) + "\n}\n",
            f"{FOLDER}/headers.json": f'{{"manifest": {json.dumps(manifest("numpy"))},\n{rows("headers", list(headers()))}}}\n',
        }
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
