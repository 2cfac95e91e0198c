/** The words of a command make no sense. The message says what to write; the exit code is 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
