import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";

/** An event that a member wrote. */
export interface MemberEvent {
  readonly what: string;
  /** Unix time in milliseconds. */
  readonly time: number;
  /** Of a message that was handled. */
  readonly partition?: number;
  readonly offset?: number;
  /** Of partitions that came or went. */
  readonly partitions?: readonly (readonly [topic: string, partition: number])[];
}

const pieceBytes = 65_536;

/** The file that a member appends its events to, one line of JSON each. */
export class EventFile {
  readonly #path: string;
  #read = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** The events since the last call. */
  next(): MemberEvent[] {
    if (!existsSync(this.#path)) return [];
    const descriptor = openSync(this.#path, "r");
    const piece = Buffer.alloc(pieceBytes);
    // Members write ASCII only, so no character is cut in two.
    for (let bytes = -1; bytes !== 0; this.#read += bytes) {
      bytes = readSync(descriptor, piece, 0, pieceBytes, this.#read);
      this.#rest += piece.toString("latin1", 0, bytes);
    }
    closeSync(descriptor);
    const lines = this.#rest.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.map((line): MemberEvent => JSON.parse(line));
  }

  /** All that was ever written. */
  text(): string {
    return existsSync(this.#path) ? readFileSync(this.#path, "utf8") : "";
  }
}
