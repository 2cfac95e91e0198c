import type { DataQueueEvent, OnEvent } from "@dataqueues/core";

import { errorLine } from "../print/error-line.ts";
import type { Output } from "../terminal/output.ts";

/**
 * Prints what happens to connections; with `isVerbose` also retries and all else that the library tells. What is the same as the
 * line before is left out, as a lost host is tried again many times.
 */
export function printEvents(output: Output, isVerbose: boolean): OnEvent {
  let last = "";
  return (event) => {
    const line = isVerbose ? verboseLine(event) : connectionLine(event);
    if (event.type === "connected") last = "";
    if (line === undefined || line === last) return;
    last = line;
    // A line of progress may stand where the cursor is.
    const start = output.isTerminal ? "\r\x1b[K" : "";
    output.write(`${start}dataqueues: ${line}\n`).catch(() => undefined);
  };
}

function connectionLine(event: DataQueueEvent): string | undefined {
  if (event.type === "disconnected") return `the connection was lost, and is opened again: ${errorLine(event.reason)}`;
  if (event.type === "connectFailed" && event.attempt > 0) return `no connection yet: ${errorLine(event.reason)}`;
  return undefined;
}

/** An event as `type name=value …`; errors and places are texts, and an error's own fields are nobody's business. */
function verboseLine({ type, ...fields }: DataQueueEvent): string {
  const shown = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [`${name}=${value instanceof Error || typeof value !== "object" ? errorLine(value) : toText(value)}`];
  });
  return [type, ...shown].join(" ");
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
}
