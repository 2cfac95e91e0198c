"""Writes the test vectors of codec-arrow.

Each is an Arrow stream or file that pyarrow, polars or DuckDB wrote. manifest.json tells what is in it: the name and type
of each column, as pyarrow prints them, and its values in the form of `plain`. With --check it compares the files instead
of writing them.
"""

import datetime
import decimal
import io
import json

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from vector_files import manifest, rows, write_or_check

FOLDER = "packages/codec-arrow/test/vectors"

INTEGERS = [f"{sign}int{bits}" for sign in ["", "u"] for bits in [8, 16, 32, 64]]


V4 = pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4)


def main():
    vectors = {**streams(), **files(), **polars_vectors(), **duckdb_vectors()}
    described = {name: describe(data) for name, data in vectors.items()}
    refused = refused_vectors()
    contents = {f"{FOLDER}/{name}": data for name, data in vectors.items()}
    contents |= {f"{FOLDER}/refused/{name}": data for name, data in refused.items()}
    made_by = json.dumps(manifest("pyarrow", "polars", "duckdb"))
    write_or_check(contents | {f"{FOLDER}/manifest.json": f'{{"made": {made_by},\n{rows("vectors", described)}\n}}\n'})


def streams():
    """What pyarrow writes as a stream, each type with values, nulls, and in the second batch a slice of the first."""
    tables = {name: pa.table({"fine": pa.array(range(len(column)), pa.int32()), "odd": column}) for name, column in columns().items()}
    return {f"pyarrow-{name}.arrows": two_batches(table) for name, table in tables.items()} | special_streams()


