import type { NdArray, RecordArray } from "@dataqueues/arrays";
import { byTopic, DataQueueProducer, Encoding, memory } from "dataqueues";
import { expectTypeOf, test } from "vitest";

const { NPY, UTF8 } = Encoding;
type Gains = NdArray | RecordArray;

// The compiler checks these types; running the test shows only that it runs.
test("a stream takes what its encoding takes, or what its record function does", () => {
  const producer = new DataQueueProducer(memory(), { topic: "a", encoding: UTF8 });
  expectTypeOf(producer.writable()).toEqualTypeOf<WritableStream<string>>();
  expectTypeOf(producer.writable({ highWaterMark: 5 })).toEqualTypeOf<WritableStream<string>>();
  expectTypeOf(producer.writable({ encoding: NPY })).toEqualTypeOf<WritableStream<Gains>>();
  expectTypeOf(producer.writable({ encoding: null })).toEqualTypeOf<WritableStream<Uint8Array | null>>();
  const both = byTopic({ a: UTF8, b: NPY });
  expectTypeOf(producer.writable({ encoding: both })).toEqualTypeOf<WritableStream<string | Gains>>();
  const keyed = producer.writable({ record: (chunk: number) => ({ value: String(chunk), key: "k" }) });
  expectTypeOf(keyed).toEqualTypeOf<WritableStream<number>>();
  const arrays = producer.writable({ encoding: NPY, record: (chunk: { gains: NdArray }) => ({ value: chunk.gains }) });
  expectTypeOf(arrays).toEqualTypeOf<WritableStream<{ gains: NdArray }>>();
  // @ts-expect-error -- the encoding takes text
  producer.writable({ record: (chunk: number) => ({ value: chunk }) });
  const bytes = new DataQueueProducer(memory(), { topic: "a" });
  expectTypeOf(bytes.writable()).toEqualTypeOf<WritableStream<Uint8Array | null>>();
});
