"""The Python end of the round trips of arrays: what numpy and msgpack_numpy write, and what they read from our bytes.

Requests, each with a format, "npy" or "msgpack_numpy":

- `{"matrix": format}`: every dtype in every order, shape and layout. Returns `[name, length, length]` for each case; the
  bytes are, one after the other, what Python writes for it and for the same array in C order and little-endian.
- `{"check": format, "value": model}` with our bytes: builds the value that the model describes (see `build`), and returns
  what is wrong (nothing or a text) and Python's bytes for it.
- `{"read": format}` with our bytes: returns what Python makes of them, as `meaning` shows it.
- `{"write": format, "python": expression}`: what Python writes for an expression, or the error it raises.
"""

import base64
import io
import itertools
import warnings

import msgpack
import msgpack_numpy
import numpy
from array_cases import SCALARS, Ndescr, Pdescr, fill, plain
from counterpart import serve
from msgpack_vectors import meaning, pack
from npy_vectors import save

SHAPES = [(), (0,), (0, 3), (3, 0), (2, 0, 4), (1,), (7,), (3, 5), (2, 3, 4), (3, 1, 2, 2)]
FLEXIBLE = ["U8", "U0", "S2", "S0", "V3"]
TIMES = ["M8[D]", "M8[ns]", "m8[s]", "m8[25us]"]
NESTED = [("p", [("x", "i2"), ("y", "f4", (2,))], (2, 2)), ("name", "U3"), ("when", "c8")]


def load(data):
    stream = io.BytesIO(data)
    array = numpy.lib.format.read_array(stream, allow_pickle=False)
    if stream.tell() != len(data):
        raise ValueError("bytes are left")
    return array


def unpack(data):
    return msgpack.unpackb(data, object_hook=msgpack_numpy.decode, strict_map_key=False)


WRITE = {"npy": save, "msgpack_numpy": pack}
READ = {"npy": load, "msgpack_numpy": unpack}


def matrix(form):
    dtypes = [*SCALARS, *FLEXIBLE, *(TIMES if form == "npy" else []), Pdescr, Ndescr, NESTED]
    for dtype, order, shape in itertools.product(dtypes, "<>", SHAPES):
        ordered = numpy.dtype(dtype).newbyteorder(order)
        name = f"{dtype if isinstance(dtype, str) else f'{len(dtype)} fields'} {order} {shape}"
        array = sample(ordered, shape)
        yield f"{name} C", array
        if len(shape) > 1:
            yield f"{name} F", numpy.asfortranarray(array)
        if len(shape) > 0:
            yield f"{name} strided", sample(ordered, tuple(2 * size for size in shape))[tuple(slice(None, None, -2) for _ in shape)]


def sample(dtype, shape):
    if dtype.kind in "VMm" and dtype.names is None:
        count = int(numpy.prod(shape)) * dtype.itemsize
        return numpy.frombuffer(bytes(number * 7 % 251 for number in range(count)), dtype).reshape(shape)
    return fill(dtype, shape)


def build(model):
    """A value from its model: JSON, in which everything but null, true and false is an object with one key."""
    if model is None or isinstance(model, bool):
        return model
    [(kind, given)] = model.items()
    match kind:
        case "int":
            return int(given)
        case "float":
            return float(given)
        case "text":
            return given
        case "bytes":
            return base64.b64decode(given)
        case "complex":
            return complex(float(given[0]), float(given[1]))
        case "list":
            return [build(item) for item in given]
        case "dict":
            return {key: build(item) for key, item in given}
        case "map":
            return {build(key): build(item) for key, item in given}
        case "array":
            data = base64.b64decode(given["data"])
            return numpy.ndarray(given["shape"], dtype_of(given["dtype"]), data)
        case "scalar":
            return numpy.frombuffer(base64.b64decode(given["data"]), given["dtype"])[0]
        case "items":
            kind = numpy.dtype(given["dtype"]).kind
            parse = {"f": float, "i": int, "u": int, "b": lambda text: text == "true", "U": str, "S": lambda text: text.encode("latin-1")}[kind]
            return numpy.array([parse(item) for item in given["items"]], given["dtype"]).reshape(given["shape"])


def dtype_of(descr):
    if isinstance(descr, str):
        return numpy.dtype(descr)
    return numpy.dtype([(field[0], dtype_of(field[1]), *(tuple(shape) for shape in field[2:])) for field in descr])


def problem(form, model, data):
    value = build(model)
    expected = WRITE[form](value)
    if data != expected:
        return f"Python writes {expected.hex()}, here is {data.hex()}", expected
    if READ[form](data) is None and value is not None:
        return "Python reads nothing", expected
    if form == "npy":
        found = load(data)
        same = found.dtype == value.dtype and found.shape == value.shape and found.tobytes() == value.tobytes()
        return ("" if same else f"Python reads {found!r}"), expected
    return "", expected


def evaluate(expression):
    return eval(expression, {"numpy": numpy, "n": numpy})  # noqa: S307 - of our own tests


def write(form, expression):
    value = evaluate(expression)
    if form == "npy":
        stream = io.BytesIO()
        numpy.lib.format.write_array(stream, value, allow_pickle=True)
        return stream.getvalue()
    return pack(value)


def respond(request, data):
    warnings.simplefilter("ignore")
    match request:
        case {"matrix": form}:
            parts = [(name, WRITE[form](array), WRITE[form](plain(array))) for name, array in matrix(form)]
            value = [[name, len(written), len(rewritten)] for name, written, rewritten in parts]
            return value, b"".join(written + rewritten for _, written, rewritten in parts)
        case {"check": form, "value": model}:
            return problem(form, model, data)
        case {"read": form}:
            return meaning(READ[form](data)), b""
        case {"write": form, "python": expression}:
            return None, write(form, expression)


if __name__ == "__main__":
    serve(respond)
