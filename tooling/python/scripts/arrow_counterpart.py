"""The Python end of the tests of arrow(): makes tables, tells what is in them, and judges what comes back.

Tables are named as in `arrow_tables.py`, or by the seed of a random one. A form is `stream` or `file`, written by pyarrow, or
one of `OWN_WRITERS`, which write a table of their own. Judging gives a list of what differs. Serves PythonCounterpart.
"""

import io

import duckdb
import polars as pl
import pyarrow as pa
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from arrow_frames import FRAMES, differing_variables
from arrow_tables import TABLES, VARIANTS, data_frame, polars_frame, random_table, read, write
from arrow_values import told, told_metadata
from counterpart import serve
from wire_formats import FORMATS


def polars_bytes(write_frame, **options):
    sink = io.BytesIO()
    write_frame(polars_frame(), sink, **options)
    return sink.getvalue()


def feather(**options):
    sink = io.BytesIO()
    data_frame().reset_index().to_feather(sink, **options)
    return sink.getvalue()


OWN_WRITERS = {
    "polars stream": lambda: polars_bytes(pl.DataFrame.write_ipc_stream),
    "polars stream, oldest": lambda: polars_bytes(pl.DataFrame.write_ipc_stream, compat_level=pl.CompatLevel.oldest()),
    "polars file": lambda: polars_bytes(pl.DataFrame.write_ipc),
    "polars file, lz4": lambda: polars_bytes(pl.DataFrame.write_ipc, compression="lz4"),
    "polars file, zstd": lambda: polars_bytes(pl.DataFrame.write_ipc, compression="zstd"),
    "feather": feather,
    "feather, uncompressed": lambda: feather(compression="uncompressed"),
    "feather, zstd": lambda: feather(compression="zstd"),
}


async def respond(request, data):
    table, form = request.get("table"), request.get("form", "stream")
    match request:
        case {"ask": "make"}:
            return None, make(table, form)
        case {"ask": "tell"}:
            found = read(data)
            return {"metadata": told_metadata(found.schema.metadata), "rows": found.num_rows, "columns": told(found)}, b""
        case {"ask": "judge"}:
            return judge(data, read(make(table, form))[slice(*request["rows"], None)]), b""
        case {"ask": "polars"}:
            return judge_with_polars(data, make(table, form)), b""
        case {"ask": "duckdb"}:
            return differing_columns(through_duckdb(read(data)), through_duckdb(read(make(table, form)))), b""
        case {"ask": "make frame", "frame": frame}:
            return None, FRAMES[frame]()[0]
        case {"ask": "judge frame", "frame": frame}:
            return differing_variables(FORMATS["xarray"]["decode"](data), FRAMES[frame]()[1]), b""
        case {"ask": "send", "server": server, "topic": topic}:
            async with AIOKafkaProducer(bootstrap_servers=server, acks="all", max_request_size=2**24) as producer:
                await producer.send_and_wait(topic, make(table, form))
            return None, b""
        case {"ask": "judge first record", "server": server, "topic": topic}:
            async with AIOKafkaConsumer(bootstrap_servers=server, max_partition_fetch_bytes=2**24) as consumer:
                consumer.assign([TopicPartition(topic, 0)])
                await consumer.seek_to_beginning()
                return judge((await consumer.getone()).value, read(make(table, form))), b""
    raise ValueError(f"{request} is not understood")


def make(table, form):
    if form in OWN_WRITERS:
        return OWN_WRITERS[form]()
    if isinstance(table, int):
        return write(random_table(table), form)
    name, _, variant = table.partition("/")
    return write(VARIANTS[variant or "whole"](TABLES[name]()), form)


def judge(data, wanted):
    found = read(data)
    differences = []
    if not found.schema.equals(wanted.schema, check_metadata=True):
        differences.append(f"another schema: {found.schema}\n{wanted.schema}")
    if found.num_rows != wanted.num_rows:
        differences.append(f"{found.num_rows} rows, not {wanted.num_rows}")
    return differences + differing_columns(found, wanted)


def differing_columns(found, wanted):
    pairs = zip(told(found), told(wanted), strict=True)
    return [f"{one['name']}: {one['values']} is not {other['values']}" for one, other in pairs if repr(one) != repr(other)]


def judge_with_polars(data, wanted):
    found, frame = (read_with_polars(one) for one in (data, wanted))
    return [] if found.schema == frame.schema and found.equals(frame) else [f"polars reads {found}\n{frame}"]


def read_with_polars(data):
    return (pl.read_ipc if data[:6] == b"ARROW1" else pl.read_ipc_stream)(io.BytesIO(data))


def through_duckdb(table):
    return duckdb.sql('select * from "table"').to_arrow_table() if table.num_columns > 0 else table


serve(respond)
