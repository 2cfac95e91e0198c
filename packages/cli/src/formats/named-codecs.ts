import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import type { Codec } from "@dataqueues/core";

/** Values that stay bytes: for a format that no codec here reads. */
export const bytesCodec: Codec<Uint8Array> = Object.freeze({
  name: "bytes",
  encode: (value: Uint8Array) => value,
  decode: (value: Uint8Array) => value,
});

/** The codecs of this command by the names that Python has for them. */
const codecs: readonly Codec[] = [
  utf8(),
  ascii(),
  json(),
  npy(),
  msgpackNumpy(),
  xarray(),
  xarrayDict(),
  bytesCodec,
].map(
  // Whoever encodes gives a value that was decoded, or read from a file of that form. The codecs refuse any other.
  (codec) => codec as Codec,
);

/** Other names that people have for them. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["utf8", "utf_8"],
  ["text", "utf_8"],
  ["numpy", "npy"],
  ["msgpack", "msgpack_numpy"],
  ["arrow", "xarray"],
  ["hex", "bytes"],
]);

/** The names that `--codec` knows, for help and errors. */
export const codecNames: readonly string[] = codecs.map(({ name }) => name);

/**
 * The codec that Python knows by this name, or people by another: `utf-8`, `text`, `msgpack-numpy`, `Encoding.NPY`; undefined for any
 * other name.
 */
export function namedCodec(name: string): Codec | undefined {
  const plain = normalise(name.replace(/^Encoding\./, ""));
  const wanted = aliases.get(plain) ?? plain;
  return codecs.find((codec) => normalise(codec.name) === wanted);
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
