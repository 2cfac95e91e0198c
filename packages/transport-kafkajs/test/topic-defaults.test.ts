import { kafkaError, UnsupportedError } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { Broker } from "../src/broker.ts";
import { topicDefaults } from "../src/topic-defaults.ts";
import { int16, int32, int8, joined, list, text } from "./fields.ts";
import { metadataResponse, open, refusal, startAlone } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import { became, creating } from "./topic-requests.ts";

class Refusing extends Broker {
  readonly #error: Error;

  constructor(error: Error) {
    super({ host: "host", port: 1 }, {});
    this.#error = error;
  }

  override request(): Promise<never> {
    return Promise.reject(this.#error);
  }
}

test("a TransportError is returned as the reason why the defaults are not known; any other error rejects", async () => {
  const lost = kafkaError("NETWORK_EXCEPTION", "Settings");
  expect(await topicDefaults(new Refusing(lost), 1, 100)).toBe(lost);
  const unsupported = new UnsupportedError("not here");
  await expect(topicDefaults(new Refusing(unsupported), 1, 100)).rejects.toBe(unsupported);
});

describe("before Kafka 2.4, which does not fill in what is left out", () => {
  const old = { ...plainVersions, [api.createTopics]: [2, 3] } as const;

  /** The response to DescribeConfigs, version 1. */
  function described(
    configs: Readonly<Record<string, string | null>>,
    errorCode = 0,
    why: string | null = null,
  ): Buffer {
    const each = Object.entries(configs).map(([name, value]) =>
      joined(
        joined(text(name), text(value), int8(0), int8(5), int8(0)),
        list(joined(text("default"), text("1"), int8(5))),
      ),
    );
    return joined(int32(0), list(joined(int16(errorCode), text(why), int8(4), text("0"), list(...each))));
  }

  async function startOld(response?: Buffer | "hang up") {
    const server = await startAlone();
    const seen: unknown[] = [];
    const asked: unknown[] = [];
    server.on(api.apiVersions, () => offered(old));
    if (response !== undefined) {
      server.on(api.describeConfigs, ({ body }) => {
        asked.push(body.list(() => [body.int8(), body.text(), body.list(() => body.text())]));
        return response;
      });
    }
    server.on(api.createTopics, (request) => {
      const [topics] = creating(request);
      seen.push(...(topics as unknown[]));
      return became(...(topics as [string][]).map(([topic]) => [topic, 0] as const));
    });
    return { server, seen, asked, connection: await open("admin", server) };
  }

  test("what is left out comes from the controller's settings", async () => {
    const response = described({ "default.replication.factor": "3", "num.partitions": "12" });
    const { seen, asked, connection } = await startOld(response);
    const outcomes = await connection.createTopics([
      { topic: "a" },
      { topic: "b", partitions: 2, configs: { x: "y" } },
      { topic: "c", replicationFactor: 1 },
      { topic: "d", partitions: 5, replicationFactor: 6 },
    ]);
    expect(asked).toEqual([[[4, "0", ["num.partitions", "default.replication.factor"]]]]);
    expect(seen).toEqual([
      ["a", 12, 3, {}],
      ["b", 2, 3, { x: "y" }],
      ["c", 12, 1, {}],
      ["d", 5, 6, {}],
    ]);
    expect(outcomes).toEqual([{ topic: "a" }, { topic: "b" }, { topic: "c" }, { topic: "d" }]);
  });

  test("the controller is asked for its settings by its id, or by -1 if its address is not advertised", async () => {
    const { server, asked, connection } = await startOld(described({ "num.partitions": "12" }));
    const moved = { host: "localhost", port: server.port };
    const own = { port: server.port };
    server.on(api.metadata, () => metadataResponse({ nodes: new Map([[7, own]]), controller: 7 }));
    await connection.metadata(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    server.on(api.metadata, () => metadataResponse({ nodes: new Map([[7, moved]]), controller: -1 }));
    await connection.metadata(["a"]);
    await connection.createTopics([{ topic: "a" }]);
    expect(asked.map((one) => (one as [[number, string]])[0].slice(0, 2))).toEqual([
      [4, "7"],
      [4, "-1"],
    ]);
  });

  test.each([
    [{ replicationFactor: 2 }, ["a", 12, 2, {}]],
    [{ partitions: 2 }, ["a", 2, 3, {}]],
  ])("a topic with only %j gets the other number", async (given, expected) => {
    const { seen, connection } = await startOld(
      described({ "num.partitions": "12", "default.replication.factor": "3" }),
    );
    await connection.createTopics([{ topic: "a", ...given }]);
    expect(seen).toEqual([expected]);
  });

  test("a missing setting is 1", async () => {
    const { seen, connection } = await startOld(described({ "num.partitions": null }));
    await connection.createTopics([{ topic: "a" }]);
    expect(seen).toEqual([["a", 1, 1, {}]]);
  });

  test("the settings are not requested if nothing is left out", async () => {
    const { seen, asked, connection } = await startOld(described({ "num.partitions": "12" }));
    await connection.createTopics([{ topic: "a", partitions: 1, replicationFactor: 1 }]);
    expect([seen, asked]).toEqual([[["a", 1, 1, {}]], []]);
  });

  test("nor of a newer broker, which fills in itself", async () => {
    const { server, asked } = await startOld(described({ "num.partitions": "12" }));
    server.on(api.apiVersions, () => offered(plainVersions));
    const connection = await open("admin", server);
    await connection.createTopics([{ topic: "a" }]);
    expect(asked).toEqual([]);
  });

  test("without the settings complete topics are created, and the error of the others says what to give", async () => {
    const { seen, connection } = await startOld(described({}, 31, "not yours"));
    const [refused, created] = await connection.createTopics([
      { topic: "a", partitions: 3 },
      { topic: "b", partitions: 1, replicationFactor: 1 },
    ]);
    expect(refused).toMatchObject({ topic: "a", error: { code: "CLUSTER_AUTHORIZATION_FAILED", retriable: false } });
    expect(refused?.error).toMatchObject({ topic: "a", cause: { code: "CLUSTER_AUTHORIZATION_FAILED" } });
    expect(refused?.error?.message).toBe(
      "Creating Topic a: CLUSTER_AUTHORIZATION_FAILED: this Kafka has no defaults for topics; give partitions and " +
        "replicationFactor (Settings of the broker: CLUSTER_AUTHORIZATION_FAILED: not yours)",
    );
    expect(created).toEqual({ topic: "b" });
    expect(seen).toEqual([["b", 1, 1, {}]]);
  });

  test("a response without the settings is a retriable error that says so", async () => {
    const { connection } = await startOld(joined(int32(0), list()));
    const [refused] = await connection.createTopics([{ topic: "a" }]);
    expect(refused?.error).toMatchObject({ code: "NETWORK_EXCEPTION", topic: "a", retriable: true });
    expect(refused?.error?.message).toContain(
      "Settings of the broker: NETWORK_EXCEPTION: the response leaves them out",
    );
  });

  test("a broker that hangs up instead of telling its settings is a retriable error", async () => {
    const { connection } = await startOld("hang up");
    const [refused] = await connection.createTopics([{ topic: "a" }]);
    expect(refused?.error).toMatchObject({ code: "NETWORK_EXCEPTION", topic: "a", retriable: true });
  });

  test("a broker that does not support the request is an error that says what to give", async () => {
    const { server } = await startOld();
    server.on(api.apiVersions, () => offered(old, [api.describeConfigs]));
    const [refused] = await (await open("admin", server)).createTopics([{ topic: "a" }]);
    expect(refused?.error?.code).toBe("UNSUPPORTED_VERSION");
    expect(refused?.error?.message).toMatch(/give partitions and replicationFactor .*does not offer the request/);
  });

  test("a broker that cannot create topics is an error that says so", async () => {
    const { server } = await startOld();
    server.on(api.apiVersions, () => offered(old, [api.createTopics]));
    const connection = await open("admin", server);
    const error = await refusal(connection.createTopics([{ topic: "a" }]));
    expect(error).toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
    expect(error.message).toContain(`CreateTopics at ${server.address}`);
    expect(server.askedFor(api.describeConfigs)).toEqual([]);
  });
});
