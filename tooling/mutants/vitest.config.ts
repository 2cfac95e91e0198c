import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));
const conditions = ["@dataqueues/source"];

// Stryker runs a copy of the repository, whose node_modules lead back to the packages of the original: without the
// aliases a test of another package would run the code that nobody has changed.
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
    // A worker for each test file would take longer than its tests; each run of the tests has a new one.
    isolate: false,
    // A test whose answer never comes fails by its own limit; Stryker's, for loops without end, ends the process, which
    // takes long to start again.
    testTimeout: 6_000,
  },
});
