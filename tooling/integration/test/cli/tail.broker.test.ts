import { DataQueueAdmin } from "@dataqueues/admin";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { runCommand } from "./run-command.ts";

describeKafka("tail shows what Python sends", (bootstrapServers) => {
  const [server = ""] = bootstrapServers;
  const topic = `tail-${Date.now()}`;
  let python: PythonCounterpart | undefined;
  let count = 0;

  /** Tells Python what to do; `bytes` is what the command wrote. */
  async function ask(what: string, bytes?: Uint8Array): Promise<unknown> {
    return (await python?.request({ ask: what, server, topic }, bytes))?.value;
  }

  beforeAll(async () => {
    python = await PythonCounterpart.start("tail_counterpart.py");
    await using admin = new DataQueueAdmin(kafkajs(bootstrapServers));
    await admin.createTopics([topic]);
    count = Number(await ask("send"));
  }, 300_000);

  afterAll(() => python?.close());

  /** What `dataqueues tail TOPIC --until end` writes. */
  async function tail(...words: readonly string[]): Promise<{ readonly out: Uint8Array; readonly err: string }> {
    const args = ["tail", topic, "--until", "end", "--host", server, ...words];
    const { code, outBytes: out, err } = await runCommand(args);
    expect(code).toBe(0);
    return { out, err };
  }

  test("every value as JSON is what Python's own tolist and to_dict give", { timeout: 120_000 }, async () => {
    const { out, err } = await tail("--json");
    expect(await ask("judge json", out)).toEqual([]);
    expect(err).not.toContain("could not be read");
  });

  test("arrays and Datasets with --full are what Python prints", { timeout: 120_000 }, async () => {
    expect(await ask("judge text", (await tail("--full")).out)).toEqual([]);
  });

  test("each message is one line, whose bytes move no cursor", { timeout: 120_000 }, async () => {
    const text = new TextDecoder().decode((await tail()).out);
    expect(text.trimEnd().split("\n")).toHaveLength(count);
    expect(text.match(/[^\n\P{Cc}]|\p{Bidi_Control}/gu)).toBeNull();
  });
});
