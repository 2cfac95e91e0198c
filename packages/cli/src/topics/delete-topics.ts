import { matchTopics, parseTopics } from "../arguments/topic-selection.ts";
import { openAdmin } from "../host/open-admin.ts";
import type { HostOptions } from "../host/open-host.ts";
import { safeText } from "../print/safe-text.ts";
import { confirm } from "../terminal/confirm.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { throwFailures } from "../throw-failures.ts";
import { workOnEach } from "../work-on-each.ts";
import { missingTopics } from "./require-topics.ts";

/** The options of `delete`. */
export interface DeleteOptions extends HostOptions {
  readonly yes?: boolean;
}

/** How many topics a question names. */
const mostListed = 20;

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
  const failures: Error[] = missing.map((topic) => missingTopics([topic], name, all));
  if (topics.length === 0 && missing.length === 0)
    throw new Error(`${name} has no topic that matches ${words.join(" ")}`);
  const more = topics.length > mostListed ? ` and ${topics.length - mostListed} more` : "";
  const listed = safeText(topics.slice(0, mostListed).join(", ")) + more;
  if (topics.length > 0 && options.yes !== true) {
    await confirm(terminal, {
      question: `Delete ${listed} at ${name}, with all records?`,
      otherwise: "nothing was deleted",
      advice: `add --yes to delete ${listed}`,
    });
  }
  const outcomes = await workOnEach(topics, terminal, async (topic) => {
    // If somebody else was faster, it is gone all the same.
    await admin.deleteTopics([topic]);
    return `deleted ${safeText(topic)}\n`;
  });
  await throwFailures({ ...outcomes, failures: [...failures, ...outcomes.failures] }, "topic", terminal);
}
