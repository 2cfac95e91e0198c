"""Writes the test vectors of dtypes: what numpy.dtype makes of strings, on 64-bit Linux.

With --check it compares the file instead of writing it.
"""

import itertools
import json
import string
import warnings

import numpy
from vector_files import manifest, rows, write_or_check

ORDERS = ["", "<", ">", "=", "|"]
LETTERS = [*string.ascii_letters, "?"]
SIZES = ["0", "1", "2", "3", "4", "5", "8", "16", "32", "04", "+4", " 4", "-4", "4 ", "4.", "2147483647", "2147483648", "99999999999"]
NAMES = sorted(map(str, numpy._core.numerictypes.sctypeDict)) + [
    *"int0 uint0 void0 object0 str0 bytes0 bool8 string String Float64 float_ complex_ cfloat longfloat longcomplex int128".split(),
    *"datetime timedelta rec record StringDType float65 int24 uint7 complex32 unicode_ INT32".split(), "float64 ", " float64", "float 64",
]
UNITS = [
    *"Y M W D h m s ms us ns ps fs as generic 25s 1s 0s 007s +5s -5s 2147483647s 2147483648s μs µs B min S NS 5generic".split(),
    *"s/2 2s/4 s/1 s/8 s/3 s/ Y/12 Y/52 Y/365 M/4 M/30 W/7 D/24 D/1440 h/60 h/7 m/60 ms/2 us/4 ns/10 ps/1000 fs/2 as/2 /2".split(),
    "", " 5s", "5 s", "ns ", " ns", "s]x", "2,3",
]
COMMAS = [
    "i4,f8", "i4, f8", "i4 ,f8", "i4 , f8 ", " i4,f8", "i4,", ",i4", "i4,,f8", ",", "i4;f8", "i4 f8", "i4 f8,i4", "i4,\tf8", "i4,\nf8",
    "<i4,>f8", "=i4,|f8", ">U3,S2", "int32,float64", "d,f", "?,b1", "float64,", "i4,void", "i4,V", "i4,S", "i4,a3", "i4,x", "i4,f.4", "i4,[f8]",
    "2S", "3U", ">3U", "2V0", "0S", "2void", "2S3", "(2,)S", "2,S", "()S", "i4,2S", "i4,(2)V", "i4,(2,)U", "i4,2a", "i4,2O",
    "i4,O", "O,i4", "i4,g", "i4,T", "i4,M8[ns]", "M8[25s],m8", "i4,M8[s/2]", "i4,M8[2,3]", "i4,f8[s]", "i4,datetime64[us]", "datetime64[D],timedelta64",
    "2f4", "1f4", "0f4", "02f4", "00f4", "2 f4", " 2f4", "2f4 ", "2", "2,", "(2,)", "()", "()f4", "( )f4", "<()f4", "<3f4", ">3f4", "2)f4", "(2f4", "2(f4",
    "(2,3)f4", "(2,3,)f4", "(2)f4", "2,3f4", "2,f4", "( 2 , 3 ) f4", "(2 3)f4", "(2,-1)f4", "(2,)(3,)f4", "2(3,)f4", "((2,))f4", "(,)f4", "(2,,)f4",
    "2f4,i4", "2f4,", "(2,)f4,", "(2,3)f4,i4", "(2)f4,i4", "()f4,i4", "( )f4,i4", "i4,2f4", "i4,2,3f4", "i4,(1,2)S3", "i4,>(1,2)U3", "i4,1f8", "i4,2",
    "2<f4,i4", "<2f4,i4", "<2>f4,i4", "<2<f4,i4", "=2<f4,i4", "|2<f4,i4", ">2>f4,i4", "2M8[ns],i4", "0i4,f4", "99999999999i4", "(99999999999,)f4,i4",
]


def texts():
    yield from ["", *ORDERS[1:], "@i4", "<<i4", "i4\0", "i1e", "i4:a", "é8", "f٨"]
    for order in ORDERS:
        yield from (order + letter for letter in LETTERS)
        yield from (order + letter + size for letter in "biufcSUVMmOadT" for size in SIZES)
        yield from (order + name for name in (NAMES if order in "<|" else []))
    for name, unit in itertools.product(["M8", "m8", ">M8", "datetime64", "timedelta64", ">timedelta64", "<datetime64"], UNITS):
        yield f"{name}[{unit}]"
    yield from [f"{name}{rest}" for name in ["M8", "datetime64"] for rest in ["x", " ", "[", "[s", "s]", "[s] ", " [s]", "[[s]]"]]
    yield from ["M[s]", "m[ns]", "i8[ns]", "S5[s]", "int64[ns]", "M8[ns][s]"]
    yield from COMMAS


def lists(descr):
    """Tuples become lists, as JSON has them."""
    return [lists(part) for part in descr] if isinstance(descr, (list, tuple)) else descr


def outside(dtype):
    """Why a dtype is not to be read here although numpy has it."""
    if dtype.fields is not None:
        return next(filter(None, (outside(dtype[name]) for name in dtype.names)), None)
    if dtype.kind == "T":
        return "text of any length"
    if dtype.hasobject:
        return "object"
    if dtype.base.kind == "f" and dtype.base.itemsize == 16 or dtype.base.kind == "c" and dtype.base.itemsize == 32:
        return "long double"
    return None


def read(text):
    """None for what numpy refuses, a reason for what only numpy can read, else the field of it and the bytes of a row."""
    try:
        dtype = numpy.dtype(text)
        if outside(dtype):
            return outside(dtype)
        row = numpy.dtype([("a", dtype)])
    except (TypeError, ValueError, SyntaxError):
        return None
    return [lists(row.descr[0][1:]), row.itemsize]


def dtype_strings():
    return {text: read(text) for text in dict.fromkeys(texts())}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    content = f'{{"manifest": {json.dumps(manifest("numpy"))},\n{rows("strings", dtype_strings())}}}\n'
    write_or_check({"packages/arrays/test/vectors/dtype-strings.json": content})
