import { expect, test } from "vitest";

import { fetchedPartition } from "../src/fetched-partition.ts";
import { fromHex } from "./java-batches.ts";
import vectors from "./hostile-vectors.json" with { type: "json" };

/*
 * Record sets that hostile-batches.test.ts made of Java's batches by chance, mostly with the checksum made right again, and
 * what Kafka's own consumer reads of each (JavaReads.java): the offsets, or that it refuses them.
 */

interface Vector {
  readonly hex: string;
  /** The offset that is asked for. */
  readonly from: string;
  readonly java: string;
  /** Why it is refused here. */
  readonly why?: string;
  /** The offsets that are read here, and the next one. */
  readonly read?: string;
  readonly next?: string;
}

const all: readonly Vector[] = vectors;
const readable = all.filter(({ read }) => read !== undefined);
const refused = all.filter(({ why }) => why !== undefined);

function fetched({ hex, from }: Vector) {
  const answer = { topic: "t", partition: 3, errorCode: 0, highWatermark: 99n, abortedTransactions: [] };
  const context = { checkCrcs: true, maxBatchBytes: 2 ** 20, roomForDecompressed: 2 ** 20 };
  return fetchedPartition({ ...answer, recordSet: fromHex(hex) }, BigInt(from), context);
}

async function offsetsOf(vector: Vector): Promise<{ offsets: string[]; next: string }> {
  const answer = await fetched(vector);
  if (answer.error !== undefined) throw answer.error;
  return { offsets: answer.records.map(({ offset }) => String(offset)), next: String(answer.nextOffset) };
}

const offsetsIn = (text = ""): string[] => text.split(" ").filter((offset) => offset !== "");

test("there are record sets of each kind", () => {
  expect(readable.length).toBeGreaterThan(20);
  expect(refused.length).toBeGreaterThan(90);
});

test("a changed batch that Java's consumer reads has the same records here, from the asked offset on", async () => {
  const both = readable.filter(({ java }) => java !== "refused");
  for (const vector of both) {
    const expected = offsetsIn(vector.java).filter((offset) => BigInt(offset) >= BigInt(vector.from));
    const { offsets } = await offsetsOf(vector);
    expect({ ...vector, offsets }).toEqual({ ...vector, offsets: expected });
  }
  expect(both.length).toBeGreaterThan(15);
});

test("what Java's consumer refuses in a later batch, or in a mark, leaves what is before it readable", async () => {
  for (const vector of readable) {
    const { offsets, next } = await offsetsOf(vector);
    expect({ ...vector, offsets, next }).toEqual({ ...vector, offsets: offsetsIn(vector.read) });
  }
});

test.each([...Map.groupBy(refused, ({ why = "" }) => why.replace(/-?\d{2,}/g, "…"))])(
  "a changed batch is an error of its place: %s",
  async (_why, group) => {
    for (const vector of group) {
      const { error } = await fetched(vector);
      const code = vector.why?.startsWith("compression number") ? "UNSUPPORTED_COMPRESSION_TYPE" : "CORRUPT_MESSAGE";
      const place = { topic: "t", partition: 3, offset: BigInt(vector.from), retriable: false };
      expect({ ...vector, error }).toMatchObject({ ...vector, error: { ...place, code } });
      expect(error?.message).toContain(
        `The record batch at offset ${vector.from} of t [3] cannot be read: ${vector.why}`,
      );
    }
  },
);

test("what Java's consumer reads and is refused here has records twice, out of place or left over, or ends too early", () => {
  const stricter = refused.filter(({ java }) => java !== "refused").map(({ why }) => why);
  for (const why of stricter) {
    expect(why).toMatch(
      /out of place|bytes follow its last record|ends before that offset|before 0\.11|it is no zstd, or damaged/,
    );
  }
});
