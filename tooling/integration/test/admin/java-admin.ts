import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { kafkaClasspath } from "@dataqueues/tooling-kafka";

const run = promisify(execFile);

/** What Kafka's own admin client says to each command; see `JavaAdmin.java`. */
export async function javaAdmin(bootstrapServers: readonly string[], ...commands: string[]): Promise<unknown[]> {
  const classpath = await kafkaClasspath("4.4.0");
  const options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
  const program = join(import.meta.dirname, "JavaAdmin.java");
  const { stdout } = await run(
    "java",
    [...options, "-cp", classpath, program, bootstrapServers.join(","), ...commands],
    {
      timeout: 60_000,
    },
  );
  return JSON.parse(stdout);
}
