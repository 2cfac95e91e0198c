import { memory } from "@dataqueues/transport-memory";
import { describe } from "vitest";
import { trapsOf } from "./any-transport.ts";

describe("traps, on the log in this process", () => {
  const log = memory({ nodes: 2 });
  trapsOf(() => log);
});
