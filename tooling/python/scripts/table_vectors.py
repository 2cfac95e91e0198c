"""Writes the test vectors of codec-arrow's Tables: ordinary tables of pandas, polars, DuckDB and pyarrow as Arrow streams.

manifest.json tells what pandas' `to_xarray()` makes of each, as xarray_vectors.py describes variables; the coordinate that
numbers the rows is left out. Those in the folder `refused` have what no Dataset can hold. With --check it compares the files
instead of writing them.
"""

import hashlib
import json

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from vector_files import manifest, write_or_check
from xarray_vectors import describe_variable, polars_stream, write_stream

FOLDER = "packages/codec-arrow/test/vectors/tables"
ROWS = 21


def main():
    entries, files = [], {}
    for name, (stream, frame) in tables().items():
        files[f"{FOLDER}/{name}.arrow"] = stream
        digest = hashlib.sha256(stream).hexdigest()
        entries.append({"file": f"{name}.arrow", "sha256": digest, "dim": frame.index.name or "index", "variables": describe(frame)})
    for name, table in refused().items():
        files[f"{FOLDER}/refused/{name}.arrow"] = write_stream(table.schema, table.to_batches())
    made = manifest("pandas", "polars", "duckdb", "pyarrow", "xarray")
    write_or_check(files | {f"{FOLDER}/manifest.json": json.dumps({**made, "tables": entries}, indent=1) + "\n"})


def describe(frame):
    dataset = frame.to_xarray()
    if frame.index.name is None:
        dataset = dataset.drop_vars("index")
    return {name: describe_variable(plain(dataset[name])) for name in dataset.variables}


def plain(array):
    """Objects that are bytes as numpy's S, and pandas' categories as their values."""
    values = np.asarray(array.values, dtype=object if array.dtype == "category" else None)
    if values.dtype.kind == "O" and len(values) > 0 and all(isinstance(value, bytes) for value in values):
        values = values.astype("S")
    return array.copy(data=values)


def tables():
    """Each stream by its name, and the pandas DataFrame of the same table."""
    numbers = pd.DataFrame({np.dtype(code).name: np.arange(ROWS).astype(code) for code in "bBhHiIqQefd?"})
    times = pd.DataFrame({f"{kind}_{unit}": some_times(kind, unit) for kind in "Mm" for unit in ["s", "ms", "us", "ns"]})
    gaps = pd.DataFrame({f"float{bits}": with_gaps(np.arange(ROWS).astype(f"f{bits // 8}"), np.nan) for bits in [16, 32, 64]})
    words = [["SKA001", "é", "", "𝔘🛰", "Mid"][row % 5] for row in range(ROWS)]
    text = pd.DataFrame({"text": words, "category": pd.Categorical(words), "long": [word * 9 for word in words]})
    timed = pd.DataFrame({"time": some_times("M", "us"), "power": np.linspace(0, 1, ROWS)}).dropna()
    frames = {"pandas-numbers": numbers, "pandas-times": times, "pandas-gaps": gaps, "pandas-text": text}
    found = {name: (stream_of(pa.Table.from_pandas(frame)), frame) for name, frame in frames.items()}
    found["pandas-time-index"] = (stream_of(pa.Table.from_pandas(timed.reset_index(drop=True))), timed.set_index("time"))

    polars = pl.DataFrame(
        {
            "text": words,
            "long": [word * 9 for word in words],
            "category": pl.Series(words, dtype=pl.Categorical),
            "enum": pl.Series(words, dtype=pl.Enum(sorted(set(words)))),
            "bytes": pl.Series([word.encode() + b"!" for word in words]),
            "flag": [row % 3 == 0 for row in range(ROWS)],
            "gap": [None if row % 3 == 0 else row / 2 for row in range(ROWS)],
            "time": pl.Series(range(ROWS)).cast(pl.Datetime("us")),
        }
    )
    found["polars"] = (polars_stream(polars), polars.to_pandas())
    found["polars-oldest"] = (polars_stream(polars, compat_level=pl.CompatLevel.oldest()), polars.to_pandas())

    query = f"select i::tinyint as small, i * 0.5::float as half, i % 2 = 0 as even, 'row ' || i as text, (case i % 2 when 0 then 'X' else 'Y' end)::enum('X', 'Y') as pol from range({ROWS}) t(i)"
    found["duckdb"] = (stream_of(duckdb.sql(query).to_arrow_table()), duckdb.sql(query).df())

    types = {"plain": pa.string(), "large": pa.large_string(), "view": pa.string_view()}
    types |= {f"{name}_bytes": type for name, type in {"plain": pa.binary(), "large": pa.large_binary(), "view": pa.binary_view()}.items()}
    columns = {name: pa.array([word.encode() if "bytes" in name else word for word in words], type) for name, type in types.items()}
    for index in [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()]:
        for name, type in [("text", pa.string()), ("view", pa.string_view())]:
            columns[f"{name}_by_{index}"] = pa.DictionaryArray.from_arrays(pa.array([row % 2 for row in range(ROWS)], index), pa.array(["a" * 20, "é"], type))
    whole = pa.table(columns)
    found["pyarrow-text"] = (stream_of(whole), pd.DataFrame(whole.to_pydict()))

    # Batches of 1, 8 and 12 rows, of which only the last has nulls: bits of one batch begin in the middle of a byte of all.
    parts = pa.table({"text": words, "flag": [row % 3 == 0 for row in range(ROWS)], "number": np.arange(ROWS, dtype="i2"), "category": pa.array(words).dictionary_encode(), "gap": [None if row > 15 else row / 2 for row in range(ROWS)], "time": pa.array([None if row > 15 else row for row in range(ROWS)], pa.timestamp("ns"))})
    batches = [parts.slice(start, length).combine_chunks().to_batches()[0] for start, length in [(0, 1), (1, 8), (9, 12)]]
    found["pyarrow-batches"] = (write_stream(parts.schema, batches), parts.to_pandas())
    found["pyarrow-without-rows"] = (write_stream(parts.schema, []), parts.slice(0, 0).to_pandas())
    return found


def refused():
    """Tables with a column "odd" that no Dataset can hold as it is."""
    columns = {
        "null-integers": pa.array([1, None, None]),
        "null-bools": pa.array([True, None, False]),
        "null-text": pa.array(["a", None, "b"]),
        "null-category": pa.array(["a", None, "b"]).dictionary_encode(),
        "null-in-dictionary": pa.DictionaryArray.from_arrays([0, 1, 1], ["a", None]),
        "null-view": pa.array(["a" * 20, None, "b"], pa.string_view()),
        "lists": pa.array([[1.0], [2.0], []]),
        "large-lists": pa.array([[1.0], [2.0], []], pa.large_list(pa.float64())),
        "numbers-in-dictionary": pa.array([1, 2, 1]).dictionary_encode(),
    }
    return {name: pa.table({"fine": [1.0, 2.0, 3.0], "odd": column}) for name, column in columns.items()}


def some_times(kind, unit):
    values = with_gaps(np.arange(ROWS).astype(f"{kind}8[{unit}]"), np.timedelta64("NaT") if kind == "m" else np.datetime64("NaT"))
    return pd.Series(values)


def with_gaps(values, missing):
    values = values.copy()
    values[[0, 7, 8, 20]] = missing
    return values


def stream_of(table):
    return write_stream(table.schema, table.to_batches())


if __name__ == "__main__":
    main()
