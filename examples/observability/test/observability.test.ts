import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

test("the example ends by itself and prints every type of event with OpenTelemetry's names", async () => {
  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--conditions=@dataqueues/source", main]);
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  expect({ errors, code }).toEqual({ errors: "", code: 0 });
  const shown = new Set([...output.matchAll(/^ {2}([a-z]\w+) +messaging\.system=memory/gm)].map(([, type]) => type));
  expect([...shown].sort()).toEqual([
    "assigned",
    "badRecord",
    "bufferFull",
    "caughtUp",
    "commitFailed",
    "committed",
    "connectFailed",
    "connected",
    "disconnected",
    "fenced",
    "idempotenceUnavailable",
    "leaderChanged",
    "lost",
    "offsetOutOfRange",
    "partitionMissing",
    "processingTimedOut",
    "producerIdentityReset",
    "retry",
    "revoked",
    "skipped",
    "topicMissing",
    "topicRecreated",
  ]);
  expect(output).toMatch(/retry .*messaging\.operation\.name=send .*error\.type=NOT_ENOUGH_REPLICAS/);
  expect(output).toMatch(/badRecord .*messaging\.destination\.partition\.id=0 .*messaging\.kafka\.offset=1/);
  expect(output).toMatch(
    /skipped .*dataqueues\.skipped\.from=0 dataqueues\.skipped\.to=4 dataqueues\.skipped\.count=4/,
  );
  expect(output).toMatch(/offsetOutOfRange .*dataqueues\.lost\.from=0 dataqueues\.lost\.to=5/);
}, 30_000);
