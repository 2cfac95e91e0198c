"""The values of Arrow tables in JSON, as apache-arrow's `get` gives them: tell-values.ts tells them in the same way."""

import struct

import numpy as np
import pyarrow as pa


def told(table):
    return [
        {
            "name": field.name,
            "nullable": field.nullable,
            "metadata": told_metadata(field.metadata),
            "values": [tell(value) for value in column],
        }
        for field, column in zip(table.schema, table.columns)
    ]


def told_metadata(metadata):
    return sorted([key.decode(), value.decode()] for key, value in (metadata or {}).items())


def tell(scalar):
    type = scalar.type
    if not scalar.is_valid:
        return None
    if pa.types.is_union(type):
        return tell(scalar.value)
    if isinstance(scalar, pa.ExtensionScalar) or pa.types.is_dictionary(type):
        return tell(scalar.value)
    if pa.types.is_boolean(type):
        return scalar.as_py()
    if pa.types.is_integer(type) or pa.types.is_duration(type) or pa.types.is_time(type):
        value = scalar.as_py() if pa.types.is_integer(type) else scalar.value
        return f"{value}n" if type.bit_width == 64 else value
    if pa.types.is_floating(type):
        value = float(scalar.as_py())
        return value if np.isfinite(value) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if pa.types.is_decimal(type):
        return f"0x{int(scalar.as_py().scaleb(type.scale)).to_bytes(type.byte_width, 'little', signed=True).hex()}"
    if pa.types.is_date(type):
        return scalar.value * 86_400_000 if type.bit_width == 32 else scalar.value
    if pa.types.is_timestamp(type):
        return milliseconds(scalar.value, type.unit)
    if pa.types.is_interval(type):
        return f"0x{struct.pack('<iiq', *scalar.as_py()).hex()}"
    if pa.types.is_map(type):
        keys, items = scalar.values.flatten()
        return [[tell(key), tell(item)] for key, item in zip(keys, items)]
    if pa.types.is_struct(type):
        return [[name, tell(scalar[index])] for index, name in enumerate(field.name for field in type)]
    if pa.types.is_nested(type):
        return [tell(item) for item in scalar.values]
    value = scalar.as_py()
    return value if isinstance(value, str) else f"0x{value.hex()}"


def milliseconds(value, unit):
    if unit == "s":
        return value * 1000
    # As apache-arrow divides.
    divisor = {"ms": 1, "us": 1000, "ns": 1_000_000}[unit]
    whole = abs(value) // divisor * (1 if value >= 0 else -1)
    return whole + (value - whole * divisor) / divisor
