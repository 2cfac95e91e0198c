/** The first bytes of every npy file, one for each character. */
export const npyMagic = "\x93NUMPY";

const signatures: readonly (readonly [start: string, format: string])[] = [
  ["\xff\xff\xff\xff", "an Arrow stream, which xarray() of @dataqueues/codec-xarray reads"],
  ["ARROW1", "an Arrow file, which arrow() of @dataqueues/codec-arrow reads"],
  ["\x89HDF\r\n", "HDF5, which netCDF-4 files are too"],
  ["CDF", "a netCDF-3 file"],
  [npyMagic, "an npy file, which npy() of @dataqueues/codec-npy reads"],
  ["PAR1", "a Parquet file"],
  ["PK", "a zip file, as npz and zarr archives are"],
  ["{", "JSON, which json() of @dataqueues/codec-json reads"],
  ["[", "JSON, which json() of @dataqueues/codec-json reads"],
];

/**
 * For codecs: what the first bytes look like, in words that name the codec which reads it; undefined if they look like
 * no known format. An error message that contains it tells a user of the wrong codec which one is right.
 */
export function guessFormat(bytes: Uint8Array): string | undefined {
  const found = signatures.find(([start]) =>
    Array.from(start).every((character, index) => bytes[index] === character.charCodeAt(0)),
  )?.[1];
  if (found !== undefined) return found;
  const [first = 0] = bytes;
  if ((first >= 0x81 && first <= 0x8f) || first === 0xde || first === 0xdf) {
    // Arrays of msgpack-numpy are maps whose first key is bytes (bin 8).
    return bytes[1] === 0xc4
      ? "an array of msgpack-numpy, which msgpackNumpy() of @dataqueues/codec-msgpack-numpy reads"
      : "a msgpack dict, which xarrayDict() of @dataqueues/codec-xarray-dict reads if it is a Dataset";
  }
  return undefined;
}
