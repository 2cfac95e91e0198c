import { kafkaError } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";
import { expect, test } from "vitest";

import { printEvents } from "../../src/host/print-events.ts";
import { fakeTerminal } from "../fake-terminal.ts";

const reason = kafkaError("NETWORK_EXCEPTION", "kafka:9092", { why: "read ECONNRESET" });
const connection = { role: "read", transport: "kafkajs" } as const;

function printed(events: readonly DataQueueEvent[], isVerbose: boolean, columns?: number): string {
  const terminal = fakeTerminal(columns === undefined ? {} : { columns });
  const onEvent = printEvents(terminal.stderr, isVerbose);
  for (const event of events) onEvent(event);
  return terminal.err();
}

test("a lost connection is told once, and again after it was there", () => {
  const failed = (attempt: number): DataQueueEvent => ({ type: "connectFailed", ...connection, attempt, reason });
  const lost: DataQueueEvent = { type: "disconnected", ...connection, reason };
  const connected: DataQueueEvent = { type: "connected", ...connection, attempt: 3 };
  const cause = "kafka:9092: NETWORK_EXCEPTION: read ECONNRESET";
  expect(printed([lost, failed(1), failed(2), failed(3), connected, lost], false)).toBe(
    [
      `dataqueues: the connection was lost, and is opened again: ${cause}`,
      `dataqueues: no connection yet: ${cause}`,
      `dataqueues: the connection was lost, and is opened again: ${cause}`,
      "",
    ].join("\n"),
  );
  // The same words are no news, unless there was a connection between.
  const line = `dataqueues: the connection was lost, and is opened again: ${cause}\n`;
  expect(printed([lost, lost], false)).toBe(line);
  expect(printed([lost, connected, lost], false)).toBe(line + line);
});

test("the first failure is the command's own error, and all else is for --verbose", () => {
  const events: DataQueueEvent[] = [
    { type: "connectFailed", ...connection, attempt: 0, reason },
    { type: "caughtUp" },
    { type: "retry", request: "fetch", attempt: 0, reason },
  ];
  expect(printed(events, false)).toBe("");
});

test("with --verbose each event is a line, with its fields", () => {
  const events: DataQueueEvent[] = [
    { type: "retry", request: "produce", topic: "gains", partition: 3, attempt: 0, reason },
    { type: "skipped", topic: "gains", partition: 0, from: 5n, to: 9n, count: 4 },
    { type: "assigned", group: "averagers", partitions: [["gains", 0]] },
    { type: "topicMissing", topic: "\x1b[2J" },
  ];
  expect(printed(events, true)).toBe(
    [
      "dataqueues: retry request=produce topic=gains partition=3 attempt=0 reason=kafka:9092: NETWORK_EXCEPTION: read ECONNRESET",
      "dataqueues: skipped topic=gains partition=0 from=5 to=9 count=4",
      'dataqueues: assigned group=averagers partitions=[["gains",0]]',
      "dataqueues: topicMissing topic=\\x1b[2J",
      "",
    ].join("\n"),
  );
});

test("on a terminal a line of progress is taken away first", () => {
  expect(printed([{ type: "caughtUp" }], true, 80)).toBe("\r\x1b[Kdataqueues: caughtUp\n");
});