def columns():
    text = ["a", None, "", "Grüße, 世界", "longer than twelve bytes", "x" * 30]
    binary = [None if item is None else item.encode() for item in text]
    numbers = {f"{name}": pa.array(extremes(name), name) for name in INTEGERS}
    floats = {name: pa.array(np.array([1.5, -0.0, np.inf, np.nan, 0, 65504], dtype), mask=np.array([0, 0, 0, 0, 1, 0], bool)) for name, dtype in [("float16", "f2"), ("float32", "f4"), ("float64", "f8")]}
    seconds = [0, None, 1_700_000_000, -1, 86_400, 253_402_300_799]
    times = {f"timestamp-{unit}": pa.array([None if item is None else item * factor for item in seconds], pa.timestamp(unit)) for unit, factor in [("s", 1), ("ms", 1000), ("us", 10**6)]}
    durations = {f"duration-{unit}": pa.array([1, None, -5, 2**62, 0], pa.duration(unit)) for unit in ["s", "ms", "us", "ns"]}
    decimals = {f"decimal{bits}": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("0.25"), decimal.Decimal(f"{10 ** (digits - 3) - 1}.99")], type) for bits, digits, type in [(32, 9, pa.decimal32(9, 2)), (64, 18, pa.decimal64(18, 2)), (128, 38, pa.decimal128(38, 2))]}
    pairs = [("a", pa.int8()), ("b", pa.string())]
    structs = [{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, {"a": 3, "b": None}]
    dense = pa.UnionArray.from_dense(pa.array([0, 1, 0, 1], pa.int8()), pa.array([0, 0, 1, 1], pa.int32()), [pa.array([1, None], pa.int16()), pa.array(["x", "y"])], ["n", "t"])
    sparse = pa.UnionArray.from_sparse(pa.array([5, 9, 5], pa.int8()), [pa.array([1, 0, None], pa.int16()), pa.array(["", "y", ""])], ["n", "t"], [5, 9])
    words = pa.array(["red", "green", None, "red", "blue"])
    return {
        **numbers,
        **floats,
        **times,
        **durations,
        **decimals,
        "bool": pa.array([True, False, None] * 5),
        "null": pa.nulls(5),
        "text": pa.array(text),
        "large-text": pa.array(text, pa.large_string()),
        "text-view": pa.array(text, pa.string_view()),
        "binary": pa.array(binary, pa.binary()),
        "large-binary": pa.array(binary, pa.large_binary()),
        "binary-view": pa.array(binary, pa.binary_view()),
        "fixed-size-binary": pa.array([b"abc", None, b"\0\xff\0"], pa.binary(3)),
        "fixed-size-binary-of-none": pa.array([b"", None, b""], pa.binary(0)),
        "date32": pa.array([0, None, 20_000, -1], pa.int32()).cast(pa.date32()),
        "date64": pa.array([0, None, 86_400_000 * 20_000], pa.int64()).cast(pa.date64()),
        "time32-s": pa.array([1, None, 86_399], pa.int32()).cast(pa.time32("s")),
        "time32-ms": pa.array([1, None, 86_399_999], pa.int32()).cast(pa.time32("ms")),
        "time64-us": pa.array([1, None, 86_399_999_999], pa.int64()).cast(pa.time64("us")),
        "time64-ns": pa.array([1, None, 86_399_999_999_999], pa.int64()).cast(pa.time64("ns")),
        "timestamp-ns": pa.array([0, None, 1_700_000_000_500_000_000], pa.timestamp("ns")),
        "timestamp-zone": pa.array([0, None, 1_700_000_000_000_000], pa.timestamp("us", tz="Europe/Berlin")),
        "interval": pa.array([(1, 2, 3), None, (-1, 0, 2**40)], pa.month_day_nano_interval()),
        "list": pa.array([[1, None], None, [], [2, 3]], pa.list_(pa.int16())),
        "large-list": pa.array([["a"], None, [], ["b", None]], pa.large_list(pa.string())),
        "fixed-size-list": pa.array([[1.0, None], None, [2.0, 3.0]], pa.list_(pa.float32(), 2)),
        "fixed-size-list-of-none": pa.array([[], [], None], pa.list_(pa.int8(), 0)),
        "list-of-lists": pa.array([[[1], []], None, [None, [2, 3]]], pa.list_(pa.list_(pa.int64()))),
        "struct": pa.array(structs, pa.struct(pairs)),
        "struct-of-none": pa.array([{}, None, {}], pa.struct([])),
        "map": pa.array([[("a", 1), ("b", None)], None, []], pa.map_(pa.string(), pa.int32())),
        "dense-union": dense,
        "sparse-union": sparse,
        "dictionary": words.dictionary_encode(),
        "dictionary-uint8": words.cast(pa.dictionary(pa.uint8(), pa.string())),
        "dictionary-of-numbers": pa.array([1.5, None, 1.5, 2.5]).dictionary_encode(),
        "list-of-dictionary": pa.array([["a", "b"], None, ["a"]], pa.list_(pa.dictionary(pa.int16(), pa.string()))),
        "dictionary-of-lists": pa.DictionaryArray.from_arrays(pa.array([1, 0, None, 1], pa.int8()), pa.array([["a"], ["b", "c"]])),
        "dictionary-in-dictionary": pa.DictionaryArray.from_arrays(
            pa.array([1, 0, 1], pa.int8()), pa.StructArray.from_arrays([pa.array(["x", "y"]).dictionary_encode()], ["inner"])
        ),
        "deep": pa.array([[{"m": [("k", [1, None])]}], None, [None, {"m": None}]], pa.list_(pa.struct([("m", pa.map_(pa.string(), pa.list_(pa.uint8())))]))),
    }


def extremes(name):
    info = np.iinfo(name)
    return [int(info.min), None, 0, 1, int(info.max)]


def special_streams():
    column = pa.array(["a", "b", "a"]).dictionary_encode()
    shorter = pa.DictionaryArray.from_arrays(pa.array([0, 0, None], pa.int32()), pa.array(["a"]))
    longer = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2], pa.int32()), pa.array(["a", "b", "c"]))
    other = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0], pa.int32()), pa.array(["y", "z"]))
    schema = pa.schema([("word", column.type)])
    deltas = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    described = pa.schema([pa.field("v", pa.int8(), False, {"unit": "Jy", "": ""})], {"made": "here", "é": "世"})
    number = pa.array([1, 2], pa.int8())
    return {
        "pyarrow-dictionary-deltas.arrows": stream(schema, [pa.record_batch([each], schema) for each in [shorter, longer]], deltas),
        "pyarrow-dictionary-replaced.arrows": stream(schema, [pa.record_batch([each], schema) for each in [column, other]]),
        "pyarrow-version-4.arrows": two_batches(pa.table({"t": columns()["text"], "n": pa.nulls(6)}), V4),
        "pyarrow-metadata.arrows": stream(described, [pa.record_batch([number], described)]),
        "pyarrow-batch-metadata.arrows": with_batch_metadata(described, pa.record_batch([number], described)),
        "pyarrow-no-batches.arrows": stream(pa.schema([("v", pa.float64()), ("t", pa.string())]), []),
        "pyarrow-no-rows.arrows": stream(described, [pa.record_batch([number[:0]], described)]),
        "pyarrow-no-columns.arrows": stream(pa.schema([]), [pa.record_batch([], schema=pa.schema([]))]),
    }


