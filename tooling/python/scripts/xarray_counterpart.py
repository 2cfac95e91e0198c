"""The Python end of the xarray codecs' tests: makes Datasets, and judges what comes back. Serves PythonCounterpart.

Datasets are named as in `xarray_datasets.py`, or by the seed of a random one. A form is `xarray` or `xarray_dict`, in the
code of docs/wire-formats.md, or `table`, what xarray itself exports. Judging gives a list of what differs.
"""

import numpy as np
import pyarrow as pa
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from counterpart import serve
from gain_tables import GAIN_TABLES, RCAL_GAIN_TABLES
from wire_formats import FORMATS
from xarray_datasets import DATASETS, attributes, data_arrays, gain_table, pointing_table, random_dataset
from xarray_vectors import as_dataset, encode_table, without_times, write_stream

# As the Mid telescope's first array makes them; too large to be vectors.
LARGE = {"pointing-table-of-61": lambda: pointing_table(61), "gain-table-of-61": lambda: gain_table(61, 1024)}
NAMED = {**DATASETS, **LARGE, **GAIN_TABLES, **RCAL_GAIN_TABLES}


async def respond(request, data):
    form, dataset = request.get("form"), request.get("dataset")
    match request:
        case {"ask": "make"}:
            return None, make(dataset, form)
        case {"ask": "judge"}:
            return judge(data, make_dataset(dataset, request.get("made as", form)), form), b""
        case {"ask": "columns"}:
            return columns_as_bytes(data) == columns_as_bytes(make(dataset, form)), b""
        case {"ask": "polars"}:
            return differing_columns(make_dataset(dataset), read_with_polars(data)), b""
        case {"ask": "duckdb"}:
            wanted = make_dataset(dataset)
            left_out = [name for name, variable in wanted.variables.items() if variable.dtype.kind == "m" or variable.dtype == "f2"]
            return differing_columns(wanted.drop_vars(left_out), read_with_duckdb(data)), b""
        case {"ask": "send", "server": server, "topic": topic}:
            async with AIOKafkaProducer(bootstrap_servers=server, acks="all", max_request_size=2**24) as producer:
                await producer.send_and_wait(topic, make(dataset, form))
            return None, b""
        case {"ask": "judge first record", "server": server, "topic": topic}:
            async with AIOKafkaConsumer(bootstrap_servers=server, max_partition_fetch_bytes=2**24) as consumer:
                consumer.assign([TopicPartition(topic, 0)])
                await consumer.seek_to_beginning()
                return judge((await consumer.getone()).value, make_dataset(dataset, form), form), b""
    raise ValueError(f"{request} is not understood")


def make(dataset, form):
    if form == "table":
        return encode_table(data_arrays()[dataset])
    made = make_dataset(dataset, form)
    return FORMATS[form]["encode"](without_times(made) if form == "xarray_dict" else made)


def make_dataset(dataset, form="xarray"):
    if form == "table":
        return as_dataset(data_arrays()[dataset])
    if form == "xarray_dict":
        # Without the name that msgpackNumpy() refuses.
        made = attributes(reserved_names=False) if dataset == "attributes" else make_dataset(dataset)
        return made.drop_vars("__proto__", errors="ignore")
    return NAMED[dataset]() if isinstance(dataset, str) else random_dataset(dataset)


def judge(data, wanted, form):
    if form == "xarray":
        pa.ipc.open_stream(data).read_all().validate(full=True)
    found = FORMATS[form]["decode"](data)
    # Datasets of Python's own come without times in this form.
    if form == "xarray_dict" and not any(variable.dtype.kind in "Mm" for variable in found.variables.values()):
        wanted = without_times(wanted)
    if not found.identical(wanted):
        return [f"not identical: {found}\n{wanted}"]
    return [text for name in wanted.variables for text in differing_bits(name, found[name].values, wanted[name].values)]


def differing_bits(name, found, wanted):
    """`identical` takes 1 for 1.0 and any NaN for any other; this does not."""
    if wanted.dtype.kind == "O":
        return []
    wanted = wanted.astype(wanted.dtype.newbyteorder("="))
    if found.dtype != wanted.dtype:
        return [f"{name} has dtype {found.dtype}, not {wanted.dtype}"]
    return [] if found.tobytes() == wanted.tobytes() else [f"{name} has other bits"]


def columns_as_bytes(data):
    """For each column its type and length, and its buffers without the zeros that fill them up."""
    table = pa.ipc.open_stream(data).read_all()
    return {
        field.name: (field, len(lists.flatten()), [buffer and buffer.to_pybytes().rstrip(b"\0") for buffer in lists.buffers()])
        for field, lists in zip(table.schema, (column.combine_chunks() for column in table.columns))
    }


def read_with_polars(data):
    frame = FORMATS["polars"]["decode"](data)
    return {name: frame[name][0].to_numpy() for name in frame.columns}


def read_with_duckdb(data):
    """Without what DuckDB cannot read: float16, and durations, of which it keeps microseconds and one that is NaT is an error."""
    table = pa.ipc.open_stream(data).read_all()
    left_out = [field.name for field in table.schema if is_left_out(field.type.value_type)]
    table = table.drop_columns(left_out)
    # By place: to DuckDB M8 and m8 are the same name.
    renamed = table.rename_columns([f"c{index}" for index in range(table.num_columns)])
    read = FORMATS["duckdb"]["decode"](write_stream(renamed.schema, renamed.to_batches()))
    values = [column.combine_chunks().flatten().to_numpy(zero_copy_only=False) for column in read.columns]
    return dict(zip(table.column_names, values))


def is_left_out(type):
    return pa.types.is_float16(type) or pa.types.is_duration(type)


def differing_columns(dataset, found):
    differences = [] if found.keys() == dataset.variables.keys() else [f"columns {list(found)}"]
    for name, variable in dataset.variables.items():
        values = np.ascontiguousarray(variable.values).reshape(-1)
        if values.dtype.kind in "bc":
            values = values.view("i1" if values.dtype.kind == "b" else values.real.dtype)
        if not np.array_equal(found[name].astype(values.dtype), values, equal_nan=values.dtype.kind in "fcMm"):
            differences.append(f"{name}: {found[name]} is not {values}")
    return differences


serve(respond)
