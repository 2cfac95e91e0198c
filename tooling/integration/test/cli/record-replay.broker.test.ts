import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import { recording } from "@dataqueues/recording";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { runCommand } from "./run-command.ts";

const main = join(import.meta.dirname, "../../../../packages/cli/src/main.ts");
const partitions = 6;

describeKafka("record and replay", ([server = ""]) => {
  let python: PythonCounterpart;
  let folder: string;
  const name = `recorded-${Date.now()}`;

  beforeAll(async () => {
    python = await PythonCounterpart.start("snapshot_counterpart.py", [server]);
    folder = await mkdtemp(join(tmpdir(), "recordings-"));
  });

  afterAll(async () => {
    await python.close();
    await rm(folder, { recursive: true });
  });

  async function dataqueues(...words: readonly string[]): Promise<{ readonly code: number; readonly stderr: string }> {
    const { code, err: stderr } = await runCommand(["--host", server, ...words]);
    return { code, stderr };
  }

  test("a topic that was deleted is the same again, as Python sees it", { timeout: 120_000 }, async () => {
    const file = join(folder, "night.mcap");
    const topics = [`${name}-a`, `${name}-b`] as const;
    await using admin = new DataQueueAdmin(kafkajs(server));
    // The defaults would delete what is three weeks old, and refuse what is large.
    const configs = { "retention.ms": "-1", "max.message.bytes": "6000000" };
    await admin.createTopics(
      topics.map((topic) => [topic, partitions]),
      { configs },
    );
    let count = 0;
    for (const topic of topics) {
      const { value: filled } = await python.request({ fill: topic });
      expect((await python.request({ snapshot: topic, as: `${topic} before` })).value).toBe(filled);
      count += Number(filled);
    }

    const recorded = await dataqueues("record", ...topics, "--until", "end", "-o", file);
    expect(recorded).toMatchObject({ code: 0 });
    expect(recorded.stderr).toContain(`recorded ${count.toLocaleString("en")} records (`);
    expect(recorded.stderr).toContain(" of 2 topics into ");
    expect(await dataqueues("delete", ...topics, "--yes")).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await admin.listTopics()).not.toContain(topics[0]), { timeout: 10_000 });
    const [kept, renamed] = topics;
    const names = ["--topic", kept, "--topic", `${renamed}=${renamed}-again`];
    expect(await dataqueues("replay", file, "--speed", "max", ...names)).toMatchObject({ code: 0 });

    for (const [before, after] of [
      [kept, kept],
      [renamed, `${renamed}-again`],
    ] as const) {
      await python.request({ snapshot: after, as: `${after} after` });
      const { value: problems } = await python.request({ compare: [`${before} before`, `${after} after`] });
      expect(problems).toEqual([]);
    }
  });

  test("a recording that was killed replays up to there, without gaps", { timeout: 120_000 }, async () => {
    const seed = Date.now() % 1_000_000_007;
    console.log(`seed ${seed}`);
    const random = xoroshiro128plus(seed);
    const topic = `${name}-killed`;
    const transport = kafkajs(server);
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics([[topic, 3]]);
    await using producer = new DataQueueProducer(transport, { topic });
    const send = async (count: number): Promise<void> => {
      const sent = Array.from({ length: count }, (_, index) =>
        producer.send(new Uint8Array(uniformInt(random, 0, 20_000)).fill(index), { partition: index % 3 }),
      );
      await Promise.all(sent);
    };

    for (const attempt of [1, 2, 3]) {
      const file = join(folder, `killed-${attempt}.mcap`);
      const words = ["--conditions=@dataqueues/source", main, "record", topic, "-o", file, "--host", server];
      const recorder = spawn(process.execPath, words, { stdio: "ignore" });
      const exited = once(recorder, "exit");
      let certain = 0;
      try {
        await send(300);
        // What arrived is in the file soon, although no chunk is full.
        certain = await vi.waitFor(
          async () => {
            const found = await recordsIn(file);
            expect(found).toBeGreaterThanOrEqual(300 * attempt);
            return found;
          },
          { timeout: 20_000, interval: 100 },
        );
        // Some of these are in the file when it is killed, some are on their way, some are not sent yet.
        const sending = send(1_500);
        const enough = (await stat(file)).size + uniformInt(random, 0, 8_000_000);
        await vi.waitFor(async () => expect((await stat(file)).size).toBeGreaterThan(enough), {
          timeout: 20_000,
          interval: 2,
        });
        recorder.kill("SIGKILL");
        await sending;
      } finally {
        recorder.kill("SIGKILL");
        await exited;
      }

      expect(await recording(file).info()).toMatchObject({ isComplete: false });
      const again = `${topic}-${attempt}`;
      const replayed = await dataqueues("replay", file, "--speed", "max", "--topic", `${topic}=${again}`);
      expect(replayed).toMatchObject({ code: 0, stderr: expect.stringContaining("was cut") });
      await python.request({ snapshot: topic, as: "whole" });
      const { value: kept } = await python.request({ snapshot: again, as: "part" });
      expect(kept).toBeGreaterThan(certain);
      expect((await python.request({ prefix: ["part", "whole"] })).value).toEqual({
        0: expect.any(Number),
        1: expect.any(Number),
        2: expect.any(Number),
      });
      await admin.deleteTopics([again]);
    }
  });
});

/** How many records a file has so far. */
async function recordsIn(file: string): Promise<number> {
  const { topics } = await recording(file).info();
  return topics.flatMap(({ partitions: found }) => found).reduce((sum, { records }) => sum + records, 0);
}
