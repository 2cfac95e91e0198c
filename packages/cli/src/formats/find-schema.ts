import type { Schema } from "@dataqueues/core";

import { UsageError } from "../usage-error.ts";

/** A schema by its name (`PointingTable`, `MetricPayload`, …) or as a module that has one (`./mine.js`, `./mine.js#Weather`). */
export async function findSchema(name: string): Promise<Schema> {
  throw new UsageError(`no schema is called ${name}`);
}
