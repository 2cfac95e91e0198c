import { link, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueConsumer } from "@dataqueues/core";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { memory } from "@dataqueues/transport-memory";
import { afterAll, beforeAll, expect, test } from "vitest";

import { runCommand } from "./run-command.ts";

let python: PythonCounterpart;
let folder: string;
/** The files that Python wrote, with the messages that they are, in base64. */
let files: readonly (readonly [name: string, messages: readonly string[]])[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataqueues-send-"));
  python = await PythonCounterpart.start("command_counterpart.py");
  files = (await python.request({ ask: "write files", folder })).value as typeof files;
}, 180_000);

afterAll(async () => {
  await python.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `send` on a log of its own, and gives what is in the topic then. */
async function sent(
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string; values: Uint8Array[] }> {
  const transport = memory();
  const { code, out, err } = await runCommand(["send", "night", ...args], { transport });
  const values: Uint8Array[] = [];
  await using consumer = new DataQueueConsumer(transport, {
    topics: ["night"],
    from: "earliest",
    until: "end",
    connectTimeoutMs: 300,
  });
  try {
    for await (const { value } of consumer) values.push(value ?? new Uint8Array());
  } catch {
    // Nothing was sent, so there is no topic.
  }
  return { code, out, err, values };
}

const base64 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("base64");

test("what Python writes into files is what goes to the topic, byte for byte", async () => {
  expect(files.length).toBeGreaterThan(50);
  const paths = files.map(([name]) => join(folder, name));
  const { code, err, values } = await sent(...paths);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const expected = files.flatMap(([name, messages]) => messages.map((message) => [name, message]));
  expect(values.map(base64)).toEqual(expected.map(([, message]) => message));
});

test("files of other names are recognised by their bytes", async () => {
  const named = files.filter(([name]) => /\.(?:npy|npz|arrows|json|msgpack)$/.test(name));
  for (const [name] of named) await link(join(folder, name), join(folder, `${name}.bin`));
  const { code, err, values } = await sent(...named.map(([name]) => join(folder, `${name}.bin`)));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(values.map(base64)).toEqual(named.flatMap(([, messages]) => messages));
});

test("an Arrow file and a Feather file become the stream that is in them", async () => {
  const names = (await readdir(folder)).filter((name) => /\.(?:arrow|feather)$/.test(name));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const { code, err, values } = await sent(join(folder, name));
    expect([name, code, err]).toEqual([name, 0, ""]);
    const dataset = name.replace(/\.\w+$/, "");
    const same = await python.request({ ask: "same dataset", dataset, form: "xarray" }, values[0]);
    expect([name, same.value]).toEqual([name, true]);
  }
});

test("an array goes in another encoding as Python writes it", async () => {
  for (const [name] of files.filter(
    ([file]) => file.endsWith(".npy") && !/^(?:version|times|Fortran|big-endian)/.test(file),
  )) {
    const array = name.replace(/\.npy$/, "");
    const { code, err, values } = await sent(join(folder, name), "--codec", "msgpack_numpy");
    expect([name, code, err]).toEqual([name, 0, ""]);
    const { bytes } = await python.request({ ask: "encode", value: array, form: "msgpack_numpy" });
    expect([name, base64(values[0])]).toEqual([name, base64(bytes)]);
  }
});

test("a Dataset goes as a dict, and back", async () => {
  for (const dataset of ["pointing-table", "gain-table"]) {
    const { err, values } = await sent(join(folder, `${dataset}.arrows`), "--codec", "xarray_dict");
    expect([dataset, err]).toEqual([dataset, ""]);
    const same = await python.request({ ask: "same dataset", dataset, form: "xarray_dict" }, values[0]);
    expect([dataset, same.value]).toEqual([dataset, true]);
  }
});
