import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { kafkaClasspath } from "./classpath.ts";

const programs = join(import.meta.dirname, "..", "java");

/**
 * Runs a Java program with Apache Kafka's newest jars and resolves with its standard output.
 *
 * @param program - a file of `java/`, such as `CommittedLog.java`, or a class of Kafka's own tools
 * @throws Error with the program's standard error, if it fails or takes longer than two minutes
 */
export async function runJava(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("java", await javaArguments(program, args), {
    timeout: 120_000,
    maxBuffer: 2 ** 27,
  });
  return stdout;
}

/** The arguments of `java` with which it runs a program, as {@link runJava} names it, with Apache Kafka's newest jars. */
export async function javaArguments(program: string, args: readonly string[]): Promise<string[]> {
  const main = program.endsWith(".java") ? join(programs, program) : program;
  const quiet = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
  return [...quiet, "-cp", await kafkaClasspath("4.4.0"), main, ...args];
}
