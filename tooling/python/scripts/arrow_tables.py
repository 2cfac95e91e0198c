"""Arrow tables that arrow() is tried with: by name, or random by seed.

pyarrow makes tables of all types that apache-arrow reads; pandas, polars and DuckDB make what they make by default.
"""

import datetime
import decimal
import io

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

UNITS = ["s", "ms", "us", "ns"]
PLAIN = [
    pa.null(),
    pa.bool_(),
    *(getattr(pa, f"{sign}int{bits}")() for sign in ("", "u") for bits in (8, 16, 32, 64)),
    pa.float16(),
    pa.float32(),
    pa.float64(),
    pa.decimal128(38, 10),
    pa.decimal128(5, 2),
    pa.date32(),
    pa.date64(),
    *(pa.timestamp(unit, zone) for unit in UNITS for zone in (None, "UTC", "Africa/Johannesburg")),
    *(pa.duration(unit) for unit in UNITS),
    pa.time32("s"),
    pa.time32("ms"),
    pa.time64("us"),
    pa.time64("ns"),
    pa.month_day_nano_interval(),
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.binary(),
    pa.large_binary(),
    pa.binary_view(),
    pa.binary(3),
]
NESTED = [
    pa.list_(pa.int32()),
    pa.list_(pa.field("item", pa.float32(), nullable=False)),
    pa.large_list(pa.string()),
    pa.list_(pa.list_(pa.bool_())),
    pa.list_(pa.float64(), 3),
    pa.list_(pa.list_(pa.string(), 2), 2),
    pa.struct({"x": pa.float64(), "name": pa.string()}),
    pa.struct({"inner": pa.struct({"flags": pa.list_(pa.bool_())}), "none": pa.null()}),
    pa.list_(pa.struct({"time": pa.timestamp("ns"), "weight": pa.float16()})),
    pa.map_(pa.string(), pa.int64()),
    pa.map_(pa.int32(), pa.list_(pa.string())),
    pa.dense_union([pa.field("i", pa.int32()), pa.field("s", pa.string())]),
    pa.sparse_union([pa.field("f", pa.float64()), pa.field("b", pa.bool_())]),
    pa.dense_union([pa.field("i", pa.int8()), pa.field("l", pa.list_(pa.int64()))], [5, 2]),
    pa.list_(pa.dense_union([pa.field("i", pa.int32()), pa.field("s", pa.string())])),
    pa.dictionary(pa.int8(), pa.string()),
    pa.dictionary(pa.uint16(), pa.float64()),
    pa.dictionary(pa.int32(), pa.large_string(), ordered=True),
    pa.list_(pa.dictionary(pa.int16(), pa.string())),
    pa.struct({"band": pa.dictionary(pa.int32(), pa.string()), "n": pa.int64()}),
]
TEXTS = ["", "a", "SKA001", "Größe ☆", "🛰" * 5, "longer than the twelve bytes of a view", "x\0y"]
NUMBERS = {
    "f": [0.0, -0.0, 1.5, -2.25, float("nan"), float("inf"), float("-inf"), 65504.0],
    "i": [0, 1, -1],
    "u": [0, 1],
}


def sample(rng, type, count, nullable=True):
    """An array of that type: values of all sorts, and a fifth of them null."""
    valid = rng.random(count) > (0.2 if nullable else -1)

    def masked(values):
        return [value if ok else None for value, ok in zip(values, valid)]

    def offsets():
        # The list of a null is empty.
        return np.cumsum([0, *(rng.integers(0, 4, count) * valid)])

    if pa.types.is_map(type):
        ends = offsets()
        keys, items = (sample(rng, field.type, ends[-1], field.nullable) for field in (type.key_field, type.item_field))
        return pa.MapArray.from_arrays(pa.array([*masked(ends), ends[-1]], pa.int32()), keys, items, type)
    if pa.types.is_list(type) or pa.types.is_large_list(type):
        ends = offsets()
        items = sample(rng, type.value_type, ends[-1], type.value_field.nullable)
        kind, width = (pa.LargeListArray, pa.int64()) if pa.types.is_large_list(type) else (pa.ListArray, pa.int32())
        return kind.from_arrays(pa.array([*masked(ends), ends[-1]], width), items, type)
    if pa.types.is_fixed_size_list(type):
        items = sample(rng, type.value_type, count * type.list_size, type.value_field.nullable)
        return pa.FixedSizeListArray.from_arrays(items, type=type, mask=pa.array(~valid))
    if pa.types.is_struct(type):
        children = [sample(rng, field.type, count, field.nullable) for field in type]
        return pa.StructArray.from_arrays(children, fields=list(type), mask=pa.array(~valid))
    if pa.types.is_union(type):
        return sample_union(rng, type, count)
    if pa.types.is_dictionary(type):
        values = sample(rng, type.value_type, 4, nullable=False).unique()
        indices = pa.array(masked(rng.integers(0, len(values), count)), type.index_type)
        return pa.DictionaryArray.from_arrays(indices, values, ordered=type.ordered)
    return pa.array(masked(plain(rng, type, count)), type)


