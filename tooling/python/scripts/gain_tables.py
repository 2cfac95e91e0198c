"""GainTables as ska_sdp_datamodels.calibration.GainTable.constructor makes them, and parts of them as RCal sends them.

The data models are on SKA's own index only. This is written after their version 0.2.5 (Apache-2.0, SKA Observatory) with
xarray alone. Objects among the attributes are in the form that ska_sdp_datamodels.utilities gives them in msgpack: a
ReceptorFrame is the names of its receptors, a SkyCoord is text, a Configuration is a dict.
"""

import numpy as np
import xarray as xr

RECEPTORS = {"linear": ["X", "Y"], "circular": ["R", "L"], "stokesI": ["I"]}


def gain_table(frames=("linear", "linear"), jones_type="B", times=2, antennas=3, channels=4, complex_type="c16", float_type="f8"):
    receptors = [RECEPTORS[frame] for frame in frames]
    hands = tuple(len(names) for names in receptors)
    time = 5.179e9 + 0.9 * np.arange(times)
    gain = np.random.default_rng(18).normal(size=(times, antennas, channels, *hands, 2)) @ [1, 1j]
    jones = ["time", "antenna", "frequency", "receptor1", "receptor2"]
    return xr.Dataset(
        {
            "gain": (jones, gain.astype(complex_type)),
            "weight": (jones, np.ones(gain.shape, float_type)),
            "residual": (["time", "frequency", "receptor1", "receptor2"], np.zeros((times, channels, *hands), float_type)),
            "interval": ("time", np.full(times, 0.9, float_type)),
            "datetime": ("time", from_mjd_seconds(time)),
        },
        coords={
            "time": time,
            "antenna": range(antennas),
            "frequency": np.linspace(0.95e9, 1.76e9, channels),
            "receptor1": receptors[0],
            "receptor2": receptors[1],
        },
        attrs={
            "data_model": "GainTable",
            "receptor_frame1": receptors[0],
            "receptor_frame2": receptors[1],
            "phasecentre": "294.8629 -63.7126",
            "configuration": configuration(antennas, receptors[0]),
            "jones_type": jones_type,
        },
    )


def from_mjd_seconds(time):
    """What astropy's `Time(time / 86400, format="mjd", scale="utc").datetime64` is, to the precision of `time`."""
    return np.datetime64("1858-11-17", "ns") + (time * 1e9).astype("m8[ns]")


def configuration(antennas, receptors):
    """A part of ska_sdp_datamodels.configuration.Configuration. Lists are for the JSON of `xarray`; in msgpack these are arrays."""
    dataset = xr.Dataset(
        {"names": ("id", [f"SKA{number:03}" for number in range(antennas)]), "xyz": (("id", "spatial"), np.zeros((antennas, 3)))},
        coords={"id": range(antennas), "spatial": ["X", "Y", "Z"]},
        attrs={"data_model": "Configuration", "name": "MID", "location": [5109.0, 2006.0, -3239.0], "receptor_frame": receptors, "frame": ""},
    )
    return dataset.to_dict()


# As `create_gaintable_from_visibility` makes them, and one in the lower precision of ska-sdp-instrumental-calibration.
GAIN_TABLES = {
    "gains-bandpass": gain_table,
    "gains-scalar": lambda: gain_table(("stokesI", "stokesI"), "T", channels=1),
    "gains-two-frames": lambda: gain_table(("linear", "circular"), "G", channels=1),
    "gains-lower-precision": lambda: gain_table(complex_type="c8", float_type="f4"),
}

# "A time-squeezed GainTable" and "a stripped-back version", as xarray does that.
RCAL_GAIN_TABLES = {
    "gains-squeezed": lambda: gain_table(times=1).squeeze("time"),
    "gains-squeezed-and-dropped": lambda: gain_table(times=1).squeeze("time", drop=True),
    "gains-stripped": lambda: gain_table()[["gain"]].drop_attrs(),
}
