import { TransportError } from "@dataqueues/core";
import type { FetchedPartition } from "@dataqueues/core";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { expect, test } from "vitest";

import { fetchedPartition } from "../src/fetched-partition.ts";
import { BytesReader } from "../src/protocol/bytes-reader.ts";
import { crc32c } from "../src/protocol/crc32c.ts";
import { consumerGroupHeartbeatRequest } from "../src/protocol/consumer-group-heartbeat.ts";
import { createPartitionsRequest } from "../src/protocol/create-partitions.ts";
import { createTopicsRequest } from "../src/protocol/create-topics.ts";
import { deleteTopicsRequest } from "../src/protocol/delete-topics.ts";
import { deleteRecordsRequest } from "../src/protocol/delete-records.ts";
import { brokerResource, describeConfigsRequest } from "../src/protocol/describe-configs.ts";
import { fetchRequest } from "../src/protocol/fetch.ts";
import { describeLogDirsRequest } from "../src/protocol/describe-log-dirs.ts";
import { findCoordinatorRequest } from "../src/protocol/find-coordinator.ts";
import { heartbeatRequest } from "../src/protocol/heartbeat.ts";
import { incrementalAlterConfigsRequest } from "../src/protocol/incremental-alter-configs.ts";
import { initProducerIdRequest } from "../src/protocol/init-producer-id.ts";
import { joinGroupRequest } from "../src/protocol/join-group.ts";
import { leaveGroupRequest } from "../src/protocol/leave-group.ts";
import { listOffsetsRequest } from "../src/protocol/list-offsets.ts";
import { metadataRequest } from "../src/protocol/metadata.ts";
import { offsetCommitRequest } from "../src/protocol/offset-commit.ts";
import { offsetFetchRequest } from "../src/protocol/offset-fetch.ts";
import { produceRequest } from "../src/protocol/produce.ts";
import { syncGroupRequest } from "../src/protocol/sync-group.ts";
import { groupMember as member } from "./group-member.ts";
import { fromHex, javaBatches } from "./java-batches.ts";

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);
const mutants = 20_000;
const mostBytes = 2 ** 20;
const telling = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** Whole numbers below a limit; the same seed gives the same numbers. */
function randomNumbers(start: number): (below: number) => number {
  const generator = mersenne(start);
  return (below) => uniformInt(generator, 0, below - 1);
}

/** A batch of Java's with some bytes or numbers changed or moved, possibly cut or appended to the original. */
function mutate(original: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const place = random(bytes.length);
    const kind = random(4);
    if (kind === 0) bytes.writeUInt32BE(telling[random(telling.length)] ?? 0, Math.min(place, bytes.length - 4));
    else if (kind === 1) bytes.copyWithin(place, random(bytes.length), random(bytes.length));
    else bytes[place] = random(256);
  }
  const kind = random(16);
  if (kind === 0) return bytes.subarray(0, 1 + random(bytes.length));
  if (kind === 1) return Buffer.concat([original, bytes]);
  return bytes;
}

/** Corrects the checksum of the first batch, as an attacker would. */
function signed(bytes: Buffer): Buffer {
  if (bytes.length < 61) return bytes;
  const end = 12 + bytes.readInt32BE(8);
  if (end >= 21 && end <= bytes.length) bytes.writeUInt32BE(crc32c(bytes.subarray(21, end)), 17);
  return bytes;
}

/** What is wrong with fetched records. */
function misplaced(
  { records, nextOffset }: Extract<FetchedPartition, { nextOffset: bigint }>,
  from: bigint,
): string | undefined {
  if (nextOffset <= from) return "the offset did not move";
  const offsets = records.map(({ offset }) => offset);
  const inPlace = offsets.every(
    (offset, index) => offset >= from && offset < nextOffset && offset > (offsets[index - 1] ?? -1n),
  );
  return inPlace ? undefined : `records at ${offsets.join()} of ${from} to ${nextOffset}`;
}

/** What is missing in an error. */
function unclear(error: TransportError, from: bigint): string | undefined {
  const { topic, partition, offset, retriable, message } = error;
  const told = error instanceof TransportError && topic === "t" && partition === 3 && offset === from && !retriable;
  return told && message.includes(`offset ${from} of t [3]`) ? undefined : "the error does not say where";
}

test(`a damaged batch is read or is an error that says where, and is never skipped silently (DATAQUEUES_SEED=${seed})`, async () => {
  const random = randomNumbers(seed);
  const originals = Object.values(javaBatches).map((hex) => fromHex(hex));
  const codes = new Map<string, number>();
  for (let count = 0; count < mutants; count++) {
    const original = originals[random(originals.length)] ?? Buffer.alloc(0);
    const changed = mutate(original, random);
    const recordSet = random(8) === 0 ? changed : signed(changed);
    const from = original.readBigInt64BE(0) + BigInt(random(3));
    const place = { topic: "t", partition: 3 };
    const answer = await fetchedPartition(
      { ...place, errorCode: 0, highWatermark: 99n, abortedTransactions: [], recordSet },
      from,
      { checkCrcs: true, maxBatchBytes: mostBytes, roomForDecompressed: mostBytes },
    );
    const { error } = answer;
    codes.set(error?.code ?? "read", (codes.get(error?.code ?? "read") ?? 0) + 1);
    const wrong = error === undefined ? misplaced(answer, from) : unclear(error, from);
    if (wrong !== undefined) throw new Error(`${wrong}: ${recordSet.toString("hex")}`, { cause: error });
  }
  for (const outcome of ["read", "CORRUPT_MESSAGE"]) expect(codes.get(outcome)).toBeGreaterThan(mutants / 20);
}, 60_000);

test(`a garbled response to any request is read or is a RangeError (DATAQUEUES_SEED=${seed})`, () => {
  const random = randomNumbers(seed);
  const requests = [
    fetchRequest([], { maxWaitMs: 1, minBytes: 1, maxBytes: 1, maxBytesPerPartition: 1 }),
    produceRequest([], -1, 1),
    listOffsetsRequest([]),
    metadataRequest([]),
    initProducerIdRequest(),
    createTopicsRequest([], 1),
    createPartitionsRequest([], 1),
    deleteTopicsRequest([], 1),
    describeConfigsRequest(brokerResource, ["1"]),
    deleteRecordsRequest([], 1),
    describeLogDirsRequest([]),
    incrementalAlterConfigsRequest([], false),
    findCoordinatorRequest("g"),
    offsetCommitRequest(member, []),
    offsetFetchRequest(member, []),
    joinGroupRequest(member, new Uint8Array()),
    syncGroupRequest(member, []),
    heartbeatRequest(member),
    leaveGroupRequest("g", "m"),
    consumerGroupHeartbeatRequest({ ...member, owned: [] }),
  ];
  let refused = 0;
  for (let count = 0; count < mutants / 4; count++) {
    const bytes = Buffer.alloc(1 + random(200));
    // Mostly small numbers, so that nested structures are reached.
    for (let index = 0; index < bytes.length; index++) bytes[index] = random(8) === 0 ? random(256) : random(2);
    for (const request of requests) {
      try {
        const { min, max, firstFlexible } = request.api;
        const version = min + random(max - min + 1);
        request.read(new BytesReader(bytes, version >= firstFlexible), version);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(mutants / 4);
});
