import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** The versions of Apache Kafka that the project is tested with. */
export type KafkaVersion = "4.4.0" | "3.9.1";

const run = promisify(execFile);
const home = join(import.meta.dirname, "..");

/** What this machine lacks to start a broker, in words; nothing when all is there. */
export function missingRequirements(): string[] {
  const has = (program: string, argument: string): boolean =>
    spawnSync(program, [argument], { stdio: "ignore" }).status === 0;
  return [...(has("java", "-version") ? [] : ["Java 17 or later"]), ...(has("mvn", "-v") ? [] : ["Maven"])];
}

/** The class path of a Kafka version, its jars fetched by Maven the first time. */
export async function kafkaClasspath(version: KafkaVersion): Promise<string> {
  const cache = join(home, "node_modules", ".cache");
  const file = join(cache, `classpath-${version}.txt`);
  if (existsSync(file)) {
    const classpath = readFileSync(file, "utf8").trim();
    if (classpath.split(":").every((jar) => existsSync(jar))) return classpath;
  }
  mkdirSync(cache, { recursive: true });
  const goal = ["dependency:build-classpath", `-Dmdep.outputFile=${file}`, `-Dkafka.version=${version}`];
  try {
    await run("mvn", ["-q", "-B", ...goal], { cwd: join(home, "maven"), timeout: 300_000 });
  } catch (cause) {
    throw new Error(`Maven could not fetch Apache Kafka ${version}; is a Maven repository in reach?`, { cause });
  }
  return readFileSync(file, "utf8").trim();
}
