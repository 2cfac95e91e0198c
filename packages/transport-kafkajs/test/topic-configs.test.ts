import { expect, test } from "vitest";

import { int16, int32, int8, joined, list, text } from "./fields.ts";
import { metadataResponse, open, startAlone, startPair } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import type { Asked } from "./scripted-broker.ts";

type Setting = readonly [name: string, value: string | null, readOnly: number, source: number, sensitive: number];

interface Described {
  readonly topic: string;
  readonly errorCode?: number;
  readonly why?: string;
  readonly settings?: readonly Setting[];
}

/** The response to DescribeConfigs, version 1. */
function described(...topics: readonly Described[]): Buffer {
  const each = topics.map(({ topic, errorCode = 0, why = null, settings = [] }) =>
    joined(
      joined(int16(errorCode), text(why), int8(2), text(topic)),
      list(
        ...settings.map(([name, value, readOnly, source, sensitive]) =>
          joined(text(name), text(value), int8(readOnly), int8(source), int8(sensitive), list()),
        ),
      ),
    ),
  );
  return joined(int32(0), list(...each));
}

/** The response to IncrementalAlterConfigs, version 0. */
const altered = (...topics: readonly (readonly [topic: string, errorCode: number, why?: string])[]): Buffer =>
  joined(
    int32(0),
    list(...topics.map(([topic, code, why = null]) => joined(int16(code), text(why), int8(2), text(topic)))),
  );

/** What IncrementalAlterConfigs asks for: the changes of each topic, and whether they are only checked. */
const altering = ({ body }: Asked): unknown[] => [
  body.list(() => [body.int8(), body.text(), body.list(() => [body.text(), body.int8(), body.text()])]),
  body.int8(),
];

test("settings have their values and who set them; each topic is asked for once, in the order asked for", async () => {
  const server = await startAlone();
  const asked: unknown[] = [];
  server.on(api.describeConfigs, ({ body }) => {
    asked.push([body.list(() => [body.int8(), body.text(), body.list(() => body.text())]), body.int8()]);
    return described(
      { topic: "b", errorCode: 29, why: "not yours" },
      {
        topic: "a",
        settings: [
          ["retention.ms", "5", 0, 1, 0],
          ["max.message.bytes", "6", 0, 2, 0],
          ["min.insync.replicas", "2", 0, 3, 0],
          ["segment.bytes", "7", 1, 4, 0],
          ["cleanup.policy", "delete", 0, 5, 0],
          ["secret", null, 0, 6, 1],
          ["__proto__", "8", 0, 0, 0],
        ],
      },
    );
  });
  const connection = await open("admin", server);
  const results = await connection.describeConfigs?.(["a", "b", "c", "a"]);
  expect(asked).toEqual([
    [
      [
        [2, "a", null],
        [2, "b", null],
        [2, "c", null],
      ],
      0,
    ],
  ]);
  const [first, second, third, again] = results ?? [];
  const plain = { isDefault: false, isSensitive: false, isReadOnly: false };
  expect(Object.entries(first?.configs ?? {})).toEqual([
    ["retention.ms", { ...plain, value: "5", source: "DYNAMIC_TOPIC_CONFIG" }],
    ["max.message.bytes", { ...plain, value: "6", source: "DYNAMIC_BROKER_CONFIG" }],
    ["min.insync.replicas", { ...plain, value: "2", source: "DYNAMIC_DEFAULT_BROKER_CONFIG" }],
    ["segment.bytes", { ...plain, value: "7", source: "STATIC_BROKER_CONFIG", isReadOnly: true }],
    ["cleanup.policy", { ...plain, value: "delete", source: "DEFAULT_CONFIG", isDefault: true }],
    ["secret", { ...plain, value: null, source: "UNKNOWN", isSensitive: true }],
    ["__proto__", { ...plain, value: "8", source: "UNKNOWN" }],
  ]);
  expect(second).toMatchObject({ topic: "b", error: { code: "TOPIC_AUTHORIZATION_FAILED", topic: "b" } });
  expect(second?.error?.message).toBe("Settings of Topic b: TOPIC_AUTHORIZATION_FAILED: not yours");
  expect(third?.error?.message).toBe("Settings of Topic c: NETWORK_EXCEPTION: the response leaves it out");
  expect(third).toMatchObject({ topic: "c", error: { retriable: true, topic: "c" } });
  expect(again).toEqual(first);
});

