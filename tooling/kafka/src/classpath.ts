import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** The versions of Apache Kafka that the project is tested with, the newest first. */
export const kafkaVersions = ["4.4.0", "3.9.1", "2.8.1"] as const;

/** These, and 4.0.0, the first with KIP-848: only groups are tested on it. */
export type KafkaVersion = (typeof kafkaVersions)[number] | "4.0.0";

const run = promisify(execFile);
const home = join(import.meta.dirname, "..");
const maven = join(home, "maven");
const cache = join(home, "node_modules", ".cache");

/**
 * The class path of a Kafka version. Maven downloads the jars the first time. The result is kept in a file, which is used
 * as long as the `pom.xml` is the same and the jars exist.
 */
export async function kafkaClasspath(version: KafkaVersion): Promise<string> {
  const pom = createHash("sha256").update(await readFile(join(maven, "pom.xml")));
  const file = join(cache, `classpath-${version}-${pom.digest("hex").slice(0, 12)}.txt`);
  const known = await readFile(file, "utf8").catch(() => "");
  if (known !== "" && known.split(delimiter).every((jar) => existsSync(jar))) return known;
  await mkdir(cache, { recursive: true });
  // Written under another name first, because another process may read the file at the same time.
  const draft = `${file}.${process.pid}`;
  const goal = ["dependency:build-classpath", `-Dmdep.outputFile=${draft}`, `-Dkafka.version=${version}`];
  try {
    await run("mvn", ["-q", "-B", ...goal], { cwd: maven, timeout: 300_000 });
  } catch (cause) {
    throw new Error(`Maven could not fetch Apache Kafka ${version}. Can this machine reach a Maven repository?`, {
      cause,
    });
  }
  await rename(draft, file);
  return readFile(file, "utf8");
}
