/** The facts of a {@link FormatError}. */
export interface FormatErrorDetails {
  readonly codec: string;
  readonly code: string;
  /** Position in the bytes. */
  readonly offset?: number | undefined;
  /** Place in the value, such as `gains[3]`. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/** Malformed bytes, or a value that a format cannot carry. */
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

/** The error for a dtype, a shape or an item that is not valid. */
export function formatError(
  code: string,
  message: string,
  place: Omit<FormatErrorDetails, "codec" | "code"> = {},
): FormatError {
  return new FormatError(message, { codec: "numpy", code, ...place });
}

/** Variables that do not fit together; `problems` lists everything that is wrong, one sentence each. */
export class DatasetError extends Error {
  override readonly name: string = "DatasetError";
  readonly code: string = "INCONSISTENT";
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    super(`${what}: ${problems.length === 1 ? problems[0] : problems.map((problem) => `\n * ${problem}`).join("")}`);
    this.problems = problems;
  }
}
