import { byHeader, byTopic } from "@dataqueues/core";
import type { RecordContext } from "@dataqueues/core";
import { json } from "@dataqueues/codec-json";
import { npy } from "@dataqueues/codec-npy";
import { utf8 } from "@dataqueues/codec-text";
import { codecCases } from "@dataqueues/testing";
import { describe, expect, test } from "vitest";

const record: RecordContext = { topic: "notes", partition: 0, key: null, headers: [], timestamp: 0 };
const named: RecordContext = { ...record, headers: [["encoding", new TextEncoder().encode("utf-8")]] };

const codecs = {
  "a codec by topic": { codec: byTopic({ notes: utf8(), gains: npy() }), context: record },
  "a codec by topic for all others": { codec: byTopic({ gains: npy() }, utf8()), context: record },
  "a codec by header": { codec: byHeader([json(), utf8()]), context: named },
  "a codec by topic and header": { codec: byTopic({ notes: byHeader([json(), utf8()]) }), context: named },
};

describe.each(Object.entries(codecs))("%s", (_, { codec, context }) => {
  const vectors = [{ bytes: Uint8Array.of(0xc3, 0xa9), value: "é" }];
  const cases = codecCases({ codec, context, values: ["", "é"], vectors, refused: [Uint8Array.of(0xff)] });
  test.each(cases)("$name", ({ run }) => expect(run()).resolves.toBeUndefined());
});
