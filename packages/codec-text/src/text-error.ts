/** Text that cannot be written, or bytes that are no text; `offset` is the index in the text or the bytes. */
export class TextError extends Error {
  override readonly name = "TextError";
  readonly code: string;
  readonly offset: number | undefined;

  constructor(code: string, message: string, offset?: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/** Refuses what is not a string, as Python does. */
export function assertText(value: unknown, encoding: string): asserts value is string {
  if (typeof value === "string") return;
  throw new TextError(
    "type",
    `${encoding} encodes text, not ${value === null ? "null" : `a value of type ${typeof value}`}`,
  );
}
