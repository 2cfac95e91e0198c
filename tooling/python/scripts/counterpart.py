"""The Python end of PythonCounterpart: reads requests from standard input and writes responses to standard output.

A script calls `serve(handler)`. The handler takes the request (any JSON) and its bytes, and returns the response (any
JSON) and its bytes; it may be a coroutine function. If it raises, the request rejects on the other side.
Everything that is printed goes to standard error.

The first response belongs to no request: it says that the script has imported everything and is ready.
"""

import asyncio
import inspect
import json
import os
import struct
import sys
import traceback

# The length of the JSON and of the bytes that follow it.
FRAME = struct.Struct("<II")


def serve(handler):
    with os.fdopen(os.dup(1), "wb") as responses:
        os.dup2(2, 1)
        asyncio.run(respond_to_all(handler, sys.stdin.buffer, responses))


async def respond_to_all(handler, requests, responses):
    write_frame(responses, b'{"value": null}', b"")
    while (frame := await asyncio.to_thread(read_frame, requests)) is not None:
        try:
            response = handler(*frame)
            value, data = await response if inspect.isawaitable(response) else response
            text = json.dumps({"value": value}, allow_nan=False).encode()
        except Exception as error:
            data = b""
            text = json.dumps({"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}).encode()
        write_frame(responses, text, data)


def write_frame(responses, text, data):
    responses.write(FRAME.pack(len(text), len(data)) + text)
    responses.write(data)
    responses.flush()


def read_frame(requests):
    lengths = requests.read(FRAME.size)
    if len(lengths) < FRAME.size:
        return None
    text_length, data_length = FRAME.unpack(lengths)
    return json.loads(requests.read(text_length)), requests.read(data_length)
