"""Runs the Python code of docs/formats.md. "read SERVER TOPIC COUNT" prints encoding and value of the first records as JSON;
"send SERVER TOPIC" sends a record of each encoding."""

import asyncio
import json
import pathlib
import re
import sys

import msgpack
import msgpack_numpy
import numpy

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "formats.md"
(code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
page = {}
exec(compile(code, str(PAGE), "exec"), page)


def shown(value):
    """What JSON can carry of a value."""
    if isinstance(value, numpy.ndarray):
        return {"dtype": value.dtype.str, "shape": value.shape, "items": value.tolist()}
    return {key: shown(item) for key, item in value.items()} if isinstance(value, dict) else value


async def read(server, topic, count):
    records = page["read"](server, topic)
    for _ in range(int(count)):
        encoding, value = await anext(records)
        print(json.dumps([encoding, shown(value)]))
    await records.aclose()


async def send(server, topic):
    array = numpy.array([[1, 2], [3, 4]], "<i2")
    npy = page["io"].BytesIO()
    numpy.save(npy, array)
    await page["send"](server, topic, "utf-8", "Größe ☆".encode())
    await page["send"](server, topic, "json", json.dumps({"wind": 11.5}).encode())
    await page["send"](server, topic, "npy", npy.getvalue())
    await page["send"](server, topic, "msgpack_numpy", msgpack.packb({"gains": array}, default=msgpack_numpy.encode))
    async with page["AIOKafkaProducer"](bootstrap_servers=server) as producer:
        twice = [("encoding", b"json"), ("from", b"python"), ("encoding", b"utf-8")]
        await producer.send_and_wait(topic, b"twice", headers=twice)
        await producer.send_and_wait(topic, b"no header")
        await producer.send_and_wait(topic, b"\x80\x04", headers=[("encoding", b"pickle")])


command, *arguments = sys.argv[1:]
asyncio.run({"read": read, "send": send}[command](*arguments))
