/** Where reading or writing JSON failed. */
export interface ErrorPlace {
  /** When reading: the position in the text's UTF-8, in bytes. */
  readonly offset?: number | undefined;
  /** When writing: the place in the value, such as `$.gains[3]`. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Makes the error that is thrown. `code` is `syntax`, `depth`, `integer` or `non-finite` when reading, and `type`,
 * `utf8`, `depth`, `integer` or `non-finite` when writing; `message` contains the place.
 */
export type ErrorFactory = (code: string, message: string, place: ErrorPlace) => Error;
