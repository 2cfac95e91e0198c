/** The error for a message that is over the limit of the command, with what to do. */
export class MessageTooLarge extends Error {
  override readonly name: string = "MessageTooLarge";

  /**
   * @param maxBytes - the limit
   * @param size - how large the message is, if that is known
   */
  constructor(maxBytes: number, size?: number) {
    const what = size === undefined ? "it has" : `it has ${size} bytes,`;
    super(
      `${what} more than ${maxBytes} bytes for one message: send it in pieces, or raise --max-message-bytes and the topic's max.message.bytes`,
    );
  }
}
