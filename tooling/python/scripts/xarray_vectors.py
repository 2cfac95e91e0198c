"""Writes the test vectors of codec-xarray and codec-xarray-dict.

Each gets a file for each Dataset and manifest.json, which tells what is in them: xarray's own text, and for each variable
dims, dtype, shape and the values, text as lists and all else as the hex digits of its bytes. With --check it compares the
files instead of writing them.
"""

import hashlib
import io
import json

import duckdb
import msgpack
import msgpack_numpy
import numpy as np
import polars as pl
import pyarrow as pa
import xarray as xr
from vector_files import write_or_check
from wire_formats import FORMATS
from xarray_datasets import DATASETS, attributes, data_arrays, random_dataset

encode = FORMATS["xarray"]["encode"]
encode_dict = FORMATS["xarray_dict"]["encode"]

RANDOM = [5, 13, 33]


ARROW = "packages/codec-xarray/test/vectors"
DICT = "packages/codec-xarray-dict/test/vectors"


def main():
    arrow = {f"{name}.arrow": (make(), encode(make())) for name, make in DATASETS.items()}
    # These of the random Datasets that the integration tests try have what no other vector has.
    for seed in RANDOM:
        arrow[f"random-{seed}.arrow"] = (random_dataset(seed), encode(random_dataset(seed)))
    for name, array in data_arrays().items():
        arrow[f"data-array-{name}.arrow"] = (as_dataset(array), encode_table(array))
    dicts = {f"{name}.msgpack": without_times(make()) for name, make in DATASETS.items() if name != "object-text"}
    dicts["attributes.msgpack"] = attributes(reserved_names=False)
    dicts = {name: (dataset, encode_dict(dataset)) for name, dataset in dicts.items()}
    array = data_arrays()["grid"].drop_vars("time")
    dicts["data-array.msgpack"] = (as_dataset(array), encode_dict(array))

    files = vector_files(ARROW, arrow) | vector_files(DICT, dicts)
    for folder, streams in {"refused": refused_streams(), "nulls": null_times(), "foreign": foreign_streams()}.items():
        files |= {f"{ARROW}/{folder}/{name}.arrow": data for name, data in streams.items()}
    for name, value in refused_dicts().items():
        files[f"{DICT}/refused/{name}.msgpack"] = msgpack.packb(value, default=msgpack_numpy.encode)
    write_or_check(files)


def encode_table(array):
    table = pa.table(array)
    return write_stream(table.schema, table.to_batches())


def refused_streams():
    """Streams that are Arrow, but not a Dataset."""
    good = encode(xr.Dataset({"v": ("x", [1.0, 2.0])}))
    table = pa.ipc.open_stream(good).read_all()
    metadata = table.schema.metadata
    description = json.loads(metadata[b"xarray"])

    def stream(column, batches=1, name="v", options=None, **changes):
        schema = pa.schema([(name, column.type)], {**metadata, **changes})
        return write_stream(schema, [pa.record_batch([column], schema)] * batches, options)

    def described(**changes):
        variable = {**description["data_vars"]["v"], **changes}
        return json.dumps({**description, "data_vars": {"v": variable}})

    def lists(values, type=None):
        return pa.array([values], pa.list_(type or pa.float64()))

    column = lists([1.0, 2.0])
    twice = pa.schema([("v", column.type), ("v", column.type)], metadata)
    deep = json.loads("[" * 600 + "]" * 600)
    return {
        "two-batches": stream(column, batches=2),
        "two-rows": stream(pa.array([[1.0], [2.0]])),
        "compressed": stream(lists([0.0] * 1000), options=pa.ipc.IpcWriteOptions(compression="lz4")),
        "dictionary": stream(pa.array(["a"]).dictionary_encode()),
        "time-zone": stream(lists([1, 2], pa.timestamp("s", tz="UTC"))),
        "nested-lists": stream(lists([[1.0], [2.0]], pa.list_(pa.float64()))),
        "float-nulls": stream(lists([1.0, None])),
        "other-version": stream(column, **{"dataqueue:version": "2"}),
        "no-description": write_stream(pa.schema([("v", column.type)]), [pa.record_batch([column], ["v"])]),
        "not-json": stream(column, xarray="{'data_vars': None}"),
        "missing-column": stream(column, name="w"),
        "extra-column": stream(column, xarray=json.dumps({**description, "data_vars": {}})),
        "same-column-twice": write_stream(twice, [pa.record_batch([column, column], twice)]),
        "other-shape": stream(column, xarray=described(shape=[3])),
        "other-dims": stream(column, xarray=described(dims=["x", "y"])),
        "other-sizes": stream(column, xarray=json.dumps({**description, "dims": {"x": 3}})),
        "other-dtype": stream(column, xarray=described(dtype="float32")),
        "raw-bytes": stream(column, xarray=described(dtype="|V8")),
        "deep-attrs": stream(column, xarray=json.dumps({**description, "attrs": {"deep": deep}})),
    }


