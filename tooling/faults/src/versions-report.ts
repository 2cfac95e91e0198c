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

export function outcomeOf({ broken }: FaultRow): string {
  return broken.length === 0 ? "passed" : `BROKEN: ${broken.join("; ")}`;
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
