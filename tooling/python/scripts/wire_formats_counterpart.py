"""Runs the Python code of docs/wire-formats.md: encodes the value of an expression, or decodes to `repr`."""

import numpy
import pandas
import xarray
from counterpart import serve
from wire_formats import FORMATS


def answer(request, data):
    match request:
        case {"ask": "encode", "format": name, "expression": expression}:
            return None, FORMATS[name]["encode"](eval(expression, {"numpy": numpy, "pandas": pandas, "xarray": xarray}))
        case {"ask": "decode", "format": name}:
            return repr(FORMATS[name]["decode"](data)), b""
    return list(FORMATS), b""


serve(answer)
