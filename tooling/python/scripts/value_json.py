"""Values of Python's as `dataqueues tail --json` writes them: numpy's `tolist()` and xarray's `to_dict()` decide."""

import base64

import numpy as np
import xarray as xr
from array_text_vectors import as_json, number


def shown(value):
    """A value of Python's as the command writes it as JSON."""
    if isinstance(value, xr.Dataset):
        return of_dataset(value)
    if isinstance(value, np.ndarray):
        return as_json(value)
    if isinstance(value, np.generic):
        return shown(value.item())
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, complex):
        return {"re": number(value.real), "im": number(value.imag)}
    return number(value) if isinstance(value, float) else value


def of_dataset(dataset):
    described = dataset.to_dict(data=False)

    def variable(name, attrs):
        values = dataset[name].values
        # Text of no fixed width comes as wide as the longest.
        array = as_json(values.astype(str) if values.dtype.kind == "O" else values)
        return {"dims": list(dataset[name].dims), "dtype": array["dtype"], "attrs": shown(attrs), "data": array["data"]}

    def variables(group):
        return {name: variable(name, one["attrs"]) for name, one in described[group].items()}

    return {"dims": dict(dataset.sizes), "coords": variables("coords"), "data_vars": variables("data_vars"), "attrs": shown(described["attrs"])}