def null_times():
    """Four times of which the first and the third are null, with 0 and 5 in their slots: whatever was there, but not NaT."""
    slots = [pa.py_buffer(bytes([0b1010])), pa.py_buffer(np.array([0, 1_709_164_800_000_000, 5, 7]).tobytes())]
    times = xr.DataArray(np.zeros(4, "M8[us]"), dims="t", name="when")
    column = pa.Array.from_buffers(pa.timestamp("us"), 4, slots, null_count=2)
    columns = {
        "data-array": (column, pa.table(times)),
        "dataset": (pa.ListArray.from_arrays([0, 4], column), pa.ipc.open_stream(encode(times.to_dataset())).read_all()),
    }
    streams = {}
    for name, (column, table) in columns.items():
        schema = pa.schema([("when", column.type)], table.schema.metadata)
        streams[name] = write_stream(schema, [pa.record_batch([column], schema)])
    return streams


def foreign_streams():
    """Streams of tables that pyarrow, polars and DuckDB write, each with a column "odd" that no variable can be."""
    types = {
        "large-list": pa.large_list(pa.float64()),
        "list-view": pa.list_view(pa.float64()),
        "large-list-view": pa.large_list_view(pa.float64()),
        "fixed-size-list": pa.list_(pa.float64(), 2),
        "list-of-large-text": pa.list_(pa.large_string()),
        "list-of-decimal": pa.list_(pa.decimal128(5, 2)),
        "list-of-dictionary": pa.list_(pa.dictionary(pa.int8(), pa.string())),
        "list-of-large-list": pa.list_(pa.large_list(pa.int8())),
        "large-text": pa.large_string(),
        "text-view": pa.string_view(),
        "large-binary": pa.large_binary(),
        "binary-view": pa.binary_view(),
        "fixed-size-binary": pa.binary(4),
        "dictionary": pa.dictionary(pa.int32(), pa.string()),
        "decimal": pa.decimal128(5, 2),
        "decimal-256": pa.decimal256(50, 2),
        "date": pa.date32(),
        "date-64": pa.date64(),
        "time": pa.time32("s"),
        "time-zone": pa.timestamp("us", tz="Europe/Berlin"),
        "interval": pa.month_day_nano_interval(),
        "struct": pa.struct([("a", pa.int8())]),
        "map": pa.map_(pa.string(), pa.int8()),
        "union": pa.dense_union([pa.field("a", pa.int8()), pa.field("b", pa.string())]),
        "run-end-encoded": pa.run_end_encoded(pa.int32(), pa.float64()),
        "null": pa.null(),
    }
    streams = {f"pyarrow-{name}": write_stream(pa.schema([("fine", pa.float64()), ("odd", type)]), []) for name, type in types.items()}
    plain = pl.DataFrame({"fine": [1.0, 2.0]})
    columns = {
        "text": pl.Series(["a", "b"]),
        "lists": pl.Series([[1.0], [2.0]]),
        "arrays": pl.Series([[1.0], [2.0]], dtype=pl.Array(pl.Float64, 1)),
        "categories": pl.Series(["a", "b"], dtype=pl.Categorical),
        "decimal": pl.Series(["1.5", "2"]).cast(pl.Decimal(5, 2)),
        "date": pl.Series([1, 2]).cast(pl.Date),
        "struct": pl.Series([{"a": 1}, {"a": 2}]),
    }
    for name, column in columns.items():
        streams[f"polars-{name}"] = polars_stream(plain.with_columns(column.alias("odd")))
    streams["polars-text-oldest"] = polars_stream(plain.with_columns(odd=columns["text"]), compat_level=pl.CompatLevel.oldest())
    streams["polars-numbers"] = polars_stream(plain)
    selected = {
        "decimal": "1.5",
        "date": "date '2026-01-02'",
        "time": "time '01:02:03'",
        "interval": "interval 1 day",
        "enum": "'a'::enum('a', 'b')",
        "struct": "{'a': 1}",
        "map": "map {'a': 1}",
        "array": "[1.0, 2.0]::double[2]",
    }
    for name, value in selected.items():
        table = duckdb.sql(f"select 1.5::double as fine, {value} as odd").to_arrow_table()
        streams[f"duckdb-{name}"] = write_stream(table.schema, table.to_batches())
    compressed = pa.ipc.open_stream(encode(xr.Dataset({"v": ("x", [0.0] * 1000)}))).read_all()
    for compression in ["lz4", "zstd"]:
        options = pa.ipc.IpcWriteOptions(compression=compression)
        streams[f"pyarrow-{compression}"] = write_stream(compressed.schema, compressed.to_batches(), options)
    views = pa.schema([("odd", pa.string_view())])
    return streams | {"pyarrow-text-view-with-values": write_stream(views, [pa.record_batch([pa.array(["a" * 20], pa.string_view())], views)])}


