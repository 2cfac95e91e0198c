import { FormatError } from "@dataqueues/arrays";

/** Throws what is wrong with bytes that should be a Dataset; `offset` is the place in them. */
export function refuse(code: string, message: string, offset?: number, cause?: unknown): never {
  throw new FormatError(message, { codec: "xarray", code, offset, cause });
}
