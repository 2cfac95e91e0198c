"""The Python end of PythonCounterpart: answers requests on standard input with answers on standard output.

A script serves with `serve(handler)`. The handler takes the request (any JSON) and its bytes, and returns the answer
(any JSON) and its bytes; it may be a coroutine function. What it raises rejects the request on the other side.
What anything prints goes to standard error.

The first answer is to no request: it says that the script and what it imports are there.
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
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        asyncio.run(answer_all(handler, sys.stdin.buffer, answers))


async def answer_all(handler, requests, answers):
    write_frame(answers, b'{"value": null}', b"")
    while (frame := await asyncio.to_thread(read_frame, requests)) is not None:
        try:
            answer = handler(*frame)
            value, data = await answer if inspect.isawaitable(answer) else answer
            text = json.dumps({"value": value}, allow_nan=False).encode()
        except Exception as error:
            data = b""
            text = json.dumps({"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}).encode()
        write_frame(answers, text, data)


def write_frame(answers, text, data):
    answers.write(FRAME.pack(len(text), len(data)) + text)
    answers.write(data)
    answers.flush()


def read_frame(requests):
    lengths = requests.read(FRAME.size)
    if len(lengths) < FRAME.size:
        return None
    text_length, data_length = FRAME.unpack(lengths)
    return json.loads(requests.read(text_length)), requests.read(data_length)