def polars_stream(frame, **options):
    sink = io.BytesIO()
    frame.write_ipc_stream(sink, **options)
    return sink.getvalue()


def refused_dicts():
    """msgpack-numpy, but not the dict of a Dataset."""
    good = xr.Dataset({"v": ("x", [1.0, 2.0])}, coords={"x": ["a", "b"]}).to_dict(data="array")

    def with_variable(**changes):
        return {**good, "data_vars": {"v": {**good["data_vars"]["v"], **changes}}}

    return {
        "reserved-name": attributes().to_dict(data="array"),
        "lists": xr.Dataset({"v": ("x", [1.0, 2.0])}).to_dict(data="list"),
        "metrics": {"data_type": "spectrum", "data": [{"power": np.array([1.5])}]},
        "array": np.array([1.0]),
        "records": with_variable(data=np.zeros(2, [("a", "f8")])),
        "other-size": with_variable(data=np.array([1.0])),
        "other-dims": with_variable(dims=["x", "y"]),
        "no-dims": with_variable(dims=None),
        "no-data": {**good, "data_vars": {"v": {"dims": ["x"], "attrs": {}}}},
        "items-without-width": with_variable(dims=["z"], data={b"nd": True, b"type": "|S0", b"kind": b"", b"shape": [2**40], b"data": b""}),
        "coords-of-text": {**good, "coords": "x"},
        "attrs-of-text": with_variable(attrs="Jy"),
    }


def write_stream(schema, batches, options=None):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=options) as stream:
        for batch in batches:
            stream.write_batch(batch)
    return sink.getvalue().to_pybytes()


def as_dataset(array):
    return array.to_dataset(name=array.name or "__xarray_dataarray_variable__")


def without_times(dataset):
    """msgpack-numpy cannot encode datetime64 and timedelta64; the SKA data models leave them out too."""
    return dataset.drop_vars([name for name, variable in dataset.variables.items() if variable.dtype.kind in "Mm"])


def vector_files(folder, vectors):
    """The messages by their path, and the manifest that tells what is in them."""
    entries = [
        {"file": file, "sha256": hashlib.sha256(data).hexdigest(), **describe(dataset)} for file, (dataset, data) in vectors.items()
    ]
    manifest = {"xarray": xr.__version__, "pyarrow": pa.__version__, "vectors": entries}
    messages = {f"{folder}/{file}": data for file, (_, data) in vectors.items()}
    return messages | {f"{folder}/manifest.json": json.dumps(manifest, indent=1) + "\n"}


def describe(dataset):
    with xr.set_options(display_expand_data=False):
        return {
            "text": str(dataset),
            "first": str(dataset[next(iter(dataset.data_vars))]) if dataset.data_vars else None,
            "sizes": dict(dataset.sizes),
            "coords": {name: describe_variable(dataset[name]) for name in dataset.coords},
            "dataVars": {name: describe_variable(dataset[name]) for name in dataset.data_vars},
        }


def describe_variable(array):
    values = array.values
    if values.dtype.kind == "O":
        values = values.astype("U")
    values = values.astype(values.dtype.newbyteorder("<"))
    text = values.dtype.kind == "U"
    data = values.ravel().tolist() if text else values.tobytes().hex()
    return {"dims": array.dims, "dtype": values.dtype.str, "shape": values.shape, "data": data}


if __name__ == "__main__":
    main()
