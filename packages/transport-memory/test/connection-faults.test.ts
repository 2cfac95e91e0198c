import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { fetch, names, opened, produce, recordsOf, requests, valuesOf, within } from "./requests.ts";

describe("faults, and closing a connection", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test.each(names)("a delay holds %s back, but no other request", async (name) => {
    const { log, connection } = await opened();
    log.faults.delay(100, { request: name, times: 1 });
    const other = name === "metadata" ? "listOffsets" : "metadata";
    const answered = vi.fn();
    const slow = requests[name](connection).then(answered);
    await within(0, requests[other](connection));
    await vi.advanceTimersByTimeAsync(99);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await within(0, slow);
    expect(answered).toHaveBeenCalledOnce();
  });

  test.each(names)("hang: %s is not carried out and gets no response until the connection is closed", async (name) => {
    const { log, connection } = await opened();
    const before = await connection.listOffsets(1, [{ topic: "a", partition: 0, at: "latest" }]);
    log.faults.hang({ request: name, times: 1 });
    const settled = vi.fn();
    const asked = requests[name](connection).catch(settled);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(settled).not.toHaveBeenCalled();
    const other = await log.open("read");
    expect(await other.listOffsets(1, [{ topic: "a", partition: 0, at: "latest" }])).toEqual(before);
    expect((await other.metadata()).map(({ topic, partitions }) => [topic, partitions?.length])).toEqual([["a", 1]]);
    connection.close();
    await within(0, asked);
    expect(settled.mock.calls).toMatchObject([
      [{ code: "NETWORK_EXCEPTION", retriable: true, message: "the log: NETWORK_EXCEPTION" }],
    ]);
  });

  test("dropResponse: produce is carried out and gets no response", async () => {
    const { log, connection } = await opened();
    log.faults.dropResponse({ request: "produce", times: 1 });
    const settled = vi.fn();
    const sent = produce(connection, recordsOf("x")).catch(settled);
    expect(valuesOf(await within(0, fetch(connection, [[0, 0n]], { maxWaitMs: 1_000 })))).toEqual([["x"]]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(settled).not.toHaveBeenCalled();
    log.faults.disconnect();
    await within(0, sent);
    expect(settled.mock.calls).toMatchObject([[{ code: "NETWORK_EXCEPTION" }]]);
  });

  test.each(["hang", "dropResponse"] as const)(
    "%s with a topic leaves requests for other topics alone",
    async (kind) => {
      const { log, connection } = await opened();
      await connection.createTopics([{ topic: "b" }]);
      log.faults[kind]({ topic: "a" });
      const settled = vi.fn();
      // Without names, metadata is that of all topics and so of this one too.
      const pending = [connection.metadata(["a"]), connection.metadata()].map((one) => one.catch(settled));
      expect(await within(0, connection.metadata(["b"]))).toMatchObject([{ topic: "b" }]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(settled).not.toHaveBeenCalled();
      connection.close();
      await within(0, Promise.all(pending));
      expect(settled).toHaveBeenCalledTimes(2);
    },
  );

  test("a request that failed as a whole does not fail again when the connection is closed", async () => {
    const { log, connection } = await opened();
    log.faults.fail("COORDINATOR_NOT_AVAILABLE", { request: "initProducerId" });
    await expect(connection.initProducerId()).rejects.toMatchObject({ code: "COORDINATOR_NOT_AVAILABLE" });
    connection.close();
  });

  test.each(names)("%s is refused once its connection is closed", async (name) => {
    const { connection } = await opened();
    connection.close();
    connection.close();
    await expect(requests[name](connection)).rejects.toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
  });

  test("disconnect closes all connections; new ones work", async () => {
    const { log, connection } = await opened();
    const other = await log.open("read");
    log.faults.hang({ request: "metadata", times: 2 });
    const failed = Promise.allSettled([connection.metadata(), other.metadata()]);
    log.faults.disconnect();
    expect(await within(0, failed)).toMatchObject([
      { status: "rejected", reason: { code: "NETWORK_EXCEPTION" } },
      { status: "rejected", reason: { code: "NETWORK_EXCEPTION" } },
    ]);
    await expect(other.metadata()).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
    expect(await (await log.open("read")).metadata()).toHaveLength(1);
  });
});
