import { answerTo, frameTypes } from "@dataqueues/transport-websocket";
import type { FetchAnswer, ListOffsetsAnswer } from "@dataqueues/transport-websocket";

import type { Answer } from "./answer-reader.ts";
import { RawSocket } from "./raw-socket.ts";

/** What a viewer found. */
export interface ViewerFindings {
  /** How old each record was when all of it was there, in milliseconds. */
  readonly ages: number[];
  bytes: number;
  /** Answers that did not go on where the one before ended. */
  gaps: number;
}

/** What a viewer asks for with one fetch. */
export const fetchLimits = {
  maxWaitMs: 10_000,
  minBytes: 1,
  maxBytes: 2 ** 22,
  maxBytesPerPartition: 2 ** 20,
} as const;

/** A viewer that reads partition 0 of topics from their ends on, as a consumer does: one fetch at a time. */
export class RawViewer {
  findings: ViewerFindings = { ages: [], bytes: 0, gaps: 0 };
  readonly #topics: readonly string[];
  readonly #offsets: bigint[] = [];
  #socket: RawSocket | undefined;
  #isClosing = false;

  private constructor(topics: readonly string[]) {
    this.#topics = topics;
  }

  /** Opens a WebSocket and begins to read. The process ends with an error when the gateway ends the connection. */
  static async open(port: number, topics: readonly string[]): Promise<RawViewer> {
    const viewer = new RawViewer(topics);
    const socket = await RawSocket.open(port, (answer) => viewer.#take(answer));
    viewer.#socket = socket;
    void socket.closed.then(() => {
      if (!viewer.#isClosing) throw new Error("the gateway ended the connection of a viewer");
    });
    return viewer;
  }

  close(): void {
    this.#isClosing = true;
    this.#socket?.close();
  }

  #take({ type, body, partitions, bytes }: Answer): void {
    const { findings } = this;
    findings.bytes += bytes;
    if (type === frameTypes.heartbeat) this.#socket?.send(frameTypes.heartbeat, 0, {});
    if (type === answerTo(frameTypes.hello)) {
      const queries = this.#topics.map((topic) => ({ topic, partition: 0, at: "latest" }));
      this.#socket?.ask(frameTypes.listOffsets, { leader: 0, queries });
    }
    if (type === answerTo(frameTypes.listOffsets)) {
      for (const found of (body as ListOffsetsAnswer).offsets) {
        if ("error" in found) throw new Error(`listOffsets: ${found.error}`);
        this.#offsets.push(BigInt(found.offset));
      }
      this.#fetch();
    }
    if (type === answerTo(frameTypes.fetch)) {
      const now = Date.now();
      const firsts = partitions[Symbol.iterator]();
      for (const found of (body as FetchAnswer).fetched) {
        if ("error" in found) throw new Error(`fetch: ${found.error}`);
        const first = found.count > 0 ? firsts.next().value : undefined;
        const nextOffset = BigInt(found.nextOffset);
        if (first !== undefined) {
          findings.ages.push(now - first.timestamp);
          if (first.offset !== this.#offsets[found.index]) findings.gaps += 1;
          if (nextOffset !== first.offset + BigInt(found.count)) findings.gaps += 1;
        }
        this.#offsets[found.index] = nextOffset;
      }
      this.#fetch();
    }
    if (type === frameTypes.error) throw new Error(`the gateway answers ${JSON.stringify(body)}`);
  }

  #fetch(): void {
    const wanted = this.#topics.map((topic, at) => ({ topic, partition: 0, offset: String(this.#offsets[at]) }));
    this.#socket?.ask(frameTypes.fetch, { leader: 0, wanted, ...fetchLimits });
  }
}
