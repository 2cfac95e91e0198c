/** A package whose tests are tried on faults. */
export interface Tried {
  /** The least percentage of faults that its tests must notice. */
  readonly goal: number;
  /** The tests that must notice them; all of its own where nothing is named. */
  readonly tests?: readonly string[];
}

/** Texts of many megabytes take minutes with code that counts its steps; the same on small ones is in the other tests. */
const allButLarge = (name: string): string => `packages/${name}/test/!(large).test.ts`;
const conformance = "tooling/integration/test/conformance";

export const packages: Readonly<Record<string, Tried>> = {
  core: { goal: 90 },
  admin: { goal: 90 },
  "transport-memory": {
    goal: 90,
    tests: ["packages/transport-memory/test/**/*.test.ts", `${conformance}/transport-memory.test.ts`],
  },
  "transport-kafkajs": {
    goal: 90,
    // Not hostile-batches.test.ts, which tries others each time: what it found is kept in hostile-vectors.test.ts. Nor those
    // that replace a module: all tests of a run share their modules, which is many times quicker.
    tests: [
      "packages/transport-kafkajs/test/!(hostile-batches|other-kafkajs|refused-batches|compression-unavailable).test.ts",
    ],
  },
  arrays: { goal: 95 },
  "python-json": { goal: 95, tests: [allButLarge("python-json")] },
  "codec-text": { goal: 95 },
  "codec-json": { goal: 95, tests: [allButLarge("codec-json")] },
  "codec-npy": { goal: 95 },
  "codec-msgpack-numpy": {
    goal: 95,
    // Not long.test.ts, whose megabytes take minutes in changed code, nor random.test.ts, which tries others each time:
    // what they show have fixed and short tests, too.
    tests: ["packages/codec-msgpack-numpy/test/!(long|random).test.ts"],
  },
  "codec-xarray": { goal: 95, tests: [allButLarge("codec-xarray")] },
  "codec-xarray-dict": { goal: 95 },
  schemas: { goal: 95 },
};
