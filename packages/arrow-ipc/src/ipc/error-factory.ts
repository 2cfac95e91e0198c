/** Where the fault is: `offset` in the bytes of the message. */
export interface ErrorPlace {
  readonly offset?: number | undefined;
  readonly cause?: unknown;
}

/** Makes the error that is thrown. `code` is `flatbuffer`, `utf8`, `format`, `truncated` and others of the codec. */
export type ErrorFactory = (code: string, message: string, place?: ErrorPlace) => Error;