def sample_union(rng, type, count):
    codes = rng.choice(type.type_codes, count)
    names = [field.name for field in type]
    if type.mode == "sparse":
        children = [sample(rng, field.type, count) for field in type]
        return pa.UnionArray.from_sparse(pa.array(codes, pa.int8()), children, names, type.type_codes)
    places = np.zeros(count, "i4")
    for code in type.type_codes:
        places[codes == code] = np.arange(np.sum(codes == code))
    children = [sample(rng, field.type, np.sum(codes == code)) for field, code in zip(type, type.type_codes)]
    types = pa.array(codes, pa.int8())
    return pa.UnionArray.from_dense(types, pa.array(places), children, names, type.type_codes)


def plain(rng, type, count):
    """Values of a type without children."""
    if pa.types.is_null(type):
        return [None] * count
    if pa.types.is_boolean(type):
        return rng.integers(0, 2, count).astype(bool).tolist()
    if pa.types.is_floating(type):
        return rng.choice(NUMBERS["f"], count).astype(type.to_pandas_dtype())
    if pa.types.is_integer(type):
        limits = np.iinfo(type.to_pandas_dtype())
        return rng.choice(np.array([limits.min, limits.max, 0, 1, 42], limits.dtype), count)
    if pa.types.is_decimal(type):
        digits = 10 ** min(type.precision, 18)
        return [decimal.Decimal(int(n)).scaleb(-type.scale) for n in rng.integers(-digits + 1, digits, count)]
    if pa.types.is_date(type):
        return [datetime.date(1970, 1, 1) + datetime.timedelta(days=int(days)) for days in rng.integers(-9999, 99999, count)]
    if pa.types.is_time(type):
        seconds = rng.integers(0, 86_400, count)
        return [datetime.time(int(s) // 3600, int(s) // 60 % 60, int(s) % 60) for s in seconds]
    if pa.types.is_timestamp(type) or pa.types.is_duration(type):
        # As milliseconds they are safe integers, so that apache-arrow's `get` gives them.
        return rng.integers(-(2**42), 2**42, count).tolist()
    if pa.types.is_interval(type):
        return [pa.MonthDayNano(tuple(map(int, rng.integers(-1000, 1000, 3)))) for _ in range(count)]
    texts = rng.choice(TEXTS, count).tolist()
    if pa.types.is_fixed_size_binary(type):
        return [rng.bytes(type.byte_width) for _ in range(count)]
    is_text = pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type)
    return texts if is_text else [text.encode() for text in texts]


def every_type(rows=11, seed=18):
    rng = np.random.default_rng(seed)
    types = [*PLAIN, *NESTED]
    columns = [sample(rng, type, rows) for type in types]
    return pa.table(columns, [f"{index} {type}" for index, type in enumerate(types)])


def metadata():
    """Text beside the columns: of the schema, of fields, and of a field in a field."""
    item = pa.field("item", pa.int8(), nullable=False, metadata={"unit": "Jy"})
    fields = [
        pa.field("with space", pa.list_(item), metadata={"é": "☆", "": ""}),
        pa.field("twice", pa.int32(), nullable=False),
        pa.field("constructor", pa.string()),
        pa.field("10", pa.bool_()),
    ]
    schema = pa.schema(fields, {"scan": "9", "pandas": '{"index_columns": []}'})
    return pa.table([[[1], [], None], [1, 2, 3], ["a", None, "c"], [True, False, None]], schema=schema)


def dictionaries(*texts):
    """A batch for each of the lists, which is its dictionary."""
    arrays = [pa.DictionaryArray.from_arrays(pa.array([*range(len(values)), None], pa.int8()), pa.array(values)) for values in texts]
    return pa.Table.from_batches([pa.record_batch([array], ["band"]) for array in arrays])


def data_frame():
    index = pd.date_range("2026-11-25", periods=4, tz="UTC", name="time")
    columns = {
        "antenna": pd.Categorical(["SKA001", "SKA002", "SKA001", None]),
        "power": [1.5, np.nan, 3.5, -0.0],
        "scan": pd.array([1, None, 3, 4], "Int64"),
        "name": ["a", "é", None, "🛰"],
    }
    return pd.DataFrame(columns, index=index)


def polars_frame():
    return pl.DataFrame(
        {
            "i": pl.Series([1, None, 3], dtype=pl.Int64),
            "u": pl.Series([1, 2, 255], dtype=pl.UInt8),
            "f": [1.5, None, float("nan")],
            "text": ["a", None, "longer than the twelve bytes of a view"],
            "bytes": [b"", b"\xff\x00", None],
            "flag": [True, None, False],
            "day": pl.Series([0, None, 20_000], dtype=pl.Date),
            "time": pl.Series([0, None, 1_764_028_800_000_000], dtype=pl.Datetime("us", "UTC")),
            "span": pl.Series([-1, None, 5], dtype=pl.Duration("ns")),
            "clock": pl.Series([0, None, 5], dtype=pl.Time),
            "band": pl.Series(["mid", None, "low"], dtype=pl.Categorical),
            "mode": pl.Series(["on", None, "off"], dtype=pl.Enum(["off", "on"])),
            "price": pl.Series(["1.50", None, "-2.25"]).cast(pl.Decimal(20, 2)),
            "list": [[1.0, None], None, []],
            "array": pl.Series([[1, 2], [3, 4], None], dtype=pl.Array(pl.Int16, 2)),
            "struct": [{"a": 1, "b": "x"}, {"a": None, "b": None}, {"a": 3, "b": "☆"}],
        }
    )


def duckdb_table():
    return duckdb.sql(
        """select * from (values
          (1::tinyint, 2::hugeint, 1.5::float, 1.25::decimal(9, 2), 'é', '\\xAB'::blob, true, date '2026-11-25',
           timestamp '2026-11-25 10:00:00', timestamp_ns '2026-11-25 10:00:00.123456789', time '10:11:12', interval '1 month 2 days',
           [1, 2], {'a': 1, 'b': 'x'}, map {'k': 1}, 'mid'::enum('low', 'mid'), uuid '00000000-0000-0000-0000-000000000001',
           union_value(num := 1)),
          (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
        ) as made(i, huge, f, price, text, bytes, flag, day, time, exact_time, clock, span, list, struct, map, mode, id, either)"""
    ).to_arrow_table()


TABLES = {
    "every-type": every_type,
    "every-type-long": lambda: every_type(1_000, seed=19),
    "metadata": metadata,
    "nameless": lambda: pa.table({"": [1, 2], "x": ["a", None]}),
    "delta-dictionaries": lambda: dictionaries(["low"], ["low", "mid"], ["low", "mid", "high"]),
    "replaced-dictionaries": lambda: dictionaries(["low"], ["mid", "high"], ["x"]),
    # Arquero reads no scale below 0.
    "negative-scale": lambda: pa.table({"price": sample(np.random.default_rng(20), pa.decimal128(5, -2), 11)}),
    "no-columns": lambda: pa.table({}),
    "pandas": lambda: pa.Table.from_pandas(data_frame()),
    "duckdb": duckdb_table,
}

# What is done to a table before it is written.
VARIANTS = {
    "whole": lambda table: table,
    "slice": lambda table: table.slice(3, 6),
    "batches": lambda table: pa.concat_tables([table.slice(0, 3), table.slice(0, 0), table.slice(3)]),
    "no-rows": lambda table: table.slice(0, 0),
}


def random_table(seed):
    """Up to six columns of any types in up to three batches."""
    rng = np.random.default_rng(seed)
    types = [random_type(rng, depth=3) for _ in range(rng.integers(1, 7))]
    fields = [pa.field(f"c{index}", type, bool(rng.random() < 0.8)) for index, type in enumerate(types)]
    # Without a dictionary a column can have another one in each batch, and files cannot replace them.
    batches = 1 if any("dictionary" in str(type) for type in types) else rng.integers(1, 4)
    schema = pa.schema(fields)
    return pa.Table.from_batches(
        [
            pa.record_batch([sample(rng, field.type, rows, field.nullable) for field in fields], schema)
            for rows in map(int, rng.choice([0, 1, 2, 7, 8, 9, 40], batches))
        ]
    )


def random_type(rng, depth):
    kind = rng.choice(["plain", "list", "large", "fixed", "struct", "map", "union", "dictionary"]) if depth > 0 else "plain"

    def field(name, nullable=None):
        type = random_type(rng, depth - 1)
        return pa.field(name, type, bool(rng.random() < 0.8) if nullable is None else nullable)

    match kind:
        case "list":
            return pa.list_(field("item"))
        case "large":
            return pa.large_list(field("item"))
        case "fixed":
            return pa.list_(field("item"), int(rng.integers(1, 4)))
        case "struct":
            return pa.struct([field(name) for name in "ab"[: rng.integers(1, 3)]])
        case "map":
            return pa.map_(pa.string(), field("value"))
        case "union":
            return rng.choice([pa.dense_union, pa.sparse_union])([field("l", True), field("r", True)])
        case "dictionary":
            return pa.dictionary(pa.int16(), PLAIN[rng.integers(2, len(PLAIN))])
    # The type null may not be "not null".
    return PLAIN[rng.integers(1, len(PLAIN))]


def write(table, format="stream", compression=None):
    """What pyarrow writes: with deltas of dictionaries, for files cannot replace them."""
    sink = io.BytesIO()
    new = pa.ipc.new_file if format == "file" else pa.ipc.new_stream
    options = pa.ipc.IpcWriteOptions(compression=compression, emit_dictionary_deltas=True)
    with new(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def read(data):
    opened = pa.ipc.open_file(data) if data[:6] == b"ARROW1" else pa.ipc.open_stream(data)
    table = opened.read_all()
    table.validate(full=True)
    return table
