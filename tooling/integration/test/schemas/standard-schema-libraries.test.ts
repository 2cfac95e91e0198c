import {
  DataQueueAdmin,
  DataQueueConsumer,
  DataQueueProducer,
  DecodeError,
  Encoding,
  memory,
  SchemaError,
} from "dataqueues";
import type { Schema } from "@dataqueues/core";
import { metric } from "@dataqueues/schemas";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as z from "zod";

import { take } from "../take.ts";

interface Weather {
  readonly station: string;
  readonly wind: { readonly speed: number };
}

const zodWeather = z.object({ station: z.string(), wind: z.object({ speed: z.number() }) });

const schemas: Record<string, Schema<Weather>> = {
  zod: zodWeather,
  valibot: v.object({ station: v.string(), wind: v.object({ speed: v.number() }) }),
  arktype: type({ station: "string", wind: { speed: "number" } }),
  "zod, checked asynchronously": zodWeather.refine(() => Promise.resolve(true)),
  "a metric of your own": metric({ name: "weather", payload: zodWeather }),
};

describe.each(Object.entries(schemas))("a schema from %s", (_name, schema) => {
  const good: Weather = { station: "S8", wind: { speed: 3.5 } };
  const bad = { station: "S8", wind: { speed: "3.5" } };

  test("makes the producer refuse a value that does not match, with the place in it", async () => {
    const log = memory();
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics(["weather"]);
    await using producer = new DataQueueProducer(log, { topic: "weather", encoding: Encoding.JSON, schema });
    const error: unknown = await producer.send(bad as never).catch((reason: unknown) => reason);
    if (!(error instanceof SchemaError)) throw new Error("a SchemaError was expected", { cause: error });
    expect(error.topic).toBe("weather");
    const steps = Array.from(error.issues[0]?.path ?? [], (step) => (typeof step === "object" ? step.key : step));
    expect(steps).toEqual(["wind", "speed"]);
    expect(error.message).toContain("wind.speed: ");
    expect(await producer.send(good)).toMatchObject({ offset: 0n });
    expect(await producer.send(bad as never, { validate: false })).toMatchObject({ offset: 1n });
  });

  test("makes the consumer refuse a message that does not match, and the next message follows", async () => {
    const log = memory();
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics(["weather"]);
    await using producer = new DataQueueProducer(log, { topic: "weather", encoding: Encoding.JSON });
    await producer.send(bad);
    await producer.send(good);
    await using consumer = new DataQueueConsumer(log, { topics: ["weather"], encoding: Encoding.JSON, schema });
    const error: unknown = await take(consumer, 1).catch((reason: unknown) => reason);
    if (!(error instanceof DecodeError)) throw new Error("a DecodeError was expected", { cause: error });
    expect(error).toMatchObject({ topic: "weather", partition: 0, offset: 0n });
    expect(error.cause).toBeInstanceOf(SchemaError);
    expect(JSON.parse(new TextDecoder().decode(error.bytes))).toEqual(bad);
    expect(await take(consumer, 1)).toMatchObject([{ value: good, offset: 1n }]);
  });
});
