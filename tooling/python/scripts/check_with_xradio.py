"""Checks datasets with xradio's own checker, for the tests that compare ours with it.

{"export": "Gains"} returns the schema of `Gains` below as xradio exports it, {"export": "GainTable"} that of
`gain_table_schemas.py`, {"export": "AntennaXds"} that of xradio's own class; {"list": true} the names of all of xradio's own.
{"schema": ...} is the schema to check with from then on. {"datasets": [...]} returns the issues of each, a dataset of zeros:
{"sizes", "coords", "data_vars", "attrs"}, each variable {"dims", "dtype", "attrs"}. {"made": name} returns those of a table of
`gain_tables.py`.
"""

import json
import tempfile
from pathlib import Path
from typing import Literal, Optional, Union

import numpy
import xarray
from counterpart import serve
from gain_table_schemas import GainTable, RcalGainTable
from gain_tables import GAIN_TABLES, RCAL_GAIN_TABLES
from xradio.measurement_set import schema as measurement_set
from xradio.schema import check_dataset, dict_schema, xarray_dataarray_schema, xarray_dataset_schema
from xradio.schema.bases import is_dataset_schema
from xradio.schema.export import export_schema_json_file, import_schema_json_file
from xradio.schema.typing import Attr, Coord, Coordof, Data, Dataof

Antenna = Literal["antenna"]
Frequency = Literal["frequency"]
Polarisation = Literal["polarisation"]


@dict_schema
class Site:
    """What SpectrumXds has no attribute of: the other types, and optional ones."""

    name: str
    height: float
    stations: int
    remote: bool
    layers: list[float]
    rotation: list[list[float]]
    mount: Literal["alt-az", "equatorial"]
    remarks: Optional[str] = None


@xarray_dataarray_schema
class AntennaArray:
    """Text of any length."""

    data: Data[Antenna, str]
    frame: Attr[Optional[Literal["itrf", "enu"]]] = None


@xarray_dataarray_schema
class GainArray:
    """Alternatives of dimensions and dtypes."""

    data: Data[Union[tuple[Antenna, Frequency], tuple[Antenna, Frequency, Polarisation]], Union[numpy.complex64, numpy.complex128]]
    antenna: Coordof[AntennaArray]
    order: Attr[int]
    scale: Attr[float]
    good: Attr[bool]


@xarray_dataset_schema
class Gains:
    """A dataset with dimensions that may be left out."""

    antenna: Coordof[AntennaArray]
    frequency: Coord[Frequency, numpy.float64]
    gain: Dataof[GainArray]
    weight: Data[tuple[Antenna, Frequency], numpy.float32]
    stamp: Data[tuple[()], Literal["<M8[ns]"]]
    site: Attr[Site]
    polarisation: Optional[Coord[Polarisation, str]] = None
    flag: Optional[Data[Antenna, bool]] = None
    old_site: Attr[Optional[Site]] = None


def own_classes():
    """The Datasets of a MeasurementSet; those of images cannot be imported without zarr."""
    return {name: value for name, value in vars(measurement_set).items() if name.endswith("Xds") and is_dataset_schema(value)}


def export(name):
    exported = {"Gains": Gains, "GainTable": GainTable, "RcalGainTable": RcalGainTable, **own_classes()}[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "schema.json")
        export_schema_json_file(exported, str(path))
        return json.loads(path.read_text())


def load(schema):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "schema.json")
        path.write_text(json.dumps(schema))
        return import_schema_json_file(str(path))


loaded = []


def build_variable(sizes, spec):
    data = numpy.zeros([sizes[dim] for dim in spec["dims"]], dtype=spec["dtype"])
    return spec["dims"], data, build_attributes(spec["attrs"])


def build_attributes(attrs):
    return {name: build_attribute(value) for name, value in attrs.items()}


def build_attribute(value):
    if isinstance(value, dict) and "$dataarray" in value:
        spec = value["$dataarray"]
        dims, data, attrs = build_variable(spec["sizes"], spec)
        coords = {name: build_variable(spec["sizes"], coord) for name, coord in spec["coords"].items()}
        return xarray.DataArray(data, dims=dims, attrs=attrs, coords=coords)
    return build_attributes(value) if isinstance(value, dict) else value


def build_dataset(spec):
    return xarray.Dataset(
        {name: build_variable(spec["sizes"], variable) for name, variable in spec["data_vars"].items()},
        {name: build_variable(spec["sizes"], variable) for name, variable in spec["coords"].items()},
        build_attributes(spec["attrs"]),
    )


def plain(value):
    if isinstance(value, type):
        return value.__name__ if not hasattr(value, "__origin__") else str(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def respond(request, data):
    if "list" in request:
        return list(own_classes()), b""
    if "export" in request:
        return export(request["export"]), b""
    if "schema" in request:
        loaded[:] = [load(request["schema"])]
        return None, b""
    if "made" in request:
        return issues_of({**GAIN_TABLES, **RCAL_GAIN_TABLES}[request["made"]]()), b""
    return [issues_of(build_dataset(dataset)) for dataset in request["datasets"]], b""


def issues_of(dataset):
    return [
        {
            "path": [part for kind, name in issue.path for part in (kind, name) if part],
            "message": issue.message,
            "found": plain(issue.found),
            "expected": plain(issue.expected),
        }
        for issue in check_dataset(dataset, loaded[0]).issues
    ]


serve(respond)
