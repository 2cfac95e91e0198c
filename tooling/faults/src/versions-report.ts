import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { FaultRow, KafkaUnderTest } from "./fault.ts";
import { writeResult } from "./results.ts";

const directory = join(import.meta.dirname, "..", "results", "versions");

/** What the short form of each fault came to on one Kafka: "passed", or why not. */
type Outcomes = Readonly<Record<string, string>>;

/** The name of a Kafka under test: its version, and with a table of API versions that table's. */
export function kafkaName({ version = "4.4.0", apiVersions }: KafkaUnderTest): string {
  return apiVersions === undefined ? version : `${version} as ${apiVersions}`;
}

/** Adds what was run on a Kafka just now to what is known of it, and writes the table of all. */
export async function keepOutcomes(kafka: KafkaUnderTest, outcomes: Outcomes): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${kafkaName(kafka).replaceAll(" ", "-")}.json`);
  const before: Kept = JSON.parse(await readFile(file, "utf8").catch(() => "{}"));
  const kept: Kept = { kafka: kafkaName(kafka), outcomes: { ...before.outcomes, ...outcomes } };
  await writeFile(file, `${JSON.stringify(kept, undefined, 2)}\n`);
  const files = (await readdir(directory)).toSorted();
  const all = await Promise.all(
    files.map(async (name): Promise<Kept> => JSON.parse(await readFile(join(directory, name), "utf8"))),
  );
  await writeResult("versions.md", versionsPage(all));
}

interface Kept {
  readonly kafka: string;
  readonly outcomes: Outcomes;
}

/** Kafkas without InitProducerId, where a batch whose answer was lost is written again: once is not promised there. */
const withoutProducerIds: ReadonlySet<string> = new Set(["2.8.1", "redpanda-without-producer-ids"]);

/** How the judge names what is there more than once. */
const aboutDuplicates = /in the log more than once$|^duplicated: /;

/** The promises that a Kafka has the means for and that did not hold. */
export function brokenOn({ version, apiVersions }: KafkaUnderTest, { broken }: FaultRow): string[] {
  const lacking = withoutProducerIds.has(apiVersions ?? version ?? "");
  return broken.filter((what) => !lacking || !aboutDuplicates.test(what));
}

export function outcomeOf(kafka: KafkaUnderTest, row: FaultRow): string {
  const broken = brokenOn(kafka, row);
  if (broken.length > 0) return `BROKEN: ${broken.join("; ")}`;
  return row.broken.length === 0 ? "passed" : `passed; ${row.duplicated} duplicated, for want of producer ids`;
}

function versionsPage(all: readonly Kept[]): string {
  const faults = [...new Set(all.flatMap(({ outcomes }) => Object.keys(outcomes)))];
  const lines = [
    ["fault", ...all.map(({ kafka }) => kafka)],
    ["---", ...all.map(() => "---")],
    ...faults.map((fault) => [fault, ...all.map(({ outcomes }) => outcomes[fault] ?? "not run")]),
  ];
  return `# The short faults on other Kafkas

Written by \`pnpm faults --gate --kafka 2.8.1\`, \`pnpm faults --gate --api-versions kafka-2.1\` and so on: the last run of
each fault there, in the form of the gate. "as" is a real broker behind a proxy that offers clients no more API versions than
the named one ([the tables](../../kafka/src/api-version-tables.ts)).

${lines.map((line) => `| ${line.join(" | ")} |`).join("\n")}
`;
}
