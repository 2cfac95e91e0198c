import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import { recordTopics } from "@dataqueues/recording";
import { runPython } from "@dataqueues/tooling-python";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");

test("the Python code of docs/recordings.md prints what was recorded", { timeout: 300_000 }, async () => {
  const log = memory();
  const admin = new DataQueueAdmin(log);
  await admin.createTopics([["weather", 2]]);
  const producer = new DataQueueProducer(log, { topic: "weather" });
  const headers = [["band", "L"]] as const;
  await producer.send(Uint8Array.of(1, 2), { key: "mast-4", partition: 1, timestamp: 3_000, headers });
  await producer.send(null, { key: "mast-4", partition: 1, timestamp: 1_000, headers });
  await producer.send(new Uint8Array(), { partition: 0, timestamp: 2_000 });
  const folder = await mkdtemp(join(tmpdir(), "recordings-page-"));
  try {
    const file = join(folder, "night.mcap");
    await recordTopics({ transport: log, topics: "weather", file, until: "end" });
    const page = await readFile(join(root, "docs/recordings.md"), "utf8");
    const script = join(folder, "page.py");
    await writeFile(script, /^```python\n(.*?)^```$/ms.exec(page)?.[1] ?? "raise Exception('no code')");
    expect(await runPython(script, [file])).toBe(
      ["weather 1 1 b'mast-4' None", "weather 0 0 None b''", "weather 1 0 b'mast-4' b'\\x01\\x02'", ""].join("\n"),
    );
  } finally {
    await rm(folder, { recursive: true });
    await Promise.all([producer.close(), admin.close()]);
  }
});
