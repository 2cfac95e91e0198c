import { NdArray } from "@dataqueues/arrays";
import type { Codec } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, DecodeError, Encoding, memory } from "dataqueues";
import { expect, test } from "vitest";

import { soakTopics } from "../src/load/soak-topics.ts";

const array = NdArray.from([1, 2, 3], "<f8");
const xarrayValue = soakTopics.find(({ encoding }) => encoding === Encoding.XARRAY)?.value;

/** For each codec a value, and bytes that it cannot decode. */
const poisons: readonly { readonly encoding: Codec; readonly value: unknown; readonly poison: readonly number[] }[] = [
  { encoding: Encoding.UTF8, value: "text", poison: [0x61, 0xff] },
  { encoding: Encoding.ASCII, value: "text", poison: [0x61, 0x80] },
  { encoding: Encoding.JSON, value: [1], poison: [0x5b, 0x31] },
  { encoding: Encoding.NPY, value: array, poison: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0xff, 0xff] },
  // Five bytes that announce a list of 33 million items.
  { encoding: Encoding.MSGPACK_NUMPY, value: array, poison: [0xdd, 0x01, 0xff, 0xff, 0xff] },
  { encoding: Encoding.XARRAY, value: xarrayValue, poison: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f] },
];

test.for(poisons)(
  "a record that $encoding.name cannot decode is reported with its place, and the consumer continues after it",
  async (one) => {
    const { encoding, value, poison } = one;
    const log = memory();
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics(["a"]);
    await using producer = new DataQueueProducer(log, { topic: "a" });
    const bytes = Uint8Array.from(poison);
    for (const _ of [1, 2, 3]) {
      await producer.send(value, { encoding });
      await producer.send(bytes, { encoding: null });
    }
    await using consumer = new DataQueueConsumer(log, { topics: ["a"], encoding });
    const messages = consumer[Symbol.asyncIterator]();
    for (const offset of [0n, 2n, 4n]) {
      expect(await messages.next()).toMatchObject({ done: false, value: { offset } });
      const error: unknown = await messages.next().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DecodeError);
      expect(error).toMatchObject({ topic: "a", partition: 0, offset: offset + 1n, bytes });
    }
  },
);
