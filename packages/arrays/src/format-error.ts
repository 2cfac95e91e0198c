/** What a {@link FormatError} is made of. */
export interface FormatErrorDetails {
  readonly codec: string;
  readonly code: string;
  /** Position in the bytes. */
  readonly offset?: number | undefined;
  /** Place in the value, such as `gains[3]`. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/** Bytes that are not what they should be, or a value that a format cannot carry. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly codec: string;
  readonly code: string;
  readonly offset: number | undefined;
  readonly path: string | undefined;

  constructor(message: string, { codec, code, offset, path, cause }: FormatErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.codec = codec;
    this.code = code;
    this.offset = offset;
    this.path = path;
  }
}
