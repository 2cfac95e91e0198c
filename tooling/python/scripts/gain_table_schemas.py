"""GainTable and RcalGainTable declared once more, with xradio: what @dataqueues/schemas is compared with.

Attributes that may be anything are left out: xradio has no type for them, and accepts any others.
"""

from typing import Literal, Optional, Union

import numpy
from xradio.schema import dict_schema, xarray_dataset_schema
from xradio.schema.typing import Attr, Coord, Data

Time = Literal["time"]
Antenna = Literal["antenna"]
Frequency = Literal["frequency"]
Receptor1 = Literal["receptor1"]
Receptor2 = Literal["receptor2"]
Once = tuple[()]

Jones = tuple[Time, Antenna, Frequency, Receptor1, Receptor2]
Fit = tuple[Time, Frequency, Receptor1, Receptor2]
SqueezedJones = tuple[Antenna, Frequency, Receptor1, Receptor2]
SqueezedFit = tuple[Frequency, Receptor1, Receptor2]

Complex = Union[numpy.complex128, numpy.complex64]
Float = Union[numpy.float64, numpy.float32]
DateTime = Literal["<M8[ns]"]
JonesType = Literal["T", "G", "B", "D", "K"]


@dict_schema
class AnyDict:
    """A dict with any entries."""


@xarray_dataset_schema
class GainTable:
    """As ska_sdp_datamodels.calibration.GainTable.constructor makes it."""

    time: Coord[Time, numpy.float64]
    antenna: Coord[Antenna, numpy.int64]
    frequency: Coord[Frequency, numpy.float64]
    receptor1: Coord[Receptor1, str]
    receptor2: Coord[Receptor2, str]
    gain: Data[Jones, Complex]
    weight: Data[Jones, Float]
    residual: Data[Fit, Float]
    interval: Data[Time, Float]
    data_model: Attr[Literal["GainTable"]]
    jones_type: Attr[JonesType]
    datetime: Optional[Data[Time, DateTime]] = None
    phasecentre_coords: Attr[Optional[str]] = None
    phasecentre_frame: Attr[Optional[str]] = None
    configuration: Attr[Optional[AnyDict]] = None


@xarray_dataset_schema
class RcalGainTable:
    """Squeezed along time, or with fewer parts."""

    antenna: Coord[Antenna, numpy.int64]
    frequency: Coord[Frequency, numpy.float64]
    receptor1: Coord[Receptor1, str]
    receptor2: Coord[Receptor2, str]
    gain: Data[Union[Jones, SqueezedJones], Complex]
    time: Optional[Coord[Union[Time, Once], numpy.float64]] = None
    weight: Optional[Data[Union[Jones, SqueezedJones], Float]] = None
    residual: Optional[Data[Union[Fit, SqueezedFit], Float]] = None
    interval: Optional[Data[Union[Time, Once], Float]] = None
    datetime: Optional[Data[Union[Time, Once], DateTime]] = None
    data_model: Attr[Optional[Literal["GainTable"]]] = None
    jones_type: Attr[Optional[JonesType]] = None
    phasecentre_coords: Attr[Optional[str]] = None
    phasecentre_frame: Attr[Optional[str]] = None
    configuration: Attr[Optional[AnyDict]] = None
