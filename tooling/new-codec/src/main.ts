import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { newCodec } from "./new-codec.ts";

const root = join(import.meta.dirname, "../../..");
const [name = ""] = process.argv.slice(2);

try {
  newCodec(root, name);
} catch (error) {
  console.error(`${String(error)}\nusage: pnpm new-codec NAME`);
  process.exit(2);
}
// The lockfile gets the new package; the records its exports, dependencies and size.
for (const command of [["install", "--no-frozen-lockfile"], ["records"]]) {
  // On Windows `npx` is a batch file, which only a shell can run.
  const shell = process.platform === "win32";
  const { status } = spawnSync("npx", ["-y", "pnpm@12", ...command], { cwd: root, stdio: "inherit", shell });
  if (status !== 0) process.exit(1);
}
console.log(`
packages/codec-${name} holds a codec for single numbers that passes its tests. Put your format in its place: src, then the
values and vectors of test/conformance.ts, the README and the description in package.json.

  npx -y pnpm@12 unit packages/codec-${name}   # its tests
  npx -y pnpm@12 records                       # when its exports, dependencies or size have changed`);
