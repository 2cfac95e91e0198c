import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { transportCases } from "@dataqueues/testing";
import { sqlite } from "dataqueues-transport-sqlite";

const folder = mkdtempSync(join(tmpdir(), "sqlite-log-"));
after(() => rmSync(folder, { recursive: true }));

const transport = () => sqlite(join(folder, "log.db"));
for (const { name, run } of transportCases({ transport })) test(name, run);
