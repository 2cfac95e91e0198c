import { readdirSync } from "node:fs";
import { join } from "node:path";

/** How the tests of a package are tested. */
export interface TestedPackage {
  /** The percentage of changes that its tests must notice. */
  readonly goal: number;
  /** The tests that must notice them; by default all tests of the package. */
  readonly tests?: readonly string[];
}

/** With Stryker's step counters, texts of many megabytes take minutes. Other tests do the same with small texts. */
const allButLarge = (name: string): string => `packages/${name}/test/!(large).test.ts`;

/** Exceptions from the rule that the package's own tests notice 95 % of the changes. */
const exceptions: Readonly<Record<string, Partial<TestedPackage>>> = {
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
    // Without hostile-batches.test.ts, which uses new random bytes each time: hostile-vectors.test.ts keeps what it found.
    // Without tests that replace a module: all tests of a run share their modules, which is many times faster.
    tests: [
      "packages/transport-kafkajs/test/!(hostile-batches|other-kafkajs|refused-batches|compression-unavailable).test.ts",
    ],
  },
  // apache-arrow's Tables, which it reads without apache-arrow, are in the tests of codec-arrow.
  "arrow-ipc": { tests: ["packages/arrow-ipc/test/**/*.test.ts", "packages/codec-arrow/test/**/*.test.ts"] },
  "python-json": { tests: [allButLarge("python-json")] },
  "codec-json": { tests: [allButLarge("codec-json")] },
  "codec-msgpack-numpy": {
    // Without long.test.ts, whose megabytes take minutes in changed code, and random.test.ts, which uses new values each
    // time. Fixed and short tests cover the same.
    tests: ["packages/codec-msgpack-numpy/test/!(long|random).test.ts"],
  },
  "codec-xarray": { tests: [allButLarge("codec-xarray")] },
};

/** `dataqueues` has hardly any code of its own; broken codecs and transports test `testing`. */
const excluded = ["dataqueues", "testing"];

/** Every other folder of `packages`, by name. */
export const packages: Readonly<Record<string, TestedPackage>> = Object.fromEntries(
  readdirSync(join(import.meta.dirname, "../../../packages"))
    .filter((name) => !excluded.includes(name))
    .map((name) => [name, { goal: 95, ...exceptions[name] }]),
);
