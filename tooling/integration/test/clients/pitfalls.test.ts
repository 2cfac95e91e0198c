import { memory } from "@dataqueues/transport-memory";
import { describe } from "vitest";
import { pitfallsOf } from "./pitfalls.ts";

describe("pitfalls, on the log in this process", () => {
  const log = memory({ nodes: 2 });
  pitfallsOf(() => log);
});
