const signatures: readonly (readonly [start: readonly number[], format: string])[] = [
  [[0xff, 0xff, 0xff, 0xff], "an Arrow stream, which xarray() of @dataqueues/codec-xarray reads"],
  [toBytes("ARROW1"), "an Arrow file; the queue carries Arrow streams"],
  [[0x89, ...toBytes("HDF\r\n")], "HDF5, which netCDF-4 files are too"],
  [toBytes("CDF"), "a netCDF-3 file"],
  [[0x93, ...toBytes("NUMPY")], "an npy file, which npy() of @dataqueues/codec-npy reads"],
  [toBytes("PAR1"), "a Parquet file"],
  [toBytes("PK"), "a zip file, as npz and zarr archives are"],
  [toBytes("{"), "JSON, which json() of @dataqueues/codec-json reads"],
  [toBytes("["), "JSON, which json() of @dataqueues/codec-json reads"],
];

/**
 * What the first bytes look like, in words that name the codec for it; undefined for nothing that is known. It tells
 * those who took the wrong codec which is the right one.
 */
export function guessFormat(bytes: Uint8Array): string | undefined {
  const found = signatures.find(([start]) => start.every((byte, index) => bytes[index] === byte))?.[1];
  if (found !== undefined) return found;
  const [first = 0] = bytes;
  if ((first >= 0x81 && first <= 0x8f) || first === 0xde || first === 0xdf) {
    // msgpack-numpy's arrays are maps too, told apart by keys that are bytes.
    return bytes[1] === 0xc4
      ? "an array of msgpack-numpy, which msgpackNumpy() of @dataqueues/codec-msgpack-numpy reads"
      : "a msgpack dict, which xarrayDict() of @dataqueues/codec-xarray-dict reads if it is a Dataset";
  }
  return undefined;
}

function toBytes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
