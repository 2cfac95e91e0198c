import { partitionKey } from "@dataqueues/core";
import type { OffsetQuery } from "@dataqueues/core";

import { parseTime } from "../arguments/parse-time.ts";
import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import { cell, jsonNumber } from "../print/cell.ts";
import { jsonLine, numberColumn, safeTable } from "../print/safe-lines.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { throwFailures } from "../throw-failures.ts";
import { LogSurvey } from "./log-survey.ts";
import type { Answers } from "./log-survey.ts";
import { namedTopics } from "./named-topics.ts";
import { known, partitionsOf } from "./partition-facts.ts";

/** The options of `offsets`. */
export interface OffsetsOptions extends HostOptions {
  readonly at?: string;
  readonly json?: boolean;
}

/** One column of offsets: its title, and what is asked for. */
type OffsetColumn = readonly [title: "begin" | "end" | "at", at: OffsetQuery["at"]];

/** Prints the offsets of partitions: where they begin and end and, with `--at`, the first one from a time on. */
export async function showOffsets(
  words: readonly string[],
  options: OffsetsOptions,
  terminal: Terminal,
): Promise<void> {
  const { at, json = false } = options;
  const wanted: OffsetColumn[] = [
    ["begin", "earliest"],
    ["end", "latest"],
  ];
  if (at !== undefined) wanted.push(["at", { timestamp: parseTime(at).getTime() }]);
  const host = await openHost(options, terminal);
  const survey = new LogSurvey(host, terminal.signal);
  try {
    const partitions = partitionsOf(await namedTopics(survey, words, host));
    const answers = await Promise.all(wanted.map(([, offset]) => survey.offsets(partitions, offset)));
    const offset = (one: Answers<bigint> | undefined, topic: string, partition: number): bigint | undefined => {
      const found = known(one?.get(partitionKey(topic, partition)));
      return found === undefined || found < 0n ? undefined : found;
    };
    if (json) {
      const lines = partitions.map(({ topic, partition }) => {
        const offsets = wanted.map(([name], index) => [name, jsonNumber(offset(answers[index], topic, partition))]);
        return jsonLine({ topic, partition, ...Object.fromEntries(offsets) });
      });
      await terminal.stdout.write(lines.join(""));
    } else {
      const columns = [{ title: "topic" }, numberColumn("partition"), ...wanted.map(([title]) => numberColumn(title))];
      const rows = partitions.map(({ topic, partition }) => [
        topic,
        String(partition),
        ...answers.map((one) => cell(offset(one, topic, partition))),
      ]);
      await terminal.stdout.write(safeTable(columns, rows));
    }
    const failures = new Map<string, Error>();
    for (const [key, answer] of answers.flatMap((one) => [...one])) {
      if (answer instanceof Error) failures.set(key, answer);
    }
    const done = partitions.length - failures.size;
    await throwFailures({ failures: [...failures.values()], done }, "partition", terminal);
  } finally {
    survey.close();
  }
}
