import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

import { encodeFrameStart, frameTypes, subprotocol } from "@dataqueues/transport-websocket";

import { AnswerReader } from "./answer-reader.ts";
import type { Answer } from "./answer-reader.ts";

/** A WebSocket to a gateway that costs little: what arrives is looked at and thrown away. */
export class RawSocket {
  /** Resolves when the connection is closed. */
  readonly closed: Promise<unknown>;
  readonly #socket: Socket;
  #id = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    this.closed = once(socket, "close");
  }

  /** Connects and says HELLO as a reader. */
  static async open(port: number, onAnswer: (answer: Answer) => void): Promise<RawSocket> {
    const reader = new AnswerReader(onAnswer);
    // One piece of memory takes all that arrives.
    const onread = {
      buffer: new Uint8Array(2 ** 16),
      callback: (size: number, bytes: Uint8Array): boolean => {
        reader.read(bytes.subarray(0, size));
        return true;
      },
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    const opened = new RawSocket(socket);
    await once(socket, "connect");
    const lines = [
      "GET / HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${btoa("0123456789abcdef")}`,
      `Sec-WebSocket-Protocol: ${subprotocol}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    opened.ask(frameTypes.hello, { role: "read" });
    return opened;
  }

  /** Sends a request with an id of its own. */
  ask(type: number, body: unknown): void {
    this.#id += 1;
    this.send(type, this.#id, body);
  }

  send(type: number, id: number, body: unknown): void {
    if (this.#socket.writable) this.#socket.write(maskedFrame(encodeFrameStart(type, id, body)));
  }

  /** Reads nothing any more. */
  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** One binary frame of a client. Its mask is 0, which changes nothing. */
function maskedFrame(payload: Uint8Array): Uint8Array {
  const isLong = payload.length > 125;
  const start = isLong ? 8 : 6;
  const frame = new Uint8Array(start + payload.length);
  frame[0] = 0x82;
  frame[1] = 0x80 | (isLong ? 126 : payload.length);
  if (isLong) new DataView(frame.buffer).setUint16(2, payload.length);
  frame.set(payload, start);
  return frame;
}
