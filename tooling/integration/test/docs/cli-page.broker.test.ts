import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { freePorts } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { python } from "@dataqueues/tooling-python";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { consoleBlocks, ConsoleSession } from "./console-session.ts";

const root = join(import.meta.dirname, "../../../..");
const page = await readFile(join(root, "docs/cli.md"), "utf8");
const payloads = [
  "examples/quickstart/payloads/spectrum.json",
  "examples/signal-display/payloads/amplitude.m033_m038.json",
];

/** Commands whose numbers differ from run to run: times, rates, ages, and sizes of files that are compressed. */
const measures = /dataqueues (?:topics|stat|bench|record|export) /;

/** Lines of a command, as they are compared. */
function comparable(command: string, lines: readonly string[]): string[] {
  if (!measures.test(command)) return [...lines];
  return lines.map((line) =>
    line.replaceAll(/\bv?\d+(?:\.\d+)*(?: (?:[kMG]?B|[kMG]|ms|s|min|h|d)\b)?/g, "#").replaceAll(/ {2,}/g, "  "),
  );
}

describeKafka("the session of docs/cli.md", ([server = ""]) => {
  let folder: string;
  let session: ConsoleSession;
  /** What the page calls by its usual name, and what it is here. */
  let here: readonly (readonly [onPage: string, here: string])[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cli-page-"));
    for (const payload of payloads) await cp(join(root, payload), join(folder, basename(payload)));
    const [port = 0] = await freePorts(1);
    here = [
      ["dataqueues gateway ", `dataqueues gateway --port ${port} `],
      ["localhost:8080", `localhost:${port}`],
      ["127.0.0.1:8080", `127.0.0.1:${port}`],
      ["localhost:9092", server],
    ];
    session = await ConsoleSession.start({
      folder,
      programs: {
        dataqueues: `${process.execPath} --conditions=@dataqueues/source ${join(root, "packages/cli/src/main.ts")}`,
        python: await python(),
      },
      // A person's own settings must not count. Each command compiles the same files.
      env: { DATAQUEUES_KAFKA: server, XDG_CONFIG_HOME: folder, NODE_COMPILE_CACHE: join(folder, "compiled") },
    });
  });
  afterAll(async () => {
    await session.run("dataqueues delete night-metrics night-gains night-pointing --yes");
    await session[Symbol.asyncDispose]();
    await Promise.all([folder, `${folder}-programs`].map((path) => rm(path, { recursive: true })));
  });

  const blocks = consoleBlocks(page);

  test("is there", () => {
    expect(blocks.flat().length).toBeGreaterThan(20);
  });

  for (const [index, block] of blocks.entries()) {
    describe(`block ${index + 1}`, () => {
      for (const { line, printed } of block) {
        test(`$ ${line}`, async () => {
          const command = here.reduce((text, [onPage, actual]) => text.replaceAll(onPage, actual), line);
          const lines = (await session.run(command)).map((text) =>
            here.reduce((shown, [onPage, actual]) => shown.replaceAll(actual, onPage), text),
          );
          expect(comparable(line, lines)).toEqual(comparable(line, printed));
        });
      }
    });
  }
});
