/** An answer that is not even begun to be collected. */
export class AnswerTooLarge extends RangeError {
  constructor(bytes: number, mostBytes: number) {
    super(`an answer of ${bytes} bytes is over maxResponseBytes (${mostBytes})`);
    this.name = "AnswerTooLarge";
  }
}
