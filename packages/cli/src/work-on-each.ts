import { TransportError } from "@dataqueues/core";

import type { Terminal } from "./terminal/terminal.ts";
import type { Outcomes } from "./throw-failures.ts";

/** How many parts are worked on at the same time: enough to hide the way to the broker, and no burden for it. */
const atOnce = 8;

/**
 * Works on the parts of a command each by itself, so that one that is refused stops no other. A host that did not answer within the time
 * of a call ends the work: the parts behind that are not tried.
 *
 * @param work - gives the text that says what was done
 * @param separator - comes between two such texts
 */
export async function workOnEach<Part>(
  parts: readonly Part[],
  terminal: Terminal,
  work: (part: Part) => Promise<string>,
  separator = "",
): Promise<Outcomes> {
  const failures: unknown[] = [];
  let done = 0;
  for (let from = 0; from < parts.length; from += atOnce) {
    const settled = await Promise.allSettled(parts.slice(from, from + atOnce).map(work));
    terminal.signal.throwIfAborted();
    const lines = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const errors = settled.flatMap((one): unknown[] => (one.status === "rejected" ? [one.reason] : []));
    await terminal.stdout.write(lines.map((line, at) => (done + at > 0 ? separator : "") + line).join(""));
    done += lines.length;
    failures.push(...errors);
    if (errors.some((error) => error instanceof TransportError && error.retriable)) break;
  }
  return { failures, done, untried: parts.length - done - failures.length };
}
