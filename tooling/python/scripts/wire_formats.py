"""The Python code of docs/wire-formats.md, taken from the page itself: what it shows is what is tested.

`FORMATS[name]` has the `encode` and `decode` of the block that starts with the comment `# name`. Run as a script, it serves
PythonCounterpart: encodes the value of an expression, or decodes to `repr`.
"""

import pathlib
import re

import numpy
import pandas
import xarray
from counterpart import serve

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "wire-formats.md"


def run(code):
    names = {}
    exec(compile(code, str(PAGE), "exec"), names)
    return names


blocks = re.findall(r"```python\n# (\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
FORMATS = {name: run(code) for name, code in blocks}


def respond(request, data):
    match request:
        case {"ask": "encode", "format": name, "expression": expression}:
            return None, FORMATS[name]["encode"](eval(expression, {"numpy": numpy, "pandas": pandas, "xarray": xarray}))
        case {"ask": "decode", "format": name}:
            return repr(FORMATS[name]["decode"](data)), b""
    return list(FORMATS), b""


if __name__ == "__main__":
    serve(respond)
