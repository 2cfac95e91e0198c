import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { changedApis } from "./api-report.ts";
import { factsOf, gatewayPages, halvesOfCore, packagesPage } from "./packages-page.ts";
import { publishedPackages, root } from "./repository.ts";

const packages = publishedPackages();
for (const name of changedApis(packages, true)) console.log(`${name} exports something else than before`);
const facts = await Promise.all(packages.map(factsOf));
const parts = [...(await halvesOfCore()), ...(await gatewayPages())];
writeFileSync(join(root, "docs/packages.md"), packagesPage(facts, parts));
