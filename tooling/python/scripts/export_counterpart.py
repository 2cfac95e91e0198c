"""The Python end of the tests of `dataqueues export`: what is on a topic, and what a notebook makes of the exported file.

Requests:

- `{"records": topic}`: the records to put on a topic, each with partition, key, headers, timestamp, and its value in base64.
- `{"check": format, "topics": [topic, ...], "path": path}`: reads a file, for parquet with pyarrow, polars and DuckDB, and
  returns a list of what is not as it should be.
"""

import base64
import io
import json

import duckdb
import msgpack
import msgpack_numpy
import numpy
import polars
import pyarrow.parquet
import xarray
from counterpart import serve

POINTING = numpy.dtype([("antenna_name", "<U8"), ("xel_offset", "<f8"), ("flags", "|b1"), ("scan", "<i4"), ("gains", "<f4", (2,))])
NIGHT = 1_764_201_600_000


def rows(count, seed):
    random = numpy.random.default_rng(seed)
    table = numpy.zeros(count, POINTING)
    table["antenna_name"] = [f"SKA{index:03}" for index in range(count)]
    table["xel_offset"] = random.normal(size=count)
    table["flags"] = random.integers(0, 2, count)
    table["scan"] = random.integers(-1000, 1000, count)
    table["gains"] = random.normal(size=(count, 2))
    return table


def normal(seed, shape, dtype="<f4"):
    return numpy.random.default_rng(seed).normal(size=shape).astype(dtype)


def dataset(seed):
    """A Dataset whose coordinate is longer each time."""
    return xarray.Dataset(
        {"power": (("time", "frequency"), normal(seed, (2, 3))), "scan": seed},
        coords={"frequency": [1.0e9, 1.1e9, 1.2e9], "event": ("events", numpy.arange(seed, dtype="<i8"))},
        attrs={"data_model": "Spectrum", "seed": seed},
    )


class Bytes(bytes):
    """Bytes that are no array."""


DAY = numpy.array(["2026-11-27T00:00:00.125", "NaT"], "M8[ms]")
TOPICS = {
    # All of one dtype and shape: stacked.
    "spectra": [normal(seed, (4, 8)) for seed in range(7)],
    "counts": [numpy.array(2**63 - 1 - seed, "<i8") for seed in range(3)],
    "flags": [numpy.array([True, False, seed == 1]) for seed in range(2)],
    "visibilities": [normal(seed, (2, 3), "<c8") * (1 + 2j) for seed in range(3)],
    "half": [normal(seed, (3,), "<f2") for seed in range(3)],
    "unsigned": [numpy.array([2**64 - 1, seed], "<u8") for seed in range(2)],
    "words": [numpy.array([2**32 - 1, seed], "<u4") for seed in range(2)],
    "times": [DAY, DAY[::-1].copy()],
    "names": [numpy.array(["Größe", "☆"]), numpy.array(["a", "Größe"])],
    "empty": [numpy.zeros((0, 3), "<f8"), numpy.zeros((0, 3), "<f8")],
    "fortran": [numpy.asfortranarray(normal(seed, (3, 5), ">f8")) for seed in range(2)],
    # Only the first length differs: joined.
    "pointing": [rows(count, count) for count in (3, 0, 5)],
    "events": [normal(seed, (seed, 2), "<f8") for seed in (2, 1, 4)],
    # Each array by itself.
    "mixed": [normal(1, (2, 2)), normal(2, (3,), "<f8"), numpy.array(5, "<i2")],
    "datasets": [dataset(seed) for seed in (1, 2, 3)],
    "no-records": [],
    # Neither tombstones nor bad records are arrays.
    "gaps": [normal(1, (2,)), None, Bytes(b"\x93NUMPY\x01\x00cut"), normal(2, (2,)), Bytes("text ☆".encode())],
}
KEYS = {"spectra": ["XX", "YY", None, "", "Größe", "a" * 20, "b"], "counts": [b"\xff\x00", None, b"\x00"]}


def key_of(topic, index):
    key = KEYS.get(topic, [])[index:index + 1]
    if not key or key[0] is None:
        return None
    return key[0].encode() if isinstance(key[0], str) else key[0]


