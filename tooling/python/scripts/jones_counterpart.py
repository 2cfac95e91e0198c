"""The Python end of the test of Jones matrices: jones_counterpart.py SERVER sends them, as npy, and reads what came back.

Requests:

- `{"send": topic}`: sends each array of jones_vectors.py. Returns the offsets of those that are Jones matrices.
- `{"compare": [topic, returned]}`: the bytes of another topic's records that are not those of the topic's Jones matrices,
  which come back little-endian and in C order.
"""

import io
import sys

import numpy
from aiokafka import AIOKafkaProducer
from counterpart import serve
from jones_vectors import cases, in_order, problems, save
from topic_records import topic_records

(server,) = sys.argv[1:]


async def send(topic):
    async with AIOKafkaProducer(bootstrap_servers=server, acks="all") as producer:
        sent = [(await producer.send_and_wait(topic, save(array)), array) for _, array in cases()]
    return [record.offset for record, array in sent if not problems(array)]


def load(data):
    return numpy.load(io.BytesIO(data), allow_pickle=False)


async def values(topic):
    return [record.value for record in (await topic_records(server, topic))[0]]


async def compare(topic, returned):
    expected = [save(in_order(array)) for array in map(load, await values(topic)) if not problems(array)]
    found = await values(returned)
    if len(found) != len(expected):
        return [f"{len(found)} records came back of {len(expected)}"]
    return [f"{one.hex()} instead of {other.hex()}" for one, other in zip(found, expected) if one != other]


async def handle(request, _data):
    if "send" in request:
        return await send(request["send"]), b""
    return await compare(*request["compare"]), b""


serve(handle)
