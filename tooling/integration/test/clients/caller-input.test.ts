import { memory } from "@dataqueues/transport-memory";
import { describe } from "vitest";

import { callerInput } from "./caller-input.ts";

describe("what a caller gives, on the log in this process", () => {
  const log = memory();
  callerInput(() => log);
});
