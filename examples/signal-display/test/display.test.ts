import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

import { check, Spectrum } from "@dataqueues/schemas";
import { websocket } from "@dataqueues/transport-websocket";
import { DataQueueConsumer, Encoding } from "dataqueues";
import { expect, onTestFinished, test } from "vitest";

function display(...args: readonly string[]): ChildProcessWithoutNullStreams {
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  return spawn(process.execPath, ["--conditions=@dataqueues/source", main, ...args]);
}

/** Resolves when the program ends by itself. */
async function ended(
  child: ChildProcessWithoutNullStreams,
): Promise<{ output: string; errors: string; code: unknown }> {
  const exit = once(child, "exit");
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { output, errors, code };
}

test("the command serves page, Worker and gateway, with spectra of five minutes, and Ctrl-C ends it", async () => {
  const child = display("--port", "0");
  onTestFinished(() => void child.kill("SIGKILL"));
  const errors = text(child.stderr);
  const exit = once(child, "exit");
  let url: string | undefined;
  for await (const line of createInterface(child.stdout)) {
    url = /^Signal display: (\S+)$/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const get = async (path: string): Promise<string> => (await fetch(new URL(path, url))).text();
  expect(await get("/")).toContain('<script type="module" src="page.js"></script>');
  for (const path of ["/page.js", "/page.css", "/worker.js"]) {
    expect([path, (await get(path)).length > 1000]).toEqual([path, true]);
  }
  // Nothing of Kafka's client is in the page.
  expect((await get("/worker.js")).includes("transport-kafkajs")).toBe(false);

  const gateway = new URL("queues", url);
  gateway.protocol = "ws:";
  const options = { encoding: Encoding.MSGPACK_NUMPY, until: "end" } as const;
  await using consumer = new DataQueueConsumer(websocket(gateway), options);
  await consumer.assignTopics([["metrics-spectrum-01", 5]]);
  let spectra = 0;
  for await (const { value } of consumer) {
    check(Spectrum, value);
    spectra += 1;
  }
  expect(spectra).toBeGreaterThanOrEqual(300);

  child.kill("SIGINT");
  expect(await exit).toEqual([0, null]);
  expect(await errors).toBe("");
}, 60_000);

test("--help prints the options", async () => {
  const { output, errors, code } = await ended(display("--help"));
  expect({ errors, code }).toEqual({ errors: "", code: 0 });
  for (const option of ["--kafka", "--no-generator", "--subarray", "--port", "--host", "--token"]) {
    expect(output).toContain(option);
  }
});

test("mistakes are told in a sentence, without a stack", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const mistakes = [
    [["--port", String(port)], "The port is in use by another program"],
    [["--host", "192.0.2.1", "--token", "secret"], "The address of --host is none of this machine's"],
    // Nothing listens on port 1.
    [["--kafka", "localhost:1"], "Is Apache Kafka running?"],
    [["--prot", "1"], "Unknown option '--prot'"],
    [["--host", "0.0.0.0"], "say with --token what viewers have to know"],
  ] as const;
  for (const [args, expected] of mistakes) {
    const { errors, code } = await ended(display(...args));
    expect({ args, code }).toEqual({ args, code: 1 });
    expect(errors).toContain(expected);
    expect(errors).not.toContain("    at ");
  }
  taken.close();
}, 120_000);
