import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { rehearsedChanges, rehearsedPublications, releasesPage } from "./releases-page.ts";
import { root } from "./root.ts";

writeFileSync(join(root, "docs/releases.md"), releasesPage(await rehearsedChanges(), await rehearsedPublications()));
