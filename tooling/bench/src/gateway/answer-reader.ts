import { answerTo, frameTypes } from "@dataqueues/transport-websocket";
import type { FetchAnswer } from "@dataqueues/transport-websocket";

/** An answer of a gateway, of whose records only the first of each partition was looked at. */
export interface Answer {
  readonly type: number;
  readonly body: unknown;
  readonly partitions: readonly { readonly offset: bigint; readonly timestamp: number }[];
  /** All bytes of it. */
  readonly bytes: number;
}

const headerBytes = 16;
/** The offset and timestamp at the beginning of a record. */
const recordBytes = 16;

/** A piece of a message that is kept: from where, and what of it has come. */
interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
  filled: number;
}

/**
 * Reads what a gateway sends on a TCP connection: HTTP's answer to the upgrade, then frames of RFC 6455 in any fragments.
 * Records pass by without being kept.
 */
export class AnswerReader {
  readonly #onAnswer: (answer: Answer) => void;
  #http: string | undefined = "";
  /** The header of a WebSocket frame, as far as it has come. */
  #frameHeader: number[] = [];
  #left = 0;
  #isFinal = false;
  #isControl = false;
  /** How much of the message has come. */
  #position = 0;
  #pieces: Piece[] = [];
  #body: unknown;

  /** @param onAnswer - called with each. */
  constructor(onAnswer: (answer: Answer) => void) {
    this.#onAnswer = onAnswer;
  }

  /** Takes what came. */
  read(bytes: Uint8Array): void {
    let at = this.#http === undefined ? 0 : this.#readHttp(bytes);
    while (at < bytes.length) {
      if (this.#left === 0) {
        at += this.#readFrameHeader(bytes.subarray(at));
        if (this.#left === 0) continue;
      }
      const taken = bytes.subarray(at, at + this.#left);
      at += taken.length;
      this.#left -= taken.length;
      if (!this.#isControl) this.#pass(taken);
      if (this.#left === 0 && this.#isFinal && !this.#isControl) this.#end();
    }
  }

  /** Returns where frames begin, or how much there was. */
  #readHttp(bytes: Uint8Array): number {
    const before = this.#http ?? "";
    this.#http = before + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const end = this.#http.indexOf("\r\n\r\n");
    if (end < 0) return bytes.length;
    if (!this.#http.startsWith("HTTP/1.1 101")) throw new Error(`the gateway answers ${this.#http.slice(0, end)}`);
    this.#http = undefined;
    return end + 4 - before.length;
  }

  /** Returns how many bytes of it there were. */
  #readFrameHeader(bytes: Uint8Array): number {
    let read = 0;
    while (read < bytes.length && this.#left === 0) {
      this.#frameHeader.push(bytes[read] ?? 0);
      read += 1;
      const [first = 0, second] = this.#frameHeader;
      const lengthBytes = second === 127 ? 8 : second === 126 ? 2 : 0;
      if (second === undefined || this.#frameHeader.length < 2 + lengthBytes) continue;
      const long = this.#frameHeader.slice(2).reduce((sum, byte) => sum * 256 + byte, 0);
      this.#left = lengthBytes > 0 ? long : second;
      this.#isFinal = (first & 0x80) !== 0;
      this.#isControl = (first & 0x08) !== 0;
      this.#frameHeader = [];
      if (this.#left === 0 && this.#isFinal && !this.#isControl) this.#end();
      if (this.#left === 0) break;
    }
    return read;
  }

  /** Keeps the pieces of a message that are wanted. */
  #pass(bytes: Uint8Array): void {
    const start = this.#position;
    this.#position += bytes.length;
    if (this.#pieces.length === 0) this.#pieces.push({ at: 0, bytes: new Uint8Array(headerBytes), filled: 0 });
    // Pieces are added while this goes on: the header says where the JSON ends, and the JSON where records begin.
    for (let index = 0; index < this.#pieces.length; index++) {
      const piece = this.#pieces[index];
      if (piece === undefined || piece.filled === piece.bytes.length) continue;
      const from = piece.at + piece.filled - start;
      if (from >= bytes.length) continue;
      const part = bytes.subarray(from, from + piece.bytes.length - piece.filled);
      piece.bytes.set(part, piece.filled);
      piece.filled += part.length;
      if (piece.filled === piece.bytes.length) this.#filled(index, piece);
    }
  }

  #filled(index: number, { bytes }: Piece): void {
    if (index === 0) {
      const length = new DataView(bytes.buffer).getUint32(8, true);
      this.#pieces.push({ at: headerBytes, bytes: new Uint8Array(length), filled: 0 });
    }
    if (index !== 1) return;
    this.#body = JSON.parse(new TextDecoder().decode(bytes));
    if (this.#pieces[0]?.bytes[0] !== answerTo(frameTypes.fetch)) return;
    let at = Math.ceil((headerBytes + bytes.length) / 8) * 8;
    for (const found of (this.#body as FetchAnswer).fetched) {
      if ("error" in found) continue;
      if (found.count > 0) this.#pieces.push({ at, bytes: new Uint8Array(recordBytes), filled: 0 });
      at += found.bytes;
    }
  }

  #end(): void {
    const [header, , ...records] = this.#pieces;
    const answer = {
      type: header?.bytes[0] ?? 0,
      body: this.#body,
      partitions: records.map(({ bytes }) => {
        const view = new DataView(bytes.buffer);
        return { offset: view.getBigInt64(0, true), timestamp: view.getFloat64(8, true) };
      }),
      bytes: this.#position,
    };
    this.#pieces = [];
    this.#position = 0;
    this.#body = undefined;
    this.#onAnswer(answer);
  }
}
