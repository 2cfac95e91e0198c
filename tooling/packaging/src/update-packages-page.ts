import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { factsOf, halvesOfCore } from "./package-facts.ts";
import { packagesPage } from "./packages-page.ts";
import { publishedPackages } from "./published-packages.ts";
import { root } from "./root.ts";

const facts = await Promise.all(publishedPackages().map(factsOf));
writeFileSync(join(root, "docs/packages.md"), packagesPage(facts, await halvesOfCore()));
