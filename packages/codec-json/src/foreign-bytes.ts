/** The first bytes of other formats. JSON cannot begin with any of them. */
const signatures: readonly (readonly [start: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], "gzip: decompress it first, or let the producer compress batches, which needs nothing of readers"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd: decompress it first, or let the producer compress batches"],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "an npy file, which npy() of @dataqueues/codec-npy reads"],
  [[0xff, 0xff, 0xff, 0xff], "an Arrow stream, which xarray() of @dataqueues/codec-xarray reads if it is a Dataset"],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], "an Arrow file"],
  [[0x89, 0x48, 0x44, 0x46], "HDF5, which netCDF-4 files are too"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip file, as npz and zarr archives are"],
];

/** The format of bytes that cannot be JSON, with advice, as far as their beginning shows it; otherwise undefined. */
export function foreignBytes(bytes: Uint8Array): string | undefined {
  const found = signatures.find(([start]) => start.every((byte, index) => bytes[index] === byte))?.[1];
  if (found !== undefined) return `this looks like ${found}`;
  const [first = 0x20, second = 0] = bytes;
  if (first === 0x80 && second >= 2 && second <= 5) return "this looks like a Python pickle, which only Python reads";
  if ((first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)) {
    return "this looks like msgpack, which msgpackNumpy() of @dataqueues/codec-msgpack-numpy reads";
  }
  return undefined;
}

/** Whether bytes are UTF-16 or UTF-32, with a byte order mark or without: JSON's first two characters are ASCII. */
export function isUtf16OrUtf32(bytes: Uint8Array): boolean {
  const [first, second, third, fourth, fifth = 0, sixth = 0, seventh = 0] = bytes;
  if ((first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)) return true;
  if (first !== 0) return second === 0;
  // Big-endian text begins with zeros, too: it must be distinguished from Confluent's zero byte and schema id.
  if (second === 0) {
    return (third === 0 && fourth !== 0 && fifth + sixth + seventh === 0) || (third === 0xfe && fourth === 0xff);
  }
  return (bytes.length === 2 || (third === 0 && fourth !== 0)) && fifth === 0;
}

/** The schema id, if bytes have the framing of Confluent's Schema Registry: a zero byte, an int32, the body. */
export function confluentSchemaId(bytes: Uint8Array): number | undefined {
  if (bytes.length < 6 || bytes[0] !== 0) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset + 1, 4).getInt32(0);
}
