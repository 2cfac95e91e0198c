import { describe, expect, test } from "vitest";

import { fetch, opened, produce, recordsOf, valuesOf } from "./requests.ts";

const earliest = { topic: "a", partition: 0, at: "earliest" } as const;

test("describeLogDirs counts the bytes of keys, values and headers of each partition", async () => {
  const { connection } = await opened(2);
  const record = { key: Uint8Array.of(1, 2), value: new Uint8Array(100), timestamp: 0 };
  await produce(connection, [
    {
      ...record,
      headers: [
        ["träce", new Uint8Array(10)],
        ["none", null],
      ],
    },
    { ...record, key: null, value: null, headers: [] },
  ]);
  const sizes = await connection.describeLogDirs(
    1,
    [0, 1, 2].map((partition) => ({ topic: "a", partition })),
  );
  expect(sizes).toMatchObject([
    { topic: "a", partition: 0, size: 2 + 100 + 6 + 10 + 4 },
    { topic: "a", partition: 1, size: 0 },
    { topic: "a", partition: 2, error: { code: "UNKNOWN_TOPIC_OR_PARTITION", partition: 2 } },
  ]);
});

describe("deleteRecords", () => {
  test("deletes the records before an offset, and tells the first offset that is left", async () => {
    const { connection } = await opened(2);
    await produce(connection, recordsOf("0", "1", "2", "3"));
    await produce(connection, recordsOf("x"), 1);
    const before = (beforeOffset: bigint | "latest") =>
      connection.deleteRecords(1, [{ topic: "a", partition: 0, beforeOffset }]);
    expect(await before(3n)).toEqual([{ topic: "a", partition: 0, lowWatermark: 3n }]);
    // What is gone already does not come back.
    expect(await before(1n)).toEqual([{ topic: "a", partition: 0, lowWatermark: 3n }]);
    expect(await connection.listOffsets(1, [earliest])).toMatchObject([{ offset: 3n }]);
    const wanted = [
      [0, 2n],
      [0, 3n],
      [1, 0n],
    ] as const;
    expect(valuesOf(await fetch(connection, wanted))).toEqual(["OFFSET_OUT_OF_RANGE", ["3"], ["x"]]);
    expect(await before("latest")).toEqual([{ topic: "a", partition: 0, lowWatermark: 4n }]);
    expect(valuesOf(await fetch(connection, [[0, 4n]]))).toEqual([[]]);
    // The offsets go on.
    expect(await produce(connection, recordsOf("4"))).toMatchObject({ baseOffset: 4n });
  });

  test("has a result for each partition in order; beyond the end nothing is deleted", async () => {
    const { log, connection } = await opened(3, { nodes: 2, firstOffset: 100n });
    await produce(connection, recordsOf("0", "1"));
    await produce(connection, recordsOf("0", "1"), 2);
    log.faults.fail("KAFKA_STORAGE_ERROR", { request: "deleteRecords", partition: 7 });
    const specs = [
      [7, 0n],
      [0, 103n],
      [0, -1n],
      [1, 100n],
      [9, "latest"],
      [2, 101n],
    ] as const;
    const results = await connection.deleteRecords(
      1,
      specs.map(([partition, beforeOffset]) => ({ topic: "a", partition, beforeOffset })),
    );
    expect(results).toMatchObject([
      { partition: 7, error: { code: "KAFKA_STORAGE_ERROR" } },
      { partition: 0, error: { code: "OFFSET_OUT_OF_RANGE", topic: "a", partition: 0, retriable: false } },
      { partition: 0, error: { code: "OFFSET_OUT_OF_RANGE" } },
      { partition: 1, error: { code: "NOT_LEADER_OR_FOLLOWER", topic: "a", partition: 1 } },
      { partition: 9, error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
      { partition: 2, lowWatermark: 101n },
    ]);
    expect(await connection.listOffsets(1, [earliest])).toMatchObject([{ offset: 100n }]);
  });

  test("tells a fetch that waits there that its offset is gone", async () => {
    const { connection } = await opened();
    await produce(connection, recordsOf("0", "1"));
    const waiting = fetch(connection, [[0, 1n]], { maxWaitMs: 60_000, minBytes: 1_000 });
    await connection.deleteRecords(1, [{ topic: "a", partition: 0, beforeOffset: "latest" }]);
    expect(valuesOf(await waiting)).toEqual(["OFFSET_OUT_OF_RANGE"]);
  });
});

describe("settings", () => {
  const plain = { isSensitive: false, isReadOnly: false };
  const own = { ...plain, source: "DYNAMIC_TOPIC_CONFIG", isDefault: false };
  const byDefault = { ...plain, source: "DEFAULT_CONFIG", isDefault: true };

  test("are the topic's own, as it was created with them, or Kafka's defaults", async () => {
    const { connection } = await opened();
    await connection.createTopics([{ topic: "b", configs: { "retention.ms": "5", "cleanup.policy": "" } }]);
    const [a, b] = await connection.describeConfigs(["a", "b"]);
    expect(a?.configs?.["retention.ms"]).toEqual({ ...byDefault, value: "604800000" });
    expect(a?.configs?.["cleanup.policy"]).toEqual({ ...byDefault, value: "delete" });
    expect(b?.configs?.["retention.ms"]).toEqual({ ...own, value: "5" });
    expect(b?.configs?.["cleanup.policy"]).toEqual({ ...own, value: "" });
    expect(b?.configs?.["segment.ms"]).toEqual(a?.configs?.["segment.ms"]);
  });

  test("of a topic that is created again are the defaults again", async () => {
    const { connection } = await opened();
    await connection.alterConfigs([{ topic: "a", configs: { "retention.ms": "5" } }]);
    await connection.deleteTopics(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    expect((await connection.describeConfigs(["a"]))[0]?.configs?.["retention.ms"]).toMatchObject(byDefault);
  });

  test("are changed where they are named; null sets the default back", async () => {
    const { connection } = await opened();
    const valuesNow = async (): Promise<unknown> => {
      const [described] = await connection.describeConfigs(["a"]);
      return ["retention.ms", "segment.ms"].map((name) => described?.configs?.[name]?.value);
    };
    const alter = (configs: Record<string, string | null>, options = {}) =>
      connection.alterConfigs([{ topic: "a", configs }], options);
    expect(await alter({ "retention.ms": "5", "segment.ms": "6" })).toEqual([{ topic: "a" }]);
    await alter({ "segment.ms": "7" });
    expect(await valuesNow()).toEqual(["5", "7"]);
    expect(await alter({ "retention.ms": null, "segment.ms": "8" }, { validateOnly: true })).toEqual([{ topic: "a" }]);
    expect(await valuesNow()).toEqual(["5", "7"]);
    await alter({ "retention.ms": null }, { validateOnly: false });
    expect(await valuesNow()).toEqual(["604800000", "7"]);
    // As in Kafka 4.
    expect(await alter({ "no.such": null })).toEqual([{ topic: "a" }]);
  });

  test("that Kafka does not have are refused, and nothing of that topic is changed", async () => {
    const { log, connection } = await opened();
    await connection.createTopics([{ topic: "b" }]);
    const refused = { code: "INVALID_CONFIG", retriable: false };
    const why = "INVALID_CONFIG: Kafka has no setting no.such of topics";
    log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "alterConfigs", topic: "c" });
    const configs = { "retention.ms": "5" };
    expect(
      await connection.alterConfigs([
        { topic: "a", configs: { ...configs, "no.such": "1" } },
        { topic: "x", configs },
        { topic: "c", configs },
        { topic: "b", configs },
      ]),
    ).toMatchObject([
      { topic: "a", error: { ...refused, topic: "a", message: `topic a: ${why}` } },
      { topic: "x", error: { code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "x" } },
      { topic: "c", error: { code: "TOPIC_AUTHORIZATION_FAILED" } },
      { topic: "b" },
    ]);
    log.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "describeConfigs", topic: "c" });
    const described = await connection.describeConfigs(["a", "x", "b", "c"]);
    expect(described.map(({ topic }) => topic)).toEqual(["a", "x", "b", "c"]);
    expect(described.map((one) => one.error?.code ?? one.configs?.["retention.ms"]?.value)).toEqual([
      "604800000",
      "UNKNOWN_TOPIC_OR_PARTITION",
      "5",
      "TOPIC_AUTHORIZATION_FAILED",
    ]);
    expect(await connection.createTopics([{ topic: "d", configs: { "no.such": "1" } }])).toMatchObject([
      { topic: "d", error: { ...refused, message: `topic d: ${why}` } },
    ]);
    // A name that every object has is none of Kafka's either.
    expect(await connection.createTopics([{ topic: "d", configs: { constructor: "1" } }])).toMatchObject([
      { topic: "d", error: refused },
    ]);
    expect((await connection.metadata()).map(({ topic }) => topic)).toEqual(["a", "b"]);
  });
});