test("a name that no topic can have is refused without a request, and the settings beside it are told", async () => {
  const server = await startAlone();
  server.on(api.describeConfigs, () => described({ topic: "a" }));
  const connection = await open("admin", server);
  const long = "é".repeat(16_384);
  const refused = { topic: long, error: { code: "INVALID_TOPIC_EXCEPTION", topic: long, retriable: false } };
  expect(await connection.describeConfigs?.([long])).toMatchObject([refused]);
  expect(server.askedFor(api.describeConfigs)).toEqual([]);
  expect(await connection.describeConfigs?.([long, "a"])).toMatchObject([refused, { topic: "a", configs: {} }]);
});

test("settings are changed one by one at the controller; null deletes the topic's own value", async () => {
  const [one, two] = await startPair();
  const known = new Map([one, two].map(({ port }, id) => [id, { port }]));
  one.on(api.metadata, () => metadataResponse({ nodes: known, controller: 1 }));
  const seen: unknown[] = [];
  two.on(api.incrementalAlterConfigs, (asked) => {
    seen.push(altering(asked));
    return altered(["b", 40, "no such setting"], ["a", 0]);
  });
  const connection = await open("admin", one);
  const specs = [
    { topic: "a", configs: { "retention.ms": "5", "cleanup.policy": null } },
    { topic: "b", configs: { "no.such": "" } },
    { topic: "c", configs: {} },
  ];
  const results = await connection.alterConfigs?.(specs);
  await connection.alterConfigs?.(specs, { validateOnly: true });
  await connection.alterConfigs?.(specs, { validateOnly: false });
  const changes = [
    [
      2,
      "a",
      [
        ["retention.ms", 0, "5"],
        ["cleanup.policy", 1, null],
      ],
    ],
    [2, "b", [["no.such", 0, ""]]],
    [2, "c", []],
  ];
  expect(seen).toEqual([
    [changes, 0],
    [changes, 1],
    [changes, 0],
  ]);
  expect(results).toMatchObject([
    { topic: "a" },
    { topic: "b", error: { code: "INVALID_CONFIG", topic: "b", retriable: false } },
    { topic: "c", error: { code: "NETWORK_EXCEPTION", topic: "c", retriable: true } },
  ]);
  expect(results?.map(({ error }) => error?.message)).toEqual([
    undefined,
    "Configuring Topic b: INVALID_CONFIG: no such setting",
    "Configuring Topic c: NETWORK_EXCEPTION: the response leaves it out",
  ]);
  expect(one.askedFor(api.incrementalAlterConfigs)).toEqual([]);
});

const long = "é".repeat(16_384);

test.each<[object, string]>([
  [{ [long]: "5" }, "the name in configs has 32768 bytes"],
  [{ ok: "5", x: long }, "configs: x has 32768 bytes"],
  [{ x: 5 }, "configs: x must be a string, not 5"],
  [{ x: undefined }, "configs: x must be a string, not undefined"],
])("a change that the protocol cannot carry is refused, and the topic beside it is changed: %#", async (bad, why) => {
  const server = await startAlone();
  server.on(api.incrementalAlterConfigs, () => altered(["b", 0]));
  const connection = await open("admin", server);
  const results = await connection.alterConfigs?.([
    { topic: "a", configs: Object.assign<Record<string, string>, object>({}, bad) },
    { topic: "b", configs: { x: null } },
  ]);
  expect(results).toMatchObject([{ topic: "a", error: { code: "INVALID_REQUEST", topic: "a" } }, { topic: "b" }]);
  expect(results?.[0]?.error?.message).toContain(`Configuring Topic a: INVALID_REQUEST: ${why}`);
});

test.each(["describeConfigs", "incrementalAlterConfigs"] as const)(
  "a broker without %s is an UNSUPPORTED_VERSION that names it, and the connection still works",
  async (name) => {
    const server = await startAlone({ a: [{}] });
    server.on(api.apiVersions, () => offered(plainVersions, [api[name]]));
    const connection = await open("admin", server);
    const call =
      name === "describeConfigs"
        ? connection.describeConfigs?.(["a"])
        : connection.alterConfigs?.([{ topic: "a", configs: {} }]);
    const what = new RegExp(`^${name} at .*the broker does not offer the request`, "i");
    await expect(call).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION", message: expect.stringMatching(what) });
    await expect(connection.metadata(["a"])).resolves.toMatchObject([{ topic: "a", partitions: [{ partition: 0 }] }]);
  },
);
