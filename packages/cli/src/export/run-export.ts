import { basename, extname } from "node:path";
import type { TopicPartition } from "@dataqueues/core";
import { recording } from "@dataqueues/recording";

import { parsePartitions } from "../arguments/parse-partitions.ts";
import { parseFrom, parseUntil } from "../arguments/read-range.ts";
import { findCodec } from "../formats/find-codec.ts";
import { findSchema } from "../formats/find-schema.ts";
import { findPartitions } from "../host/find-partitions.ts";
import { openHost } from "../host/open-host.ts";
import type { Host, HostOptions } from "../host/open-host.ts";
import { PartlyDone } from "../partly-done.ts";
import { countOf, formatBytes } from "../print/quantities.ts";
import { safeText } from "../print/safe-text.ts";
import { ProgressLine } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { exportRecords } from "./export-records.ts";
import type { Exported } from "./export-records.ts";
import type { Exporter } from "./exporter.ts";
import { OutputFile } from "./output-file.ts";

/** The options of `export`, as they were written. */
export interface ExportWords extends HostOptions {
  readonly to: "npz" | "parquet" | "jsonl";
  readonly output?: string | undefined;
  readonly overwrite?: boolean | undefined;
  readonly from: string;
  readonly until: string;
  readonly partitions?: string | undefined;
  readonly codec?: string | undefined;
  readonly schema?: string | undefined;
}

/** How many records that were left out are told one by one. */
const mostLines = 10;

/**
 * Exports topics or a recording.
 *
 * @param sources - topics and patterns, or a recording and perhaps topics in it
 * @throws PartlyDone when records were left out
 */
export async function runExport(sources: readonly string[], words: ExportWords, terminal: Terminal): Promise<void> {
  const { stdout, stderr, signal } = terminal;
  const from = parseFrom(words.from);
  const until = parseUntil(words.until);
  const numbers = words.partitions === undefined ? undefined : parsePartitions(words.partitions);
  const codec = words.codec === undefined ? undefined : await findCodec(words.codec);
  const schema = words.schema === undefined ? undefined : await findSchema(words.schema);
  const [file, topics] = splitSources(sources);
  const host = file === undefined ? await openHost(words, terminal) : openRecording(file);
  const partitions = await findPartitions(host, { topics, partitions: numbers, signal });
  const path = words.output ?? defaultName(file, partitions, words.to);
  await using output = await OutputFile.create(path, stdout, words.overwrite ?? false);
  const exporter = await exporterOf(words.to, output, partitions);
  const progress = new ProgressLine(stderr, "exported");
  const lines: string[] = [];
  let exported: Exported;
  try {
    exported = await exportRecords(exporter, {
      host,
      partitions,
      from,
      until,
      codec,
      schema,
      signal,
      onProgress: (done) => progress.update(done),
      onLeftOut: (place, reason) => {
        if (lines.length < mostLines) lines.push(`left out: ${place}: ${safeText(reason)}\n`);
      },
    });
  } finally {
    progress.clear();
  }
  const { records, bytes, leftOut } = exported;
  for (const line of lines) await stderr.write(line);
  if (leftOut > mostLines) await stderr.write(`left out: ${leftOut - mostLines} more\n`);
  if (records === 0 && leftOut > 0)
    throw new Error(`none of ${countOf(leftOut, "record")} could be exported to ${words.to}: no file was written`);
  await exporter.finish();
  await output.complete();
  for (const remark of exporter.remarks) await stderr.write(`${remark}\n`);
  const into = path === "-" ? "" : ` into ${path} (${formatBytes(output.bytes)})`;
  await stderr.write(`exported ${countOf(records, "record")} (${formatBytes(bytes)})${into}\n`);
  if (leftOut > 0) throw new PartlyDone(`${leftOut} of ${countOf(records + leftOut, "record")} were left out`);
}

function openRecording(file: string): Host {
  return { transport: recording(file), name: file, connectTimeoutMs: 10_000, onEvent: () => undefined };
}

/** The recording among the words, and the topics. */
function splitSources([first = "", ...others]: readonly string[]): [
  file: string | undefined,
  topics: readonly string[],
] {
  // A topic's name has no slash, and nobody calls a topic night.mcap.
  const isFile = extname(first) === ".mcap" || (first.includes("/") && !/^\/.+\/[iu]*$/.test(first));
  if (isFile) return [first, others];
  const file = others.find((word) => extname(word) === ".mcap");
  if (file !== undefined) throw new UsageError(`write the recording first, then its topics: export ${file} ${first}`);
  return [undefined, [first, ...others]];
}

function defaultName(file: string | undefined, partitions: readonly TopicPartition[], format: string): string {
  if (file !== undefined) return `${basename(file, extname(file))}.${format}`;
  const topics = new Set(partitions.map(([topic]) => topic));
  const [only] = topics;
  if (only !== undefined && topics.size === 1) return `${only}.${format}`;
  throw new UsageError(`${topics.size} topics go into one file: name it with -o, such as -o night.${format}`);
}

async function exporterOf(
  format: ExportWords["to"],
  output: OutputFile,
  partitions: readonly TopicPartition[],
): Promise<Exporter> {
  if (format === "npz") {
    const { NpzExporter } = await import("./export-npz.ts");
    return new NpzExporter(output, [...new Set(partitions.map(([topic]) => topic))]);
  }
  if (format === "jsonl") {
    const { JsonlExporter } = await import("./export-jsonl.ts");
    return new JsonlExporter(output);
  }
  const { ParquetExporter } = await import("./export-parquet.ts");
  return new ParquetExporter(output);
}
