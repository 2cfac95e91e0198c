import { setTimeout as wait } from "node:timers/promises";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, memory } from "dataqueues";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => void vi.useRealTimers());

// The timeouts below add up, and a busy machine adds more.
vi.setConfig({ testTimeout: 60_000 });

test.for([-3_600_000, 3_600_000])(
  "a calendar clock that jumps by %i ms changes no timeout and no wait",
  async (stepMs) => {
    // Only the calendar clock is faked; timers and the monotonic clock stay real.
    vi.useFakeTimers({ toFake: ["Date"] });
    const log = memory();
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics(["a"]);
    const deliveryTimeoutMs = 2_000;
    await using producer = new DataQueueProducer(log, { topic: "a", deliveryTimeoutMs, requestTimeoutMs: 200 });
    await using consumer = new DataQueueConsumer(log, { topics: ["a"], requestTimeoutMs: 200, maxWaitMs: 50 });
    const received = consumer[Symbol.asyncIterator]();
    await producer.send(new Uint8Array([0]));
    expect(await received.next()).toMatchObject({ value: { offset: 0n } });

    // The clock jumps during a send, a fetch and the pause before a retry.
    log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce", times: 3 });
    log.faults.hang({ request: "fetch", times: 1 });
    const sent = producer.send(new Uint8Array([1]));
    await wait(20);
    vi.setSystemTime(Date.now() + stepMs);
    expect(await sent).toMatchObject({ offset: 1n });
    expect(await received.next()).toMatchObject({ value: { offset: 1n } });

    // A request without a response still times out at its own time, not an hour later and not at once.
    const end = log.faults.hang({ request: "produce" });
    const late = producer.send(new Uint8Array([2])).catch((error: unknown) => error);
    vi.setSystemTime(Date.now() + stepMs);
    expect(await Promise.race([late, wait(100, "still waiting")])).toBe("still waiting");
    expect(await late).toMatchObject({ code: "REQUEST_TIMED_OUT" });
    end();
  },
);