def files():
    """What pyarrow writes as a file, which is also Feather's second version."""
    mixed = pa.table({name: columns()[name][:3] for name in ["int64", "text", "list", "dictionary", "dense-union"]})
    types = {**columns(), "mixed": None}
    tables = {name: mixed if column is None else pa.table({"odd": column}) for name, column in types.items() if name in ["mixed", "text-view", "dictionary-in-dictionary"]}
    return {f"pyarrow-{name}.arrow": two_batches(table, writer=pa.ipc.new_file) for name, table in tables.items()} | {
        "pyarrow-no-batches.arrow": stream(mixed.schema, [], writer=pa.ipc.new_file)
    }


def polars_vectors():
    day = datetime.date(2026, 1, 2)
    frame = pl.DataFrame(
        {
            "number": pl.Series([1, None, 3], dtype=pl.Int64),
            "text": ["a", None, "longer than twelve bytes"],
            "category": pl.Series(["x", "y", "x"], dtype=pl.Categorical),
            "level": pl.Series(["low", "high", None], dtype=pl.Enum(["low", "high"])),
            "list": [[1.0], None, []],
            "array": pl.Series([[1, 2], [3, 4], None], dtype=pl.Array(pl.Int16, 2)),
            "struct": [{"a": 1}, {"a": None}, {"a": 3}],
            "day": [day, None, day],
            "moment": [datetime.datetime(2026, 1, 2, 3, 4, 5), None, None],
            "time": [datetime.time(1, 2, 3), None, datetime.time(23, 59)],
            "flag": [True, None, False],
            "raw": [b"a", None, b"\0"],
            "decimal": pl.Series(["1.5", None, "2"]).cast(pl.Decimal(10, 2)),
            "nothing": pl.Series([None, None, None], dtype=pl.Null),
        }
    )
    written = {}
    for name, options in {"": {}, "-oldest": {"compat_level": pl.CompatLevel.oldest()}}.items():
        for suffix, write in {"arrows": frame.write_ipc_stream, "arrow": frame.write_ipc}.items():
            sink = io.BytesIO()
            write(sink, compression="uncompressed", **options)
            written[f"polars{name}.{suffix}"] = sink.getvalue()
    return written


def duckdb_vectors():
    query = """
        select i as number, i::double / 4 as half, case when i % 2 = 0 then 'text ' || i end as words, (i % 2 = 0) as flag,
            (case when i = 1 then 'a' else 'b' end)::enum('a', 'b') as level, [i, i + 1] as list, {'a': i, 'b': 'x'} as struct,
            map {'k': i} as map, [i::float, 0]::float[2] as array, i::decimal(10, 2) as decimal, date '2026-01-02' as day,
            time '01:02:03' as time, timestamp '2026-01-02 03:04:05' as moment, i::hugeint::varchar::blob as raw,
            union_value(n := i::int) as either
        from range(3) as t(i)
    """
    table = duckdb.sql(query).to_arrow_table()
    return {"duckdb.arrows": stream(table.schema, table.to_batches())}


