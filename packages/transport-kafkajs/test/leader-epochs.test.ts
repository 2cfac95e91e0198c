import { expect, test } from "vitest";

import { LeaderEpochs } from "../src/leader-epochs.ts";
import { BytesWriter } from "../src/protocol/bytes-writer.ts";
import { fetchRequest } from "../src/protocol/fetch.ts";
import { listOffsetsRequest } from "../src/protocol/list-offsets.ts";
import type { DescribedTopic } from "../src/protocol/metadata.ts";

function told(topicId: string, leaderEpoch: number, errorCode = 0): DescribedTopic {
  const partition = { errorCode: 0, partition: 3, leader: 1, leaderEpoch, replicas: [1], inSyncReplicas: [1] };
  return { errorCode, topic: "a", topicId, partitions: [partition] };
}

test("the newest epoch of a leader counts, whoever tells of an older one later", () => {
  const epochs = new LeaderEpochs();
  expect(epochs.of("a", 3)).toBe(-1);
  for (const epoch of [5, 7, 6]) epochs.learn(told("first", epoch));
  epochs.learn(told("first", 9, 3));
  expect([epochs.of("a", 3), epochs.of("a", 2), epochs.of("b", 3)]).toEqual([7, -1, -1]);
});

test("a topic that was made again begins with its own epochs", () => {
  const epochs = new LeaderEpochs();
  epochs.learn(told("first", 7));
  epochs.learn(told("second", 0));
  expect(epochs.of("a", 3)).toBe(0);
});

test("requests to a leader name the epoch, so that one who led before refuses them", () => {
  const epochs = new LeaderEpochs();
  epochs.learn(told("first", 0x0a0b0c0d));
  const limits = { maxWaitMs: 0, minBytes: 0, maxBytes: 0, maxBytesPerPartition: 0 };
  const place = { topic: "a", partition: 3 };
  // Kafka's protocol, Fetch 10 and ListOffsets 4: the partition, then current_leader_epoch.
  for (const { write } of [
    fetchRequest([{ ...place, offset: 0n }], limits, epochs),
    listOffsetsRequest([{ ...place, at: "latest" }], epochs),
  ]) {
    const body = new BytesWriter();
    write(body);
    expect(Buffer.from(body.written).toString("hex")).toContain("000000030a0b0c0d");
  }
});
