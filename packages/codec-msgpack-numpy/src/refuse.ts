import { FormatError } from "@dataqueues/arrays";

/** An error of this codec. */
export function refuse(
  code: string,
  message: string,
  place: { readonly offset?: number; readonly path?: string } = {},
): FormatError {
  return new FormatError(message, { codec: "msgpack_numpy", code, ...place });
}