def refused_vectors():
    """Streams and files that apache-arrow cannot read, or reads as something else."""
    numbers = pa.table({"v": pa.array([0] * 1000, pa.int64())})
    lz4, zstd = (pa.ipc.IpcWriteOptions(compression=name) for name in ["lz4", "zstd"])
    legacy = pa.ipc.IpcWriteOptions(use_legacy_format=True, metadata_version=pa.ipc.MetadataVersion.V4)
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([2, 5], pa.int32()), pa.array(["a", "b"]))
    twice = pa.schema([("v", pa.int8()), ("v", pa.string())])
    wide = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int64()), pa.array(["a"]))
    return {
        "lz4.arrows": stream(numbers.schema, numbers.to_batches(), lz4),
        "zstd.arrow": stream(numbers.schema, numbers.to_batches(), zstd, pa.ipc.new_file),
        "legacy.arrows": stream(numbers.schema, [], legacy),
        "run-end-encoded.arrows": stream_of(runs),
        "union-version-4.arrows": two_batches(pa.table({"odd": columns()["sparse-union"]}), V4),
        "list-view.arrows": stream_of(pa.array([[1]], pa.list_view(pa.int8()))),
        "large-list-view.arrows": stream_of(pa.array([[1]], pa.large_list_view(pa.int8()))),
        "dictionary-int64.arrows": stream_of(wide),
        "same-name-twice.arrows": stream(twice, [pa.record_batch([pa.array([1], pa.int8()), pa.array(["a"])], twice)]),
        "far-time.arrows": stream_of(pa.array([2**63 - 1, 0], pa.timestamp("us"))),
    }


def with_batch_metadata(schema, batch):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(batch, custom_metadata={"batch": "first"})
    return sink.getvalue().to_pybytes()


def stream_of(column):
    table = pa.table({"odd": column})
    return stream(table.schema, table.to_batches())


def two_batches(table, options=None, writer=pa.ipc.new_stream):
    """The table, and a slice of it from its second row on."""
    return stream(table.schema, [*table.to_batches(), *table.slice(1).to_batches()], options, writer)


def stream(schema, batches, options=None, writer=pa.ipc.new_stream):
    sink = pa.BufferOutputStream()
    with writer(sink, schema, options=options) as target:
        for batch in batches:
            target.write_batch(batch)
    return sink.getvalue().to_pybytes()


def describe(data):
    table = (pa.ipc.open_file if data.startswith(b"ARROW1") else pa.ipc.open_stream)(data).read_all()
    table.validate(full=True)
    fields = [{"name": field.name, "type": str(field.type), "values": [plain(item) for item in column]} for field, column in zip(table.schema, table.columns)]
    return {"rows": table.num_rows, "columns": fields}


def plain(scalar):
    """A value in JSON: integers as text, bytes as hex digits, times as apache-arrow's get gives them, maps as pairs."""
    type = scalar.type
    if isinstance(scalar, pa.UnionScalar):
        return plain(scalar.value) if scalar.is_valid else None
    if not scalar.is_valid:
        return None
    if pa.types.is_dictionary(type):
        return plain(scalar.value if isinstance(scalar.value, pa.Scalar) else scalar.dictionary[scalar.index.as_py()])
    if isinstance(scalar, pa.MapScalar):
        return [[plain(entry["key"]), plain(entry["value"])] for entry in scalar.values]
    if isinstance(scalar, (pa.ListScalar, pa.LargeListScalar, pa.FixedSizeListScalar)):
        return [plain(item) for item in scalar.values]
    if isinstance(scalar, pa.StructScalar):
        return {name: plain(item) for name, item in scalar.items()}
    if pa.types.is_interval(type):
        return interval(*scalar.as_py())
    if pa.types.is_date(type) or pa.types.is_timestamp(type):
        scales = {"day": 86_400_000, "s": 1000, "ms": 1, "us": 1e-3, "ns": 1e-6}
        return number(scalar.value * scales["day" if type == pa.date32() else "ms" if type == pa.date64() else type.unit])
    if pa.types.is_time(type) or pa.types.is_duration(type):
        return str(scalar.value)
    if pa.types.is_decimal(type):
        return str(int(scalar.as_py().scaleb(type.scale, decimal.Context(prec=76))))
    value = scalar.as_py()
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, int) else number(value)


def interval(months, days, nanoseconds):
    """The four int32 that apache-arrow gives: the nanoseconds are two of them."""
    return [str(item) for item in [months, days, *np.array([nanoseconds], "i8").view("i4").tolist()]]


def number(value):
    """JSON has no NaN and no infinity."""
    value = float(value)
    return value if np.isfinite(value) else str(value)


if __name__ == "__main__":
    main()
