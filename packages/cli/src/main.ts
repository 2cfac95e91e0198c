#!/usr/bin/env node
import { run } from "./run.ts";
import { Output } from "./terminal/output.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: new Output(process.stdout, process.env),
  stderr: new Output(process.stderr, process.env),
  env: process.env,
  signal: stop.signal,
});
