import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { spawnCommand } from "./spawn-command.ts";

const encodings = ["utf-8", "ascii", "json", "npy", "msgpack_numpy", "xarray", "xarray_dict"];

describeKafka("the command with the Python library", ([host = ""]) => {
  const env = { ...process.env, DATAQUEUES_KAFKA: host };
  let python: PythonCounterpart;
  let folder: string;
  let files: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataqueues-command-"));
    python = await PythonCounterpart.start("command_counterpart.py");
    const written = (await python.request({ ask: "write files", folder })).value as readonly (readonly [string])[];
    files = written.map(([name]) => name);
  });

  afterAll(async () => {
    await python.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("files of every form that are sent: Python reads the same bytes, key, headers, partition and timestamp", async () => {
    const topic = `command-files-${Date.now()}`;
    await using admin = new DataQueueAdmin(kafkajs(host));
    await admin.createTopics([[topic, 3]]);
    const record = [
      "--key",
      "mast-4",
      "-H",
      "from=night",
      "-H",
      "from=Größe",
      "-p",
      "2",
      "--timestamp",
      "1795773600123",
    ];
    const paths = files.map((name) => join(folder, name));
    const { code, out, err } = await spawnCommand(["send", topic, ...paths, ...record], env);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const beside = {
      key: "mast-4",
      headers: [
        ["from", "night"],
        ["from", "Größe"],
      ],
      partition: 2,
      timestamp: 1795773600123,
    };
    const differences = await python.request({ ask: "compare files", server: host, topic, record: beside });
    expect(differences.value).toEqual([]);
    expect(String(out)).toMatch(
      /^sent \d+ messages \(\S+ \w?B\) to command-files-\d+: partition 2: offsets 0–\d+; arrays gains, flags, .*\n$/,
    );
  });

  test.each(["npy", "msgpack_numpy"])("arrays that are sent as %s are the same arrays to Python", async (form) => {
    const topic = `command-${form}-${Date.now()}`;
    // msgpack_numpy loses the unit of times, and neither keeps big-endian bytes where they are encoded anew.
    const names = files
      .filter((name) => name.endsWith(".npy") && !/^(?:version|times|big-endian|Fortran)/.test(name))
      .map((name) => name.replace(/\.npy$/, ""));
    const paths = names.map((name) => join(folder, `${name}.npy`));
    const { code, err } = await spawnCommand(["send", topic, ...paths, "--codec", form], env);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect((await python.request({ ask: "compare arrays", server: host, topic, form, names })).value).toEqual([]);
  });

  test("what Python sends in every encoding is shown as numpy and xarray have it, also when the encoding is guessed", async () => {
    const topics = Object.fromEntries(
      encodings.map((encoding) => [encoding, `command-${encoding}-from-python-${Date.now()}`]),
    );
    await using admin = new DataQueueAdmin(kafkajs(host));
    await admin.createTopics(Object.values(topics));
    await python.request({ ask: "send", server: host, topics });
    const differences = async (shown: readonly string[], ...args: string[]): Promise<unknown> => {
      const names = shown.map((encoding) => topics[encoding] ?? "");
      const { code, out, err } = await spawnCommand(["tail", ...names, "--until", "end", "--json", ...args], env);
      const found = await python.request(
        { ask: "compare lines", encodings: Object.fromEntries(shown.map((encoding) => [topics[encoding], encoding])) },
        out,
      );
      return { args, code, err, differences: found.value };
    };
    const found = await Promise.all(encodings.map((encoding) => differences([encoding], "--codec", encoding)));
    expect(found).toEqual(
      encodings.map((encoding) => ({ args: ["--codec", encoding], code: 0, err: "", differences: [] })),
    );
    // ASCII is UTF-8 as well, and a Dataset that is a dict cannot be told from other dicts.
    const guessed = encodings.filter((encoding) => encoding !== "ascii" && encoding !== "xarray_dict");
    expect(await differences(guessed)).toMatchObject({ code: 0, differences: [] });
  });
});
