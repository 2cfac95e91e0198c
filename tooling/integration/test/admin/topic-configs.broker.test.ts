import type { ConfigEntry } from "@dataqueues/core";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, memory } from "dataqueues";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { javaAdmin } from "./java-admin.ts";

vi.setConfig({ testTimeout: 60_000 });

/** A setting as Kafka's own client tells it. `default` is Kafka's own, which the brokers of the tests do not all have. */
interface JavaEntry extends ConfigEntry {
  readonly default: string | null;
}

describeKafka("settings of topics of Apache Kafka", (bootstrapServers) => {
  const prefix = `configs-${process.pid}-${Date.now()}`;
  let admin: DataQueueAdmin;
  let topics = 0;

  beforeAll(() => {
    admin = new DataQueueAdmin(bootstrapServers);
  });
  afterAll(() => admin.close());

  async function newTopic(configs: Record<string, string> = {}): Promise<string> {
    const topic = `${prefix}-${(topics += 1)}`;
    await admin.createTopics([topic], { configs });
    return topic;
  }

  async function javaConfigs(topic: string): Promise<Record<string, JavaEntry>> {
    const [configs] = await javaAdmin(bootstrapServers, `configs ${topic}`);
    return configs as Record<string, JavaEntry>;
  }

  /** The values of some settings. */
  async function values(topic: string, ...names: string[]): Promise<unknown[]> {
    const [described] = await admin.describeConfigs(topic);
    return names.map((name) => described?.configs[name]?.value);
  }

  test("are those that Kafka's own client tells", async () => {
    const topic = await newTopic({ "retention.ms": "3600000", "cleanup.policy": "compact,delete" });
    const [described, ...more] = await admin.describeConfigs(topic);
    expect(more).toEqual([]);
    const java = await javaConfigs(topic);
    const expected = Object.entries(java).map(([name, { value, source, isDefault, isSensitive, isReadOnly }]) => {
      return [name, { value, source, isDefault, isSensitive, isReadOnly }];
    });
    expect(described).toEqual({ topic, configs: Object.fromEntries(expected) });
    // One that the topic has, one that the brokers were started with, one that nobody has set.
    expect(described?.configs).toMatchObject({
      "retention.ms": { value: "3600000", source: "DYNAMIC_TOPIC_CONFIG", isDefault: false },
      "max.message.bytes": { source: "STATIC_BROKER_CONFIG", isDefault: false },
      "segment.ms": { value: "604800000", source: "DEFAULT_CONFIG", isDefault: true },
    });
  });

  test("are changed as Kafka's own client sees them, and where it changes them they are changed here", async () => {
    const topic = await newTopic({ "retention.ms": "3600000", "segment.ms": "7200000" });
    await admin.alterConfigs({ [topic]: { "segment.ms": null, "max.message.bytes": "1000" } });
    await expect.poll(() => values(topic, "max.message.bytes")).toEqual(["1000"]);
    expect(await javaConfigs(topic)).toMatchObject({
      "retention.ms": { value: "3600000", source: "DYNAMIC_TOPIC_CONFIG" },
      "segment.ms": { value: "604800000", source: "DEFAULT_CONFIG" },
      "max.message.bytes": { value: "1000", source: "DYNAMIC_TOPIC_CONFIG" },
    });
    await javaAdmin(bootstrapServers, `alter ${topic} retention.ms`, `alter ${topic} cleanup.policy compact`);
    await expect
      .poll(() => values(topic, "retention.ms", "cleanup.policy", "max.message.bytes"))
      .toEqual(["604800000", "compact", "1000"]);
  });

  test("of several topics are changed by one call; what Kafka refuses is named in its words, the others are changed", async () => {
    const [one, two] = [await newTopic(), await newTopic()];
    await expect(
      admin.alterConfigs([
        [one, { "retention.ms": "1000", "no.such": "1" }],
        [two, { "retention.ms": "1000" }],
      ]),
    ).rejects.toMatchObject({
      code: "INVALID_CONFIG",
      retriable: false,
      topic: one,
      message: expect.stringMatching(/^cannot change the settings of topic .*: Unknown topic config name: no\.such$/u),
    });
    await expect(admin.alterConfigs({ [one]: { "retention.ms": "soon" } })).rejects.toMatchObject({
      code: "INVALID_CONFIG",
      message: expect.stringContaining("Invalid value soon for configuration retention.ms"),
    });
    await expect.poll(() => values(two, "retention.ms")).toEqual(["1000"]);
    expect(await values(one, "retention.ms")).toEqual(["604800000"]);
  });

  test("are only checked with validateOnly", async () => {
    const topic = await newTopic();
    await admin.alterConfigs({ [topic]: { "retention.ms": "1000" } }, { validateOnly: true });
    await expect(
      admin.alterConfigs({ [topic]: { "retention.ms": "soon" } }, { validateOnly: true }),
    ).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    // What is changed later is seen later.
    await admin.alterConfigs({ [topic]: { "segment.ms": "1000" } });
    await expect.poll(() => values(topic, "segment.ms")).toEqual(["1000"]);
    expect(await values(topic, "retention.ms")).toEqual(["604800000"]);
  });

  test("of a topic that does not exist are an error that names it", async () => {
    const topic = await newTopic();
    const error = { code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "nowhere" };
    await expect(admin.describeConfigs([topic, "nowhere"])).rejects.toMatchObject(error);
    await expect(admin.alterConfigs({ nowhere: { "retention.ms": "1000" } })).rejects.toMatchObject(error);
  });

  test("that the log in memory has are Kafka's, with its defaults", async () => {
    const topic = await newTopic();
    const defaults = Object.entries(await javaConfigs(topic)).map(([name, entry]) => [name, entry.default]);
    await using embedded = new DataQueueAdmin(memory());
    await embedded.createTopics([topic]);
    const [described] = await embedded.describeConfigs(topic);
    const own = Object.entries(described?.configs ?? {}).map(([name, { value }]) => [name, value]);
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(defaults));
  });
});
