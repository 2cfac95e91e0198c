import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

import { expect, test } from "vitest";

async function demo(...args: string[]): Promise<{ output: string; errors: string; code: unknown }> {
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--conditions=@dataqueues/source", main, ...args]);
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { output, errors, code };
}

test("the demo ends by itself and shows where each message was sent and read", async () => {
  const { output, errors, code } = await demo();
  expect({ errors, code }).toEqual({ errors: "", code: 0 });
  const placesOf = (arrow: string): string[] =>
    [...output.matchAll(/^ {3}(\S+\[\d\] offset \d) (<-|->) /gm)].flatMap(([, place = "", found]) =>
      found === arrow ? [place] : [],
    );
  const [sent, read] = [placesOf("<-"), placesOf("->")];
  expect(sent).toHaveLength(7);
  // Nobody reads the averaged spectrum that was sent after the consumer moved to the window's partition.
  const unread = "metrics-spectrum-01[0] offset 1";
  expect(read.toSorted()).toEqual(sent.filter((place) => place !== unread).toSorted());
  expect(output).toContain("metrics-spectrum-01: created, 6 partitions");
  expect(output).toContain("data.0.power: 64 numbers for 65 channels");
  expect(output).toContain("XX, XY, YX, YY from 901 to 993 MHz; first: NdArray <f8 (128) [539.35, ");
  expect(output).toContain("SKA004 1, SKA006 NaN");
}, 30_000);

test.each([
  [["--help"], 0, "", "npx -y pnpm@12 demo [--kafka HOST:PORT]"],
  [["--kafak", "x"], 1, "Unknown option '--kafak'", ""],
  [["--kafka"], 1, "Option '--kafka <value>' argument missing", ""],
  // Nothing listens on port 1.
  [["--kafka", "localhost:1"], 1, "Connecting to localhost:1: NETWORK_EXCEPTION", "On Apache Kafka at localhost:1; "],
])(
  "with %j the demo says what to do",
  async (args, code, expectedErrors, expectedOutput) => {
    const { output, errors, code: exitCode } = await demo(...args);
    expect(exitCode).toBe(code);
    expect(output).toContain(expectedOutput);
    expect(errors).toContain(expectedErrors);
    expect(errors).not.toContain("    at ");
    if (code !== 0) expect(errors).toContain("npx -y pnpm@12 kafka");
  },
  30_000,
);
