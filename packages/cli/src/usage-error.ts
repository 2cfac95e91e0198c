/** The words of a command make no sense. The message says what to write. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
