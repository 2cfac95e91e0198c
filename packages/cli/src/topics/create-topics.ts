import type { TopicOutcome } from "@dataqueues/admin";

import { parseInteger } from "../arguments/parse-integer.ts";
import { parseTopicRequest } from "../arguments/parse-topic-request.ts";
import { openAdmin } from "../host/open-admin.ts";
import type { HostOptions } from "../host/open-host.ts";
import { countOf } from "../print/quantities.ts";
import { throwFailures } from "../throw-failures.ts";
import { workOnEach } from "../work-on-each.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The options of `create`. */
export interface CreateOptions extends HostOptions {
  readonly replicationFactor?: string;
  readonly topicConfig?: Readonly<Record<string, string>>;
}

/** Makes topics exist, with at least so many partitions; prints what became of each. */
export async function createTopics(
  words: readonly string[],
  options: CreateOptions,
  terminal: Terminal,
): Promise<void> {
  const requests = words.map(parseTopicRequest);
  const { replicationFactor } = options;
  const replicas =
    replicationFactor === undefined
      ? undefined
      : parseInteger("--replication-factor", replicationFactor, 1, 2 ** 15 - 1);
  const { admin } = await openAdmin(options, terminal);
  await using _ = admin;
  await admin.connect();
  const settings = { replicationFactor: replicas, configs: options.topicConfig };
  const outcomes = await workOnEach(requests, terminal, async (request) => {
    const created = await admin.createTopics([request], settings);
    return created.map(outcomeLine).join("");
  });
  await throwFailures(outcomes, "topic", terminal);
}

function outcomeLine({ topic, outcome, partitions }: TopicOutcome): string {
  const count = countOf(partitions, "partition");
  if (outcome === "created") return `created ${topic} with ${count}\n`;
  return outcome === "grown" ? `grew ${topic} to ${count}\n` : `left ${topic} as it was, with ${count}\n`;
}
