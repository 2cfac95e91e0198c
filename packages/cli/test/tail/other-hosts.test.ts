import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NdArray } from "@dataqueues/arrays";
import { npy } from "@dataqueues/codec-npy";
import { utf8 } from "@dataqueues/codec-text";
import { serveGateway } from "@dataqueues/gateway";
import { recordTopics } from "@dataqueues/recording";
import { expect, test, vi } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { logWith, send } from "./tail-log.ts";
import type { Sent } from "./tail-log.ts";

const sent: readonly Sent[] = [
  [NdArray.from([1, 2], "<f4"), npy()],
  ["text", utf8()],
  [null, undefined, { key: "k" }],
];

const lines = [
  "2026-11-27T02:03:04.567Z t[0]@0  float32 (2,)  min 1  max 2  [1 2]",
  "2026-11-27T02:03:04.567Z t[0]@1  text",
  "2026-11-27T02:03:04.567Z t[0]@2 k  null (a tombstone: the key is deleted)",
];

test("a gateway shows the same as its log, and what arrives", async () => {
  const log = await logWith("t", sent);
  await using gateway = await serveGateway({ transport: log, topics: ["t"], port: 0 });
  const host = gateway.url;
  const terminal = fakeTerminal();
  expect(await run(["tail", "t", "--until", "end", "--host", host], terminal)).toBe(0);
  expect(terminal.out().trimEnd().split("\n")).toEqual(lines);

  const stop = new AbortController();
  const following = fakeTerminal({ signal: stop.signal });
  const running = run(["tail", "t", "--from", "-1", "--host", host], following);
  await vi.waitFor(() => expect(following.out()).toBe(`${lines[2]}\n`), { timeout: 10_000 });
  await send(log, "t", [["later", utf8()]]);
  await vi.waitFor(() => expect(following.out()).toContain("t[0]@3  later\n"), { timeout: 10_000 });
  stop.abort();
  expect(await running).toBe(0);
});

test("a recording shows the same as the log that was recorded", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tail-"));
  const file = join(folder, "night.mcap");
  await recordTopics({ transport: await logWith("t", sent), topics: "t", file, until: "end" });
  const terminal = fakeTerminal();
  expect(await run(["tail", "t", "--until", "end", "--host", file], terminal)).toBe(0);
  expect(terminal.out().trimEnd().split("\n")).toEqual(lines);
  await rm(folder, { recursive: true });
});
