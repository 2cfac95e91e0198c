import { matchTopics, parseTopics } from "../arguments/topic-selection.ts";
import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import { cell, jsonNumber } from "../print/cell.ts";
import { formatBytes, formatCount } from "../print/quantities.ts";
import { jsonLine, numberColumn, safeTable } from "../print/safe-lines.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { LogSurvey } from "./log-survey.ts";
import { missingNames, missingTopics } from "./require-topics.ts";
import { topicRows } from "./topic-rows.ts";
import type { TopicRow } from "./topic-rows.ts";

/** The options of `topics`. */
export interface TopicsOptions extends HostOptions {
  readonly internal?: boolean;
  readonly json?: boolean;
}

/** Prints topics, sorted by their names: as a table, or as one JSON object a line. */
export async function listTopics(words: readonly string[], options: TopicsOptions, terminal: Terminal): Promise<void> {
  const selection = parseTopics(words);
  const host = await openHost(options, terminal);
  const { name } = host;
  const survey = new LogSurvey(host, terminal.signal);
  try {
    const all = await survey.topics();
    const names = all.map(({ topic }) => topic);
    const missing = missingNames(selection, all);
    if (missing.length > 0) throw missingTopics(missing, name, names);
    const isNamed = new Set(selection.names);
    const wanted = new Set(matchTopics(names, selection));
    const topics = all.filter(({ topic, isInternal }) => {
      return wanted.has(topic) && (isInternal !== true || options.internal === true || isNamed.has(topic));
    });
    const rows = await topicRows(survey, topics);
    if (options.json === true) await terminal.stdout.write(rows.map(topicJson).join(""));
    else if (rows.length > 0) await terminal.stdout.write(topicTable(rows));
    else
      await terminal.stderr.write(`${name} has no topics${words.length > 0 ? ` that match ${words.join(" ")}` : ""}\n`);
  } finally {
    survey.close();
  }
}

function topicTable(rows: readonly TopicRow[]): string {
  const hasProblems = rows.some(({ problem }) => problem !== undefined);
  const columns = ["partitions", "messages", "size", "messages/s", "lag"].map(numberColumn);
  return safeTable(
    [{ title: "topic" }, ...columns, { title: "slowest group" }, ...(hasProblems ? [{ title: "" }] : [])],
    rows.map(({ topic, partitions, messages, bytes, rate, groups, problem = "" }) => [
      topic,
      cell(partitions),
      cell(messages, formatCount),
      cell(bytes, formatBytes),
      cell(rate, formatRate),
      cell(groups?.[0]?.lag, formatCount),
      cell(groups?.[0]?.group, (group) => (groups?.length === 1 ? group : `${group} (of ${groups?.length})`)),
      problem,
    ]),
  );
}

/** Slow rates with digits behind the point: one message in a minute is not none. */
function formatRate(rate: number): string {
  if (rate === 0) return "0";
  return rate < 1 ? rate.toFixed(2) : rate < 100 ? rate.toFixed(1) : formatCount(Math.round(rate));
}

function topicJson({ topic, partitions, messages, bytes, rate, groups, isInternal, problem }: TopicRow): string {
  const line = {
    topic,
    partitions: jsonNumber(partitions),
    messages: jsonNumber(messages),
    bytes: jsonNumber(bytes),
    messagesPerSecond: rate === undefined ? null : Math.round(rate * 1_000) / 1_000,
    lag: groups === undefined ? null : Object.fromEntries(groups.map(({ group, lag }) => [group, Number(lag)])),
    internal: isInternal,
    ...(problem === undefined ? {} : { problem }),
  };
  return jsonLine(line);
}
