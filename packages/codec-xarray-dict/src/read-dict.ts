import { DataArray, Dataset, DatasetError, FormatError, guessFormat, NdArray } from "@dataqueues/arrays";

/** What xarray calls the variable of a DataArray without a name where it needs one (`xarray.backends.api`). */
const dataArrayName = "__xarray_dataarray_variable__";

/** The Dataset in a msgpack-numpy message of `Dataset.to_dict(data="array")`, or of the same of a DataArray. */
export function readDict(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): Dataset {
  const [first] = bytes;
  if (first === undefined) return refuse("empty", "there are no bytes to read a Dataset from", 0);
  // HDF5's signature looks like a dict of nine entries, the first of them with the number 72 as key.
  const isMap = ((first & 0xf0) === 0x80 && bytes[1] !== 0x48) || first === 0xde || first === 0xdf;
  if (!isMap) return refuse("format", `this is ${guessFormat(bytes) ?? "no msgpack dict"}`, 0);
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
    return refuse("metadata", cause.message, 0, cause);
  }
  return refuse("metadata", "this is not the dict of a Dataset: it has no coords and data_vars; try msgpackNumpy()", 0);
}

/** Checks the arrays in the dict of a Dataset or a DataArray whose message has so many bytes. */
export function checkDict(dict: unknown, messageBytes: number): void {
  if (has(dict, "coords", "data_vars")) {
    for (const part of ["coords", "data_vars"]) checkArrays(Reflect.get(dict, part), part, messageBytes);
  } else if (has(dict, "dims", "data")) {
    checkArrays({ data: dict }, "the DataArray", messageBytes);
    checkArrays(Reflect.get(dict, "coords"), "coords", messageBytes);
  }
}

/**
 * Refuses what could not be used: data that are lists (`to_dict(data="list")`), which have no dtype; arrays of more items
 * than the message has bytes, which items without a width can be; text that cannot be read.
 */
function checkArrays(variables: unknown, path: string, most: number): void {
  if (typeof variables !== "object" || variables === null) return;
  for (const [name, variable] of Object.entries(variables)) {
    if (!has(variable, "data")) continue;
    const data: unknown = Reflect.get(variable, "data");
    if (!(data instanceof NdArray)) {
      refuse("metadata", `${path}['${name}'].data is no array of numpy; write it with to_dict(data="array")`, 0);
    }
    if (data.size > most) refuse("size-mismatch", `${path}['${name}'] has ${data.size} items without bytes`, 0);
    if (data.dtype.startsWith("<U") && !isText(data.bytes)) {
      refuse("text", `${path}['${name}'] has a number that is no character`, 0);
    }
  }
}

/** Whether UCS-4 text has only characters that there are. */
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

function refuse(code: string, message: string, offset: number, cause?: unknown): never {
  throw new FormatError(message, { codec: "xarray_dict", code, offset, cause });
}
