/** Whoever read the output has gone, as `head` goes after its lines. There is nobody to tell, and nothing has failed. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";

  constructor(cause?: unknown) {
    super("the output was closed by its reader", { cause });
  }
}
