import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));
const conditions = ["@dataqueues/source"];

// Stryker runs a copy of the repository, whose node_modules link to the packages of the original. Without the aliases, a
// test of another package would run the unchanged code.
export default defineConfig({
  resolve: {
    conditions,
    alias: [
      { find: /^@dataqueues\/((?!tooling-|example-)[a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
      { find: /^dataqueues$/, replacement: `${root}packages/dataqueues/src/index.ts` },
    ],
  },
  ssr: { resolve: { conditions } },
  test: {
    root,
    include: (process.env["MUTANTS_TESTS"] ?? "").split(","),
    // A worker for each test file would take longer than its tests. Each test run has a new worker.
    isolate: false,
    // A test that waits forever fails by this timeout. Stryker's own timeout, for endless loops, ends the process, and a new
    // one starts slowly.
    testTimeout: 6_000,
  },
});
