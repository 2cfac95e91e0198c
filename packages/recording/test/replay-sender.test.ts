import type { LogRecord, RecordMetadata } from "@dataqueues/core";
import { expect, test } from "vitest";

import { ReplaySender } from "../src/replay-sender.ts";
import type { ReplaySenderOptions } from "../src/replay-sender.ts";

const { signal } = new AbortController();

/** A sender whose producer gives no acknowledgement until `acknowledge` is called. */
function senderThatWaits(options: Partial<ReplaySenderOptions> = {}): {
  readonly sender: ReplaySender;
  readonly acknowledge: () => void;
} {
  const unsettled: ((metadata: RecordMetadata) => void)[] = [];
  const send = (): Promise<RecordMetadata> => new Promise((resolve) => unsettled.push(resolve));
  const defaults = { producer: { send }, keepTimestamps: true, total: 100, signal, onProgress: undefined };
  const sender = new ReplaySender({ ...defaults, ...options });
  return {
    sender,
    acknowledge: () => unsettled.shift()?.({ topic: "gains", partition: 0, offset: 0n, timestamp: 0 }),
  };
}

/** Sends records until the sender makes its caller wait, at most so many; gives their number and the wait. */
async function sendUntilFull(sender: ReplaySender, record: LogRecord, most: number): Promise<[number, Promise<void>]> {
  for (let count = 1; count <= most; count += 1) {
    const sent = sender.send("gains", { topic: "gains", partition: 0, record });
    const waits = await Promise.race([
      sent.then(() => false),
      new Promise<true>((resolve) => setImmediate(resolve, true)),
    ]);
    if (waits) return [count, sent];
  }
  throw new Error("the sender took all");
}

const record: LogRecord = { offset: 0n, timestamp: 0, key: null, value: null, headers: [] };

test("no more than 32 MiB wait to be acknowledged", async () => {
  const { sender, acknowledge } = senderThatWaits();
  const large = { ...record, value: new Uint8Array(2 ** 20) };
  const [count, sent] = await sendUntilFull(sender, large, 40);
  expect(count).toBe(32);
  acknowledge();
  await sent;
  expect(sender.replayed).toEqual({ records: 1, recordBytes: 1_048_576n, part: 0.01 });
});

test("keys and headers count as well", async () => {
  const { sender } = senderThatWaits();
  const large = { ...record, key: new Uint8Array(2 ** 20), headers: [["h", new Uint8Array(2 ** 20)]] as const };
  const [count] = await sendUntilFull(sender, large, 40);
  expect(count).toBe(16);
});

test("no more than 5,000 records wait to be acknowledged", async () => {
  const { sender } = senderThatWaits();
  const [count] = await sendUntilFull(sender, record, 5_001);
  expect(count).toBe(5_000);
});

test("an exception of onProgress ends the sending", async () => {
  const { sender, acknowledge } = senderThatWaits({
    onProgress: () => {
      throw new Error("no such line");
    },
  });
  await sender.send("gains", { topic: "gains", partition: 0, record });
  acknowledge();
  await expect(sender.finish()).rejects.toThrow("no such line");
});

test("a signal that has aborted ends the sending, also while there is room", async () => {
  const { sender } = senderThatWaits({ signal: AbortSignal.abort(new Error("enough")) });
  await expect(sender.send("gains", { topic: "gains", partition: 0, record })).rejects.toThrow("enough");
});

test("a record that is larger than that goes alone", async () => {
  const { sender, acknowledge } = senderThatWaits();
  const [count, sent] = await sendUntilFull(sender, { ...record, value: new Uint8Array(40 * 2 ** 20) }, 2);
  expect(count).toBe(1);
  acknowledge();
  await sent;
});
