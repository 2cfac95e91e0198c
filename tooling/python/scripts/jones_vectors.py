"""Writes the test vectors of JonesMatrices: arrays as numpy.save writes them, and what is wrong with each of them.

Jones matrices are complex and of the shape (antennas, frequencies, 4); `dtype`, `shape` and `data` are theirs, little-endian and in C
order. With --check it compares the file instead of writing it.
"""

import io
import json

import numpy
from vector_files import manifest, rows, write_or_check


def gains(shape, dtype):
    random = numpy.random.default_rng(18)
    return (random.normal(size=shape) + 1j * random.normal(size=shape)).astype(dtype)


def with_nan():
    array = gains((2, 3, 4), "<c16")
    array[1] = numpy.nan
    array[0, 0] = [1, 0, 0, complex(numpy.inf, -0.0)]
    return array


def cases():
    """Arrays by what is special about them."""
    good = gains((2, 3, 4), "<c16")
    # A GainTable without its dimension of time: two receptors by two.
    table = gains((2, 3, 2, 2), "<c16")
    yield "complex128", good
    yield "complex64", good.astype("<c8")
    yield "big-endian complex128", good.astype(">c16")
    yield "big-endian complex64", good.astype(">c8")
    yield "Fortran order", numpy.asfortranarray(good)
    yield "every other antenna and the frequencies in reverse", gains((4, 3, 4), "<c8")[::2, ::-1]
    yield "NaN and infinite", with_nan()
    yield "one antenna and one frequency", gains((1, 1, 4), "<c8")
    yield "no antennas", gains((0, 3, 4), "<c16")
    yield "a flattened GainTable", table.reshape(2, 3, 4)
    yield "a GainTable as it is", table
    yield "with a dimension of time", good[numpy.newaxis]
    yield "one antenna without its dimension", good[0]
    yield "only J_XX and J_YY", good[:, :, [0, 3]]
    yield "polarisations first", good.transpose(2, 0, 1)
    yield "a single number", good[0, 0, 0]
    yield "real parts", good.real.copy()
    yield "real and imaginary parts side by side", good.view("<f8")
    yield "integers", numpy.ones((2, 3, 4), "<i4")
    yield "text", numpy.full((2, 3, 4), "1+0j")
    yield "records of two parts", good.view([("re", "<f8"), ("im", "<f8")])


def save(array):
    stream = io.BytesIO()
    numpy.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def problems(array):
    """The codes of the issues."""
    if array.dtype.names is not None:
        return ["not_an_ndarray"]
    wrong = {"wrong_dtype": not numpy.iscomplexobj(array), "wrong_shape": array.ndim != 3 or array.shape[2] != 4}
    return [code for code, holds in wrong.items() if holds]


def in_order(array):
    """The array as it is sent back: little-endian and in C order."""
    return array.astype(array.dtype.newbyteorder("<"), order="C")


def vector(name, array):
    ordered = in_order(array)
    described = {"dtype": ordered.dtype.str, "shape": ordered.shape, "data": ordered.tobytes().hex()}
    return {"name": name, "npy": save(array).hex(), "problems": problems(array), **described}


if __name__ == "__main__":
    content = f'{{"manifest": {json.dumps(manifest("numpy"))},\n{rows("vectors", [vector(*case) for case in cases()])}}}\n'
    write_or_check({"packages/schemas/test/vectors/jones.json": content})
