import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { root } from "./repository.ts";
import { copyExample, packAll } from "./tarballs.ts";

const [example = "", target = ""] = process.argv.slice(2);
const folder = resolve(process.env["INIT_CWD"] ?? ".", target);
if (!existsSync(join(root, "examples", example, "package.json")) || target === "" || existsSync(folder)) {
  console.error(
    "usage: pnpm run copy-out EXAMPLE FOLDER (the name of an example, and a folder that does not exist yet)",
  );
  process.exit(2);
}

const tarballs = join(folder, ".packed");
mkdirSync(tarballs, { recursive: true });
await packAll(tarballs);
await copyExample(example, folder, tarballs);
console.log(`examples/${example} is now in ${folder}, installed with the packages of this repository (${tarballs})`);
