import { memory } from "dataqueues";
import { describe } from "vitest";

import { flows } from "./flows.ts";

describe("the flows of the Python library's page, in this process", () => {
  const log = memory();
  flows(() => log);
});
