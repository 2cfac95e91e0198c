import { readdirSync } from "node:fs";
import { join } from "node:path";

/** A package whose tests are tried on faults. */
export interface Tried {
  /** The least percentage of faults that its tests must notice. */
  readonly goal: number;
  /** The tests that must notice them; all of its own where nothing is named. */
  readonly tests?: readonly string[];
}

/** Texts of many megabytes take minutes with code that counts its steps; the same on small ones is in the other tests. */
const allButLarge = (name: string): string => `packages/${name}/test/!(large).test.ts`;

/** What differs from the rule: 95 % of the changes, noticed by the package's own tests. */
const exceptions: Readonly<Record<string, Partial<Tried>>> = {
  core: { goal: 90 },
  admin: { goal: 90 },
  "transport-memory": {
    goal: 90,
    tests: [
      "packages/transport-memory/test/**/*.test.ts",
      "tooling/integration/test/conformance/transport-memory.test.ts",
    ],
  },
  "transport-kafkajs": {
    goal: 90,
    // Not hostile-batches.test.ts, which tries others each time: what it found is kept in hostile-vectors.test.ts. Nor those
    // that replace a module: all tests of a run share their modules, which is many times quicker.
    tests: [
      "packages/transport-kafkajs/test/!(hostile-batches|other-kafkajs|refused-batches|compression-unavailable).test.ts",
    ],
  },
  "python-json": { tests: [allButLarge("python-json")] },
  "codec-json": { tests: [allButLarge("codec-json")] },
  "codec-msgpack-numpy": {
    // Not long.test.ts, whose megabytes take minutes in changed code, nor random.test.ts, which tries others each time:
    // what they show have fixed and short tests, too.
    tests: ["packages/codec-msgpack-numpy/test/!(long|random).test.ts"],
  },
  "codec-xarray": { tests: [allButLarge("codec-xarray")] },
};

/** `dataqueues` has hardly any code of its own; `testing` is tried by its broken codecs and transports. */
const untried = ["dataqueues", "testing"];

/** Every other folder of `packages`, by its name. */
export const packages: Readonly<Record<string, Tried>> = Object.fromEntries(
  readdirSync(join(import.meta.dirname, "../../../packages"))
    .filter((name) => !untried.includes(name))
    .map((name) => [name, { goal: 95, ...exceptions[name] }]),
);
