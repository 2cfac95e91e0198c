import { DataArray, dataArrayName, Dataset, DatasetError, FormatError, guessFormat, NdArray } from "@dataqueues/arrays";

/** Reads the Dataset in a msgpack-numpy message of `Dataset.to_dict(data="array")`, or of a DataArray's. */
export function readDict(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): Dataset {
  const [first] = bytes;
  if (first === undefined) throw formatError("empty", "there are no bytes to read a Dataset from");
  // HDF5's signature looks like a dict of nine entries whose first key is the number 72.
  const isMap = ((first & 0xf0) === 0x80 && bytes[1] !== 0x48) || first === 0xde || first === 0xdf;
  if (!isMap) throw formatError("format", `this is ${guessFormat(bytes) ?? "no msgpack dict"}`);
  const dict = decode(bytes);
  try {
    checkDict(dict, bytes.length);
    if (has(dict, "coords", "data_vars")) return Dataset.fromDict(dict);
    if (has(dict, "dims", "data")) {
      const array = DataArray.fromDict(dict);
      return new Dataset({ dataVars: { [array.name ?? dataArrayName]: array } });
    }
  } catch (cause) {
    if (!(cause instanceof DatasetError)) throw cause;
    throw formatError("metadata", cause.message, { cause });
  }
  const message = "this is not the dict of a Dataset: it has no coords and data_vars; try msgpackNumpy()";
  throw formatError("metadata", message);
}

/** Checks the arrays in the dict of a Dataset or a DataArray, whose message has `messageBytes` bytes. */
export function checkDict(dict: unknown, messageBytes: number): void {
  if (has(dict, "coords", "data_vars")) {
    for (const part of ["coords", "data_vars"]) checkArrays(Reflect.get(dict, part), part, messageBytes);
  } else if (has(dict, "dims", "data")) {
    checkArrays({ data: dict }, "the DataArray", messageBytes);
    checkArrays(Reflect.get(dict, "coords"), "coords", messageBytes);
  }
}

/**
 * Refuses lists instead of arrays (`to_dict(data="list")`), because they have no dtype; arrays with more items than the
 * message has bytes, which is possible if items have no width; and text with invalid characters.
 */
function checkArrays(variables: unknown, path: string, maxItems: number): void {
  if (typeof variables !== "object" || variables === null) return;
  for (const [name, variable] of Object.entries(variables)) {
    if (!has(variable, "data")) continue;
    const data: unknown = Reflect.get(variable, "data");
    if (!(data instanceof NdArray)) {
      const message = `${path}['${name}'].data is no array of numpy; write it with to_dict(data="array")`;
      throw formatError("metadata", message);
    }
    if (data.size > maxItems) {
      throw formatError("size-mismatch", `${path}['${name}'] has ${data.size} items without bytes`);
    }
    if (data.dtype.startsWith("<U") && !isText(data.bytes)) {
      throw formatError("text", `${path}['${name}'] has a number that is no character`);
    }
  }
}

/** Whether all characters of UCS-4 text are Unicode code points. */
function isText({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const view = new DataView(buffer, byteOffset, byteLength);
  for (let offset = 0; offset < byteLength; offset += 4) {
    if (view.getUint32(offset, true) > 0x10ffff) return false;
  }
  return true;
}

function has(value: unknown, ...keys: readonly string[]): value is object {
  return typeof value === "object" && value !== null && keys.every((key) => Object.hasOwn(value, key));
}

/** The error for a message that is not a Dataset. It is about the message as a whole, so its offset is 0. */
function formatError(code: string, message: string, { cause }: { readonly cause?: unknown } = {}): FormatError {
  return new FormatError(message, { codec: "xarray_dict", code, offset: 0, cause });
}
