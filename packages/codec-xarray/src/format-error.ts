import { FormatError } from "@dataqueues/arrays";

/** Where the fault is: `offset` in the bytes of the message. */
interface Place {
  readonly offset?: number | undefined;
  readonly cause?: unknown;
}

/** The error for bytes that are not a Dataset. */
export function formatError(code: string, message: string, place: Place = {}): FormatError {
  return new FormatError(message, { codec: "xarray", code, ...place });
}

// One for all: making a decoder takes longer than decoding most texts.
const decoder: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8, strict as in Python; `what` names the text in the error. */
export function decodeUtf8(bytes: Uint8Array, what: () => string, offset?: number): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw formatError("utf8", `${what()} is not UTF-8`, { offset, cause });
  }
}
