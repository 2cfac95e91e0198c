import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { rehearsedChanges, rehearsedPublications } from "./rehearsed-releases.ts";
import { releasesPage } from "./releases-page.ts";
import { root } from "./root.ts";

writeFileSync(join(root, "docs/releases.md"), releasesPage(await rehearsedChanges(), await rehearsedPublications()));
