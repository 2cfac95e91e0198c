import { expect, test } from "vitest";

import { SchemaError } from "../../src/contract/errors.ts";
import type { Schema } from "../../src/contract/schema.ts";
import { byTopic } from "../../src/formats/by-topic.ts";
import { producing, valuesOf } from "./producing.ts";

/** A schema that refuses every value, with this issue. */
function refusing(message: string): Schema<string> {
  return { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message }] }) } };
}

const topics = { a: 1, b: 1, toString: 1 };

test("a producer's schema by topic checks the values of the topics that it names", async () => {
  const { producer, log } = producing({ schema: { b: refusing("not for b") } }, topics);
  await producer.send("0");
  await producer.send("1", { topic: "toString" });
  const refused: unknown = await producer.send("2", { topic: "b" }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SchemaError);
  expect(refused).toMatchObject({ topic: "b", issues: [{ message: "not for b" }] });
  await producer.send("3", { topic: "b", validate: false });
  expect([valuesOf(log, "a"), valuesOf(log, "b"), valuesOf(log, "toString")]).toEqual([["0"], ["3"], ["1"]]);
});

test("the schema of a send replaces the producer's, whether by topic or not", async () => {
  const schema = { a: refusing("the producer's") };
  const { producer, log } = producing({ schema }, topics);
  await producer.send("0", { schema: { b: refusing("b") } });
  await expect(producer.send("1", { schema: { a: refusing("the send's") } })).rejects.toThrow("the send's");
  await expect(producer.send("2", { schema: refusing("one for all") })).rejects.toThrow("one for all");
  expect(valuesOf(log, "a")).toEqual(["0"]);
});

test("byTopic with otherwise checks the values of all topics", async () => {
  const schema = byTopic({ a: refusing("a") }, refusing("another"));
  const { producer, log } = producing({ schema }, topics);
  await expect(producer.send("0")).rejects.toThrow("1 issue\n * a");
  await expect(producer.send("1", { topic: "b" })).rejects.toThrow("1 issue\n * another");
  expect([valuesOf(log, "a"), valuesOf(log, "b")]).toEqual([[], []]);
});
