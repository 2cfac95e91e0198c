import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { expect, test } from "vitest";

const run = promisify(execFile);
const main = fileURLToPath(new URL("../../../../examples/quickstart/src/main.ts", import.meta.url));

describeKafka("the demo", ([server = ""]) => {
  test("prints the same on Apache Kafka as on the log in memory", async () => {
    const demo = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await run(process.execPath, ["--conditions=@dataqueues/source", main, ...args]);
      // The names of topics contain a time. The order of messages of several topics is not defined.
      return stdout
        .replaceAll(/-\d{13}\b/g, "")
        .split("\n")
        .slice(1)
        .toSorted();
    };
    expect(await demo("--kafka", server)).toEqual(await demo());
  });
});
