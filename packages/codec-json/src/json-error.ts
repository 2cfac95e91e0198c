/**
 * A value that JSON cannot carry, at `path`, or bytes that are not JSON, at `offset` of them; also an option that makes no
 * sense (`INVALID_ARGUMENT`).
 */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly code: string;
  readonly path: string | undefined;
  readonly offset: number | undefined;

  constructor(
    code: string,
    message: string,
    place: { readonly path?: string; readonly offset?: number; readonly cause?: unknown } = {},
  ) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.path = place.path;
    this.offset = place.offset;
  }
}
