import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { apisOf } from "./apis-of.ts";
import { publishedPackages } from "./published-packages.ts";
import { root } from "./root.ts";

const folder = join(root, "tooling/packaging/api");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const packages = publishedPackages();
const apis = apisOf(packages);
for (const { name, folder: from } of packages) {
  writeFileSync(join(folder, `${basename(from)}.md`), apis.get(name) ?? "");
}
