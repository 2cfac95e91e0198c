import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { copyExample } from "./copy-example.ts";
import { packAll } from "./pack-all.ts";
import { root } from "./root.ts";

const [example = "", target = ""] = process.argv.slice(2);
const folder = resolve(process.env["INIT_CWD"] ?? ".", target);
if (!existsSync(join(root, "examples", example, "package.json")) || target === "" || existsSync(folder)) {
  console.error("usage: pnpm run copy-out EXAMPLE FOLDER, an example's name and a folder that is not there yet");
  process.exit(2);
}

const tarballs = join(folder, ".packed");
mkdirSync(tarballs, { recursive: true });
await packAll(tarballs);
await copyExample(example, folder, tarballs);
console.log(`${folder} has examples/${example}, with the packages as they are here from ${tarballs}`);
