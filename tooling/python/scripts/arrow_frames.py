"""Frames of pandas, polars and DuckDB that become Datasets: as Arrow, and as pandas' `to_xarray()` has them."""

import io

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from arrow_tables import write

TIMES = pd.to_datetime(["2026-11-25T00:00:00.123456", None, "1969-12-31T23:59:59.999999"])


def pandas_frame():
    numbers = {dtype: np.array([1, 0, 100], dtype) for dtype in "i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split()}
    numbers["f8"][1] = np.nan
    others = {
        "flag": [True, False, True],
        "time": TIMES.as_unit("us"),
        "exact": TIMES.as_unit("ns"),
        "span": pd.to_timedelta([1, None, -5], "s").as_unit("ms"),
        "antenna": ["SKA001", "é🛰", ""],
        "band": pd.Categorical(["mid", "low", "mid"]),
        "raw": [b"\xff\x00a", b"", b"b"],
    }
    return pd.DataFrame({**numbers, **others})


def polars_frame():
    return pl.DataFrame(
        {
            "i": pl.Series([1, -2, 3], dtype=pl.Int32),
            "u": pl.Series([1, 2, 2**64 - 1], dtype=pl.UInt64),
            "f": [1.5, None, float("nan")],
            "half": pl.Series([1.5, None, -0.0], dtype=pl.Float32),
            "flag": [True, False, True],
            "time": pl.Series([0, None, -1], dtype=pl.Datetime("us")),
            "span": pl.Series([1, None, 3], dtype=pl.Duration("ns")),
            "text": ["a", "", "longer than the twelve bytes of a view"],
            "band": pl.Series(["mid", "low", "mid"], dtype=pl.Categorical),
            "mode": pl.Series(["on", "on", "off"], dtype=pl.Enum(["off", "on"])),
        }
    )


def duckdb_relation():
    return duckdb.sql(
        """select * from (values
          (1::tinyint, 2::bigint, 3::ubigint, 1.5::float, 2.5::double, true, timestamp '2026-11-25 10:00:00.000001', 'é', 'mid'::enum('low', 'mid')),
          (-1::tinyint, -2::bigint, 4::ubigint, null, null, false, null, '', 'low')
        ) as made(i, l, u, f, d, flag, time, name, band)"""
    )


def polars_bytes(frame, write_frame):
    sink = io.BytesIO()
    write_frame(frame, sink)
    return sink.getvalue()


# Each as its bytes and its frame of pandas.
FRAMES = {
    "pandas": lambda: (write(pa.Table.from_pandas(pandas_frame())), pandas_frame()),
    "polars": lambda: (polars_bytes(polars_frame(), pl.DataFrame.write_ipc_stream), polars_frame().to_pandas()),
    "polars file": lambda: (polars_bytes(polars_frame(), pl.DataFrame.write_ipc), polars_frame().to_pandas()),
    "duckdb": lambda: (write(duckdb_relation().to_arrow_table()), duckdb_relation().df()),
}


def differing_variables(dataset, frame):
    """How a Dataset differs from `frame.to_xarray()`, where the rows are numbered and text has no width."""
    wanted = frame.to_xarray().drop_vars("index")
    differences = [] if list(dataset.variables) == list(wanted.variables) else [f"variables {list(dataset.variables)}"]
    for name, variable in wanted.variables.items():
        values, found = variable.to_numpy(), dataset[name].values
        if values.dtype.kind in "OT" or not isinstance(values.dtype, np.dtype):
            values = np.array(list(values))
        is_equal = np.array_equal(found, values, equal_nan=values.dtype.kind in "fMm")
        if found.dtype != values.dtype or dataset[name].dims != variable.dims or not is_equal:
            differences.append(f"{name}: {found!r} is not {values!r}")
    return differences
