import { matchTopics, parseTopics } from "../arguments/topic-selection.ts";
import { openAdmin } from "../host/open-admin.ts";
import type { HostOptions } from "../host/open-host.ts";
import { safeText } from "../print/safe-text.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { throwFailures } from "../throw-failures.ts";
import { missingTopics } from "./require-topics.ts";

/** The options of `delete`. */
export interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

/** Deletes topics once a person has agreed; prints the name of each. */
export async function deleteTopics(
  words: readonly string[],
  options: DeleteOptions,
  terminal: Terminal,
): Promise<void> {
  const selection = parseTopics(words);
  const { admin, name } = await openAdmin(options, terminal);
  await using _ = admin;
  const all = await admin.listTopics();
  const topics = matchTopics(all, selection);
  const missing = selection.names.filter((topic) => !all.includes(topic));
  const failures: unknown[] = missing.map((topic) => missingTopics([topic], name));
  if (topics.length === 0 && missing.length === 0) failures.push(missingTopics(words, name));
  let done = 0;
  if (topics.length > 0) {
    const listed = safeText(topics.join(", "));
    if (options.yes !== true) {
      await confirm(terminal, {
        question: `Delete ${listed} at ${name}, with all records?`,
        otherwise: "nothing was deleted",
        advice: `add --yes to delete ${listed}`,
      });
    }
    const settled = await Promise.allSettled(topics.map((topic) => admin.deleteTopics([topic])));
    for (const [index, one] of settled.entries()) {
      if (one.status === "rejected") failures.push(one.reason);
      // Somebody else was faster: it is gone all the same.
      else await terminal.stdout.write(`deleted ${safeText(topics[index] ?? "")}\n`);
    }
    done = topics.length - settled.filter(({ status }) => status === "rejected").length;
  }
  await throwFailures({ failures, done, what: "topics" }, terminal);
}
