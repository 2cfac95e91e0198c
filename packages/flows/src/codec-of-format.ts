import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { UnsupportedError } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";

/** The encodings of the Python library; a codec's name is the format of a flow. */
const known: readonly Codec[] = [utf8(), ascii(), json(), npy(), msgpackNumpy(), xarray()];

/**
 * The codec of a flow's `format`; undefined for bytes that stay as they are.
 *
 * @param own - codecs of the caller by the formats they are for, which come first
 * @throws UnsupportedError for a format without a codec
 */
export function codecOfFormat(
  format: string | null | undefined,
  own: Readonly<Record<string, Codec>>,
): Codec | undefined {
  if (format === undefined || format === null) return undefined;
  if (Object.hasOwn(own, format)) return own[format];
  if (format === "bytes") return undefined;
  const codec = known.find(({ name }) => name === format);
  if (codec !== undefined) return codec;
  const names = known.map(({ name }) => name).join(", ");
  // The bytes of an array, in C order: dtype and shape stand elsewhere, in each program's own configuration.
  const why = format === "carray" ? ", as its bytes do not tell dtype and shape" : "";
  throw new UnsupportedError(
    `there is no codec for the flow's format ${format}${why} (there are ${names}, bytes): give one as codecs: { ${JSON.stringify(format)}: … }`,
  );
}
