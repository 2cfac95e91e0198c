import { UnsupportedError } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { useFakeClock } from "./fake-clock.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { failure, noResponse, ownConfig, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

/** A log with topics a and b, of which a has a setting of its own. */
function logWithSetting(): ScriptedLog {
  const log = new ScriptedLog({ a: 1, b: 1 });
  log.configs.set("a", new Map([["retention.ms", "5"]]));
  return log;
}

describe("describing settings", () => {
  test("gives those of each topic as the log tells them, in the order asked for", async () => {
    const log = logWithSetting();
    const admin = new DataQueueAdmin(log);
    const a = { topic: "a", configs: { "retention.ms": ownConfig("5") } };
    const b = { topic: "b", configs: {} };
    expect(await resultOf(admin.describeConfigs(["b", "a", "b"]))).toEqual([b, a, b]);
    expect(await resultOf(admin.describeConfigs("a"))).toEqual([a]);
    expect(log.requests).toEqual([
      ["describeConfigs", ["b", "a"]],
      ["describeConfigs", ["a"]],
    ]);
  });

  test("makes no request for an empty list, and refuses what is no topic by its index", async () => {
    const log = logWithSetting();
    const admin = new DataQueueAdmin(log);
    expect(await resultOf(admin.describeConfigs([]))).toEqual([]);
    expect(await errorOf(admin.describeConfigs(["a", ""]))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: 'topics[1] must be a topic\'s name, not ""',
    });
    expect(log.opened).toBe(0);
  });

  test("rejects at once for a topic that metadata do not show either", async () => {
    const log = logWithSetting();
    expect(await errorOf(new DataQueueAdmin(log).describeConfigs(["a", "x"]))).toMatchObject({
      message: "cannot describe the settings of topic x: UNKNOWN_TOPIC_OR_PARTITION says the log",
      code: "UNKNOWN_TOPIC_OR_PARTITION",
      topic: "x",
    });
    expect(log.requests).toEqual([
      ["describeConfigs", ["a", "x"]],
      ["metadata", ["x"]],
    ]);
  });

  test("asks again for a new topic that the broker does not know yet, but metadata show", async () => {
    const log = logWithSetting();
    log.on.describeConfigs = async () => {
      delete log.on.describeConfigs;
      return [
        { topic: "a", error: failure("UNKNOWN_TOPIC_OR_PARTITION") },
        { topic: "b", configs: {} },
      ];
    };
    const described = await resultOf(new DataQueueAdmin(log).describeConfigs(["a", "b"]));
    expect(described.map(({ topic }) => topic)).toEqual(["a", "b"]);
    expect(log.requests).toEqual([
      ["describeConfigs", ["a", "b"]],
      ["metadata", ["a"]],
      ["describeConfigs", ["a"]],
    ]);
  });

  test("rejects for a topic that the log refuses, or that it leaves out of its response", async () => {
    const log = logWithSetting();
    const refused = refusal("TOPIC_AUTHORIZATION_FAILED");
    log.on.describeConfigs = async () => [{ topic: "a", error: refused }];
    const admin = new DataQueueAdmin(log);
    expect(await errorOf(admin.describeConfigs("a"))).toMatchObject({
      message: "cannot describe the settings of topic a: TOPIC_AUTHORIZATION_FAILED says the log",
      code: "TOPIC_AUTHORIZATION_FAILED",
      retriable: false,
      topic: "a",
      cause: refused,
    });
    expect(await errorOf(admin.describeConfigs("b"))).toMatchObject({
      message: "cannot describe the settings of topic b: the log did not answer for it",
      code: "UNKNOWN_SERVER_ERROR",
      topic: "b",
    });
  });
});

