import { afterEach, expect, test, vi } from "vitest";

import { blob, int16, joined, list, text } from "./fields.ts";
import {
  clusterAt,
  dials,
  over,
  refusal,
  startAlone,
  startBroker,
  startPair,
  startSilent,
  stopClock,
  until,
} from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";
import type { ScriptedBroker } from "./scripted-broker.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("silent hosts are tried in parallel, each half a second after the one before, and share the connection timeout", async () => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  const cluster = clusterAt(silent);
  let settled = false;
  const error = refusal(cluster.anyBroker());
  void error.then(() => (settled = true));
  await until(() => silent[0]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(499);
  expect(dials(silent)).toEqual([1, 0, 0]);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => silent[1]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(499);
  expect(dials(silent)).toEqual([1, 1, 0]);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => silent[2]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(8_999);
  expect(settled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  const [a, b, c] = silent.map(({ address }) => address);
  expect(await error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true, cause: { errors: { length: 3 } } });
  expect((await error).message).toBe(
    `None of Kafka's hosts ${a}, ${b}, ${c} can be reached: NETWORK_EXCEPTION: ` +
      `Connecting to ${a}: REQUEST_TIMED_OUT: no response in 10000 ms; ` +
      `Connecting to ${b}: REQUEST_TIMED_OUT: no response in 9500 ms; ` +
      `Connecting to ${c}: REQUEST_TIMED_OUT: no response in 9000 ms`,
  );
  await until(() => silent.every(({ sockets }) => sockets.size === 0));
  expect(vi.getTimerCount()).toBe(0);
});

test("with a short connection timeout each host gets its share of it before the next one is tried", async () => {
  const silent = await Promise.all([startSilent(), startSilent(), startSilent()]);
  stopClock();
  const error = refusal(clusterAt(silent, { connectionTimeout: 400 }).anyBroker());
  await until(() => silent[0]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(99);
  expect(dials(silent)).toEqual([1, 0, 0]);
  await vi.advanceTimersByTimeAsync(1);
  await until(() => silent[1]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(100);
  await until(() => silent[2]?.dialled === 1);
  await vi.advanceTimersByTimeAsync(200);
  expect((await error).message).toContain("no response in 400 ms");
});

test("the next host is tried as soon as one has failed", async () => {
  const [dead, alive] = await startPair();
  dead.on(api.apiVersions, () => "hang up");
  stopClock();
  const broker = await clusterAt([dead, alive]).anyBroker();
  expect(broker.address).toEqual({ host: "127.0.0.1", port: alive.port });
  expect(dials([dead, alive])).toEqual([1, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

test("the first host that can be reached is used, and a slower one changes nothing later", async () => {
  const [slow, quick] = await startPair();
  const third = await startBroker();
  const late = Promise.withResolvers<"hang up">();
  slow.on(api.apiVersions, () => late.promise);
  stopClock();
  const cluster = clusterAt([slow, quick, third]);
  const any = cluster.anyBroker();
  await until(() => slow.askedFor(api.apiVersions).length === 1);
  await vi.advanceTimersByTimeAsync(500);
  const broker = await any;
  expect(broker.address.port).toBe(quick.port);
  late.resolve("hang up");
  await until(() => slow.sockets.size === 0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(broker.ended).toBe(false);
  expect(dials([slow, quick, third])).toEqual([1, 1, 0]);
});

test("once a host is reached no other is tried", async () => {
  const [one, two] = await startPair();
  stopClock();
  await clusterAt([one, two]).anyBroker();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(dials([one, two])).toEqual([1, 0]);
});

test("an address that is given twice is tried once", async () => {
  const server = await startBroker();
  server.on(api.apiVersions, () => "hang up");
  const error = await refusal(clusterAt([server, server]).anyBroker());
  expect(error.message).not.toContain("None of");
  expect(server.dialled).toBe(1);
});

/** Refuses the password. */
async function startRefusing(): Promise<ScriptedBroker> {
  const server = await startAlone();
  server.on(api.saslHandshake, () => joined(int16(0), list(text("PLAIN"))));
  server.on(api.saslAuthenticate, () => joined(int16(58), text("who are you?"), blob(Buffer.alloc(0))));
  return server;
}

const login = { sasl: { mechanism: "plain", username: "me", password: "secret" } } as const;

test("a refused login is not tried elsewhere: other hosts would lock the account", async () => {
  const [refusing, other] = [await startRefusing(), await startRefusing()];
  stopClock();
  const error = await refusal(clusterAt([refusing, other], login).anyBroker());
  expect(error).toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false });
  expect(error.message).toContain(`${refusing.address} refused the login by PLAIN`);
  expect(error.message).not.toContain("secret");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(dials([refusing, other])).toEqual([1, 0]);
});

test("a login that is refused after another host has failed is the only error", async () => {
  const [dead, refusing] = [await startBroker(), await startRefusing()];
  dead.on(api.apiVersions, () => "hang up");
  const error = await refusal(clusterAt([dead, refusing], login).anyBroker());
  expect(error.code).toBe("SASL_AUTHENTICATION_FAILED");
});

test("closing ends the search for a broker at once", async () => {
  const [silent, other] = [await startSilent(), await startBroker()];
  stopClock();
  const cluster = clusterAt([silent, other]);
  const error = refusal(cluster.anyBroker());
  await until(() => silent.dialled === 1);
  cluster.close(over);
  expect(await error).toBe(over);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(other.dialled).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
