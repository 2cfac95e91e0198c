"""Times the code of docs/wire-formats.md for ../src/xarray.ts: xarray_times.py DIRECTORY_OF_TOOLING_PYTHON_SCRIPTS.

A request is the bytes of a Dataset; the response has milliseconds for each operation, the fastest of several runs.
"""

import sys
import time

sys.path.insert(0, sys.argv[1])

from counterpart import serve  # noqa: E402
from wire_formats import FORMATS  # noqa: E402

RUNS = 5


def respond(request, data):
    form = FORMATS[request["form"]]
    dataset = form["decode"](data)
    times = {
        "encode": milliseconds(lambda: form["encode"](dataset)),
        "decode": milliseconds(lambda: form["decode"](data)),
    }
    return times, b""


def milliseconds(act):
    def once():
        started = time.perf_counter()
        act()
        return (time.perf_counter() - started) * 1000

    return min(once() for _ in range(RUNS))


serve(respond)
