import { answerTo, frameTypes } from "@dataqueues/transport-websocket";

import { RawSocket } from "./raw-socket.ts";
import { fetchLimits } from "./raw-viewer.ts";

/** Asks for all there is, and reads nothing of it. Opens again when it is cut. */
export class StoppedViewer {
  #socket: RawSocket | undefined;
  #isClosing = false;

  async run(port: number, topics: readonly string[]): Promise<void> {
    while (!this.#isClosing) {
      const socket = await RawSocket.open(port, ({ type }) => {
        if (type !== answerTo(frameTypes.hello)) return;
        for (let count = 0; count < 4; count += 1) socket.ask(frameTypes.fetch, oldRecords(topics));
        socket.pause();
      });
      this.#socket = socket;
      await socket.closed;
    }
  }

  close(): void {
    this.#isClosing = true;
    this.#socket?.close();
  }
}

/** Asks for the same old records as fast as it is answered, four requests at a time. Opens again when it is cut. */
export class HostileViewer {
  answers = 0;
  #socket: RawSocket | undefined;
  #isClosing = false;

  async run(port: number, topics: readonly string[]): Promise<void> {
    while (!this.#isClosing) {
      const socket = await RawSocket.open(port, ({ type }) => {
        if (type === frameTypes.heartbeat) socket.send(frameTypes.heartbeat, 0, {});
        const isFirst = type === answerTo(frameTypes.hello);
        if (!isFirst) this.answers += 1;
        for (let count = 0; count < (isFirst ? 4 : 1); count += 1) socket.ask(frameTypes.fetch, oldRecords(topics));
      });
      this.#socket = socket;
      await socket.closed;
    }
  }

  close(): void {
    this.#isClosing = true;
    this.#socket?.close();
  }
}

function oldRecords(topics: readonly string[]): object {
  const wanted = topics.map((topic) => ({ topic, partition: 0, offset: "0" }));
  return { leader: 0, wanted, ...fetchLimits, maxWaitMs: 0 };
}
