import { hasProducerIds, kafkaName } from "./kafka-under-test.ts";
import type { KafkaUnderTest } from "./kafka-under-test.ts";
import type { NemesisResult } from "./nemesis.ts";
import { keepResult, readResults, writeResult } from "./results.ts";

/** What the gate's form of each nemesis came to on one Kafka, a line of `results/versions.jsonl`. */
interface KafkaOutcomes {
  readonly kafka: string;
  /** "passed", or why not, by nemesis. */
  readonly outcomes: Readonly<Record<string, string>>;
}

const file = "versions.jsonl";

/** Adds outcomes to what is known of a Kafka, and writes the page about all of them. */
export async function keepOutcomes(under: KafkaUnderTest, outcomes: KafkaOutcomes["outcomes"]): Promise<void> {
  const kafka = kafkaName(under);
  const before = (await readResults<KafkaOutcomes>(file)).find((one) => one.kafka === kafka);
  const kept: KafkaOutcomes = { kafka, outcomes: { ...before?.outcomes, ...outcomes } };
  await writeResult("versions.md", versionsPage(await keepResult(file, kept, (one) => one.kafka)));
}

/** How the checker names messages that are in the log more than once. */
const aboutDuplicates = /in the log more than once$|^duplicated: /;

/** The promises that did not hold, without those that this Kafka lacks the means for. */
export function brokenOn(kafka: KafkaUnderTest, { broken }: NemesisResult): string[] {
  return broken.filter((what) => hasProducerIds(kafka) || !aboutDuplicates.test(what));
}

/** The outcome of a nemesis on a Kafka, in words. */
export function outcomeOf(kafka: KafkaUnderTest, result: NemesisResult): string {
  const broken = brokenOn(kafka, result);
  if (broken.length > 0) return `BROKEN: ${broken.join("; ")}`;
  return result.broken.length === 0 ? "passed" : `passed; ${result.duplicated} duplicated, for want of producer ids`;
}

function versionsPage(all: readonly KafkaOutcomes[]): string {
  const nemeses = [...new Set(all.flatMap(({ outcomes }) => Object.keys(outcomes)))];
  const lines = [
    ["nemesis", ...all.map(({ kafka }) => kafka)],
    ["---", ...all.map(() => "---")],
    ...nemeses.map((nemesis) => [nemesis, ...all.map(({ outcomes }) => outcomes[nemesis] ?? "not run")]),
  ];
  return `# The gate's form of the nemeses on other Kafkas

Written by \`pnpm faults --gate --kafka 2.8.1\`, \`pnpm faults --gate --api-versions kafka-2.1\` and so on: the last run of
each nemesis. "4.4.0 as kafka-2.1" is a real 4.4.0 behind a proxy that offers clients only the API versions of Kafka 2.1
([the tables](../../kafka/src/api-version-tables.ts)).

${lines.map((line) => `| ${line.join(" | ")} |`).join("\n")}
`;
}
