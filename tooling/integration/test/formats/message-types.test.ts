import type { NdArray, RecordArray } from "@dataqueues/arrays";
import { byHeader, byTopic, DataQueueConsumer, DataQueueProducer, Encoding, memory } from "dataqueues";
import type { Codec, Message, RecordContext } from "dataqueues";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";

const { JSON, NPY, UTF8 } = Encoding;
const Note = z.object({ text: z.string() });
const Gain = z.object({ gain: z.number() });
type Note = z.infer<typeof Note>;
type Gain = z.infer<typeof Gain>;
type Gains = NdArray | RecordArray;

/** What a loop over a consumer gives. */
type MessageOf<C> = C extends AsyncIterable<infer M> ? M : never;

// The compiler checks these types; running the tests shows only that they run.
test("the value's type follows from message.topic with an encoding by topic", () => {
  const consumer = new DataQueueConsumer(memory(), { encoding: byTopic({ notes: UTF8, gains: NPY }) });
  expectTypeOf(consumer).toEqualTypeOf<DataQueueConsumer<never, { notes: string; gains: Gains }>>();
  const read = (message: MessageOf<typeof consumer>): void => {
    expectTypeOf(message.topic).toEqualTypeOf<"notes" | "gains">();
    if (message.topic === "notes") expectTypeOf(message.value).toEqualTypeOf<string | null>();
    else expectTypeOf(message.value).toEqualTypeOf<Gains | null>();
  };
  expectTypeOf(read).toBeFunction();
});

test("otherwise adds the messages of other topics, unless the compiler knows that none is read", () => {
  const encoding = byTopic({ notes: UTF8, gains: NPY }, byHeader([UTF8]));
  const consumer = new DataQueueConsumer(memory(), { encoding });
  expectTypeOf<MessageOf<typeof consumer>>().toEqualTypeOf<
    Message<string | null, "notes"> | Message<Gains | null, "gains"> | Message<string | null>
  >();
  const named = new DataQueueConsumer(memory(), { topics: ["notes", "gains"], encoding });
  expectTypeOf<MessageOf<typeof named>>().toEqualTypeOf<
    Message<string | null, "notes"> | Message<Gains | null, "gains">
  >();
  const one = new DataQueueConsumer(memory(), { topics: "notes", encoding });
  expectTypeOf<MessageOf<typeof one>>().toEqualTypeOf<
    Message<string | null, "notes"> | Message<Gains | null, "gains">
  >();
  const other = new DataQueueConsumer(memory(), { topics: ["notes", "else"], encoding });
  expectTypeOf<MessageOf<typeof other>>().toEqualTypeOf<MessageOf<typeof consumer>>();
});

test("the value's type follows from message.topic with a schema by topic", () => {
  const schema = { notes: Note, gains: Gain };
  for (const option of [schema, byTopic(schema)]) {
    const consumer = new DataQueueConsumer(memory(), { topics: ["notes", "gains"], encoding: JSON, schema: option });
    expectTypeOf<MessageOf<typeof consumer>>().toEqualTypeOf<
      Message<Note | null, "notes"> | Message<Gain | null, "gains">
    >();
  }
  // Other topics may be read, and nothing checks their values.
  const open = new DataQueueConsumer(memory(), { topics: ["notes"] as string[], encoding: UTF8, schema });
  expectTypeOf<MessageOf<typeof open>>().toEqualTypeOf<
    Message<Note | null, "notes"> | Message<Gain | null, "gains"> | Message<string | null>
  >();
  const bytes = new DataQueueConsumer(memory(), { schema });
  expectTypeOf<MessageOf<typeof bytes>>().toEqualTypeOf<
    Message<Note | null, "notes"> | Message<Gain | null, "gains"> | Message<Uint8Array | null>
  >();
  const all = new DataQueueConsumer(memory(), { encoding: JSON, schema: byTopic(schema, z.number()) });
  expectTypeOf<MessageOf<typeof all>>().toEqualTypeOf<
    Message<Note | null, "notes"> | Message<Gain | null, "gains"> | Message<number | null>
  >();
  const unchecked = new DataQueueConsumer(memory(), { encoding: UTF8, schema, validate: false });
  expectTypeOf(unchecked).toEqualTypeOf<DataQueueConsumer<string>>();
});

test("a schema by topic comes before an encoding by topic", () => {
  const encoding = byTopic({ notes: JSON, gains: NPY });
  for (const schema of [{ notes: Note }, byTopic({ notes: Note })]) {
    const consumer = new DataQueueConsumer(memory(), { encoding, schema });
    expectTypeOf<MessageOf<typeof consumer>>().toEqualTypeOf<
      Message<Note | null, "notes"> | Message<Gains | null, "gains">
    >();
    const unchecked = new DataQueueConsumer(memory(), { encoding, schema, validate: false });
    expectTypeOf<MessageOf<typeof unchecked>>().toEqualTypeOf<
      Message<unknown, "notes"> | Message<Gains | null, "gains">
    >();
  }
  const one = new DataQueueConsumer(memory(), { encoding, schema: Note });
  expectTypeOf(one).toEqualTypeOf<DataQueueConsumer<Note>>();
});

test("a producer with an encoding by topic sends what one of the codecs takes", () => {
  const producer = new DataQueueProducer(memory(), { encoding: byTopic({ notes: UTF8, gains: NPY }) });
  expectTypeOf(producer).toEqualTypeOf<DataQueueProducer<string | Gains>>();
  const byName = new DataQueueProducer(memory(), { encoding: byHeader([UTF8, NPY]) });
  expectTypeOf(byName).toEqualTypeOf<DataQueueProducer<string | Gains>>();
});

test("codecs that give promises, and codecs of one parameter or with a context, have their types", () => {
  const later = {
    name: "later",
    encode: async (_value: Date) => new Uint8Array(),
    decode: async (_bytes: Uint8Array) => new Date(),
  };
  const counting = {
    name: "counting",
    encode: (_value: number, _context: RecordContext) => new Uint8Array(),
    decode: (_bytes: Uint8Array, _context?: RecordContext) => 5,
  };
  expectTypeOf(later).toExtend<Codec<Date>>();
  expectTypeOf(counting).toExtend<Codec<number>>();
  expectTypeOf<Codec<number>["decode"]>().toBeCallableWith(new Uint8Array());
  const consumer = new DataQueueConsumer(memory(), { encoding: byTopic({ a: later, b: counting }) });
  expectTypeOf<MessageOf<typeof consumer>>().toEqualTypeOf<Message<Date | null, "a"> | Message<number | null, "b">>();
  const producer = new DataQueueProducer(memory(), { encoding: byTopic({ a: later, b: counting }) });
  expectTypeOf(producer).toEqualTypeOf<DataQueueProducer<Date | number>>();
});