def value_of(value):
    if value is None or isinstance(value, Bytes):
        return value
    if isinstance(value, xarray.Dataset):
        return msgpack.packb(value.to_dict(data="array"), default=msgpack_numpy.encode)
    stream = io.BytesIO()
    numpy.save(stream, value, allow_pickle=False)
    return stream.getvalue()


def encode(data):
    return None if data is None else base64.b64encode(data).decode()


def headers_of(index):
    return [["run", b"7"], ["run", None], ["raw", b"\xff"]] if index == 1 else []


def records_of(topic):
    """Each record as (partition, timestamp, key, headers, value): from partition 0 to the last one, as they are exported."""
    values = TOPICS[topic]
    return [
        (index * 2 // max(len(values), 1), [NIGHT + index, 0, 1][min(index, 2)], key_of(topic, index), headers_of(index), value)
        for index, value in enumerate(values)
    ]


def placed(topic):
    """The records with their offsets, in the order in which they are exported."""
    ends = {}
    for partition, *record in records_of(topic):
        offset = ends.get(partition, 0)
        ends[partition] = offset + 1
        yield partition, offset, *record


def same(found, expected):
    return (
        found.dtype == expected.dtype
        and found.shape == expected.shape
        and found.tobytes() == numpy.ascontiguousarray(expected).tobytes()
    )


def arrays_of(value):
    """The arrays of a value by their names in an npz file; in C order and little-endian, as they arrive."""
    if isinstance(value, xarray.Dataset):
        return {f"values/{name}": value[name].values for name in value.variables}
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return {"values": value.astype(value.dtype.newbyteorder("<"))}
    return {}


def expected_members(name, arrays):
    if len({(array.dtype, array.shape) for array in arrays}) == 1:
        return {name: numpy.stack(arrays)}
    if len({(array.dtype, array.shape[1:]) if array.ndim > 0 else None for array in arrays}) == 1:
        lengths = numpy.array([len(array) for array in arrays], "<i8")
        return {name: numpy.concatenate(arrays), f"{name}_length": lengths}
    return {f"{name}_{index}": array for index, array in enumerate(arrays)}


def expected_npz(topic):
    kept = [record for record in placed(topic) if arrays_of(record[5])]
    members = {
        "partition": numpy.array([record[0] for record in kept], "<i4"),
        "offset": numpy.array([record[1] for record in kept], "<i8"),
        "timestamp": numpy.array([record[2] for record in kept], "<i8").astype("M8[ms]"),
    }
    rows = [arrays_of(record[5]) for record in kept]
    for name in rows[0] if rows else []:
        members.update(expected_members(name, [row[name] for row in rows]))
    keys = [record[3] for record in kept]
    if any(key is not None for key in keys):
        is_text = topic == "spectra"
        members["key"] = numpy.array([(key or b"").decode() if is_text else key or b"" for key in keys])
        members["key_length"] = numpy.array([-1 if key is None else len(key) for key in keys], "<i4")
    return members


def check_npz(topics, path):
    problems = []
    with numpy.load(path, allow_pickle=False) as archive:
        found = dict(archive)
    for topic in topics:
        prefix = f"{topic}/" if len(topics) > 1 else ""
        for name, expected in expected_npz(topic).items():
            array = found.pop(prefix + name, None)
            if array is None:
                problems.append(f"{prefix}{name} is missing")
            elif not same(array, expected):
                problems.append(f"{prefix}{name} is {array!r} instead of {expected!r}")
    return [*problems, *(f"{name} is too much" for name in found)]


def header_json(headers):
    """The headers as JSON has them."""
    def text(value):
        try:
            return value if value is None else value.decode()
        except UnicodeDecodeError:
            return {"base64": encode(value)}
    return [[name, text(value)] for name, value in headers] or None


def flat(array):
    if array.dtype.kind == "c":
        array = numpy.ascontiguousarray(array).view(array.real.dtype)
    if array.dtype.kind == "M":
        return [None if numpy.isnat(item) else item.item() for item in array.ravel()]
    return array.ravel().tolist()


def json_dict(value):
    """What `to_dict()` of a Dataset gives, with the dtypes, in our order."""
    def variables(group):
        return {
            name: {"dims": list(one.dims), "dtype": one.dtype.str, "attrs": one.attrs, "data": one.values.tolist()}
            for name, one in group.items()
        }
    return {
        "dims": dict(value.sizes), "coords": variables(value.coords), "data_vars": variables(value.data_vars),
        "attrs": value.attrs,
    }


def is_like_first(topic, value):
    first = next(one for one in TOPICS[topic] if isinstance(one, (numpy.ndarray, numpy.generic)))
    return first.dtype.newbyteorder("<") == value.dtype.newbyteorder("<")


def expected_row(topic, partition, offset, timestamp, key, headers, value):
    row = {
        "topic": topic, "partition": partition, "offset": offset, "timestamp": timestamp, "key": key,
        "headers": header_json(headers), "encoding": None, "error": None, "other_value": None,
    }
    if isinstance(value, Bytes):
        is_cut = value.startswith(b"\x93")
        row["encoding"] = "npy" if is_cut else "utf-8"
        row["error"] = is_cut
        row["other_value"] = {"base64": encode(value)} if is_cut else value.decode()
    elif isinstance(value, xarray.Dataset):
        row["encoding"] = "xarray_dict"
        row["value"] = json_dict(value)
    elif value is not None and not is_like_first(topic, value):
        row["encoding"] = "npy"
        row["other_value"] = {"dtype": value.dtype.str, "shape": list(value.shape), "data": value.tolist()}
    elif value is not None:
        row["encoding"] = "npy"
        names = value.dtype.names
        columns = {"value": value} if names is None else {f"value_{name}": value[name] for name in names}
        little = value.dtype.newbyteorder("<")
        row.update({name: flat(column) for name, column in columns.items()})
        row["dtype"] = little.str if names is None else json.dumps(little.descr, separators=(",", ":"))
        row["shape"] = list(value.shape)
    return row


def plain_row(row):
    """A row as any of the three libraries has it, in plain values."""
    row = dict(row)
    for name in ("headers", "other_value", "value"):
        if isinstance(row.get(name), str):
            row[name] = json.loads(row[name])
    row["timestamp"] = round(row["timestamp"].timestamp() * 1000)
    row["error"] = row["error"] and True
    return {name: cell for name, cell in row.items() if not (name.startswith("value") or name in ("dtype", "shape")) or cell is not None}


def same_cells(one, other):
    # NaN is not equal to itself.
    return one == other or json.dumps(one, default=repr) == json.dumps(other, default=repr)


def check_parquet(topics, path):
    problems = []
    expected = [expected_row(topic, *record) for topic in topics for record in placed(topic)]
    duckdb.sql("SET TimeZone = 'UTC'")
    readers = {
        "pyarrow": lambda: pyarrow.parquet.read_table(path).to_pylist(),
        "polars": lambda: polars.read_parquet(path).to_dicts(),
        "duckdb": lambda: duckdb.sql(f"SELECT * FROM '{path}'").to_arrow_table().to_pylist(),
    }
    for reader, read in readers.items():
        found = [plain_row(row) for row in read()]
        if len(found) != len(expected):
            problems.append(f"{reader}: {len(found)} rows instead of {len(expected)}")
        for index, (row, wanted) in enumerate(zip(found, expected)):
            for name in sorted({*row, *wanted}):
                if not same_cells(row.get(name), wanted.get(name) or (None if name == "error" else wanted.get(name))):
                    problems.append(f"{reader}: row {index} {name} is {row.get(name)!r} instead of {wanted.get(name)!r}")
    return problems


CHECKS = {"npz": check_npz, "parquet": check_parquet}


def handle(request, _data):
    if "records" in request:
        records = [
            {
                "partition": partition, "timestamp": timestamp, "key": encode(key), "value": encode(value_of(value)),
                "headers": [[name, encode(header)] for name, header in headers],
            }
            for partition, timestamp, key, headers, value in records_of(request["records"])
        ]
        return records, b""
    return CHECKS[request["check"]](request["topics"], request["path"]), b""


serve(handle)
