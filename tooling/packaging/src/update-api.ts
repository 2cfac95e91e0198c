import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { apiOf } from "./api-of.ts";
import { publishedPackages } from "./published-packages.ts";
import { root } from "./root.ts";

const api = join(root, "tooling/packaging/api");
rmSync(api, { recursive: true, force: true });
mkdirSync(api);
for (const each of publishedPackages()) writeFileSync(join(api, `${basename(each.folder)}.md`), apiOf(each));
