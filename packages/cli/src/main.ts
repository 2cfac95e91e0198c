#!/usr/bin/env node
// Node links what a module imports before it runs it, and an old Node would fail there: nothing is imported before the check.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`dataqueues: Node ${process.versions.node} is too old. Install Node 20.19 or later\n`);
  process.exit(1);
}
const { runProcess } = await import("./run-process.ts");
await runProcess();