describe("changing settings", () => {
  test("changes those that are named, of each topic, and null sets the default back", async () => {
    const log = logWithSetting();
    const admin = new DataQueueAdmin(log);
    const changes = { "segment.ms": "7", "retention.ms": null };
    expect(await resultOf(admin.alterConfigs({ a: changes, b: { "cleanup.policy": "" } }))).toBeUndefined();
    expect(log.requests).toEqual([
      [
        "alterConfigs",
        [
          { topic: "a", configs: changes },
          { topic: "b", configs: { "cleanup.policy": "" } },
        ],
        {},
      ],
    ]);
    expect([...(log.configs.get("a") ?? [])]).toEqual([["segment.ms", "7"]]);
  });

  test("takes pairs, from any iterable, and validateOnly", async () => {
    const log = logWithSetting();
    const admin = new DataQueueAdmin(log);
    await resultOf(admin.alterConfigs([["b", { x: "1" }]], { validateOnly: true }));
    await resultOf(admin.alterConfigs(new Map([["a", { x: null }]]), { validateOnly: false }));
    expect(log.requests).toEqual([
      ["alterConfigs", [{ topic: "b", configs: { x: "1" } }], { validateOnly: true }],
      ["alterConfigs", [{ topic: "a", configs: { x: null } }], { validateOnly: false }],
    ]);
  });

  test("makes no request where no topic is named", async () => {
    const log = logWithSetting();
    const admin = new DataQueueAdmin(log);
    expect(await resultOf(admin.alterConfigs({}))).toBeUndefined();
    expect(await resultOf(admin.alterConfigs([]))).toBeUndefined();
    expect(log.opened).toBe(0);
  });

  test("rejects for the first topic that the log refuses, once the others are changed", async () => {
    const log = new ScriptedLog({ a: 1, b: 1, c: 1, d: 1 });
    const asked: string[][] = [];
    log.on.alterConfigs = async (specs) => {
      asked.push(specs.map(({ topic }) => topic));
      return specs.map(({ topic }) => {
        if (topic === "b" || topic === "d") return { topic, error: refusal("INVALID_CONFIG") };
        return topic === "c" && asked.length < 3 ? { topic, error: failure("NOT_CONTROLLER") } : { topic };
      });
    };
    const configs = { x: "1" };
    const altered = new DataQueueAdmin(log).alterConfigs({ a: configs, b: configs, c: configs, d: configs });
    expect(await errorOf(altered)).toMatchObject({
      message: "cannot change the settings of topic b: INVALID_CONFIG says the log",
      code: "INVALID_CONFIG",
      retriable: false,
      topic: "b",
    });
    expect(asked).toEqual([["a", "b", "c", "d"], ["c"], ["c"]]);
  });

  test("rejects at once for a topic that does not exist; the others are changed", async () => {
    const log = logWithSetting();
    const altered = new DataQueueAdmin(log).alterConfigs({ x: { y: "1" }, b: { y: "1" } });
    expect(await errorOf(altered)).toMatchObject({ code: "UNKNOWN_TOPIC_OR_PARTITION", topic: "x" });
    expect(log.configs.get("b")?.get("y")).toBe("1");
  });

  test("is asked again on a new connection when the response is lost", async () => {
    const log = logWithSetting();
    log.on.alterConfigs = async () => {
      delete log.on.alterConfigs;
      throw failure("NETWORK_EXCEPTION");
    };
    await resultOf(new DataQueueAdmin(log).alterConfigs({ b: { x: "1" } }));
    expect(log.configs.get("b")?.get("x")).toBe("1");
    expect([log.opened, log.closed]).toEqual([2, 1]);
  });

  test("sends the settings as they were when it was called", async () => {
    const log = logWithSetting();
    const configs: Record<string, string | null> = { x: "1" };
    const altered = new DataQueueAdmin(log).alterConfigs({ b: configs });
    configs["x"] = "2";
    await resultOf(altered);
    expect(log.configs.get("b")?.get("x")).toBe("1");
  });
});

test.each([
  ["describeConfigs", "describe topics' settings", (admin: DataQueueAdmin) => admin.describeConfigs("a")],
  ["alterConfigs", "change topics' settings", (admin: DataQueueAdmin) => admin.alterConfigs({ a: {} })],
] as const)(
  "%s of a log without settings is an UnsupportedError, and the connection stays",
  async (name, what, call) => {
    const log = new ScriptedLog({ a: 1 });
    log.lacks.add(name);
    const error = await errorOf(call(new DataQueueAdmin(log)));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({ message: `this log cannot ${what}: its transport has no request ${name}` });
    expect(log.closed).toBe(0);
  },
);

test.each([
  ["describeConfigs", (admin: DataQueueAdmin) => admin.describeConfigs(["a", "b"]), "describe the settings of a, b"],
  ["alterConfigs", (admin: DataQueueAdmin) => admin.alterConfigs({ a: {} }), "change the settings of a"],
] as const)("%s without a response rejects after timeoutMs and names what was asked", async (name, call, what) => {
  const log = logWithSetting();
  log.on[name] = noResponse;
  const message = `${what}: not settled within 700 ms: scripted: no answer to ${name} within 700 ms`;
  const error = await errorOf(call(new DataQueueAdmin(log, { timeoutMs: 700 })));
  expect(error).toMatchObject({ code: "REQUEST_TIMED_OUT", message });
});

describe("arguments of alterConfigs that make no sense are refused by name, and nothing is changed", () => {
  test.each<[unknown[], string]>([
    [[undefined], "configs must be an object, not undefined"],
    [["a"], 'configs must be an object, not "a"'],
    [[{ a: null }], 'configs["a"] must be an object, not null'],
    [[{ a: "retention.ms=5" }], 'configs["a"] must be an object, not "retention.ms=5"'],
    [[{ "": {} }], 'a key of configs must be a topic\'s name, not ""'],
    [[{ a: { x: "1", y: 5 } }], 'configs["a"]["y"] must be a text, or null for the default, not 5'],
    [[{ a: { y: undefined } }], 'configs["a"]["y"] must be a text, or null for the default, not undefined'],
    [[["a"]], 'configs[0] must be a pair of topic and settings, not "a"'],
    [
      [
        [
          ["a", {}],
          [5, {}],
        ],
      ],
      "configs[1][0] must be a topic's name, not 5",
    ],
    [[[["a"]]], "configs[0][1] must be an object, not undefined"],
    [[[["a", { x: 1n }]]], 'configs[0][1]["x"] must be a text, or null for the default, not 1n'],
    [[{ a: {} }, null], "options must be an object, not null"],
    [[{ a: {} }, { validateOnly: "yes" }], 'validateOnly must be true or false, not "yes"'],
  ])("%o", async (args, message) => {
    const log = logWithSetting();
    const admin = new DataQueueAdmin(log);
    const error = await errorOf(Reflect.apply(Reflect.get(admin, "alterConfigs"), admin, args));
    expect(error).toMatchObject({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
    expect(log.opened).toBe(0);
  });

  test("a topic that is named twice", async () => {
    const log = logWithSetting();
    const pairs = ["a", "b", "a"].map((topic) => [topic, { x: "1" }] as const);
    expect(await errorOf(new DataQueueAdmin(log).alterConfigs(pairs))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "configs names the topic a again: give all its settings at once",
      topic: "a",
    });
    expect(log.opened).toBe(0);
  });
});
