import { defineConfig } from "vitest/config";

// Tests run from source: the condition picks each package's src, so no build is needed.
const conditions = ["@dataqueues/source"];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    // Tests wait more than they work: one worker less than there are processors, as by default, is too few for two.
    maxWorkers: "100%",
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["packages/*/test/**/*.test.ts", "tooling/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          exclude: ["**/*.broker.test.ts", "tooling/packaging/**", "**/node_modules/**"],
          // For a busy machine: what a test waits for has a deadline of its own.
          testTimeout: 30_000,
        },
      },
      {
        // As users get them: from the tarballs, without the condition.
        test: {
          name: "packaging",
          include: ["tooling/packaging/test/**/*.test.ts"],
          globalSetup: ["tooling/packaging/src/vitest-global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: "broker",
          include: ["{packages,tooling,examples}/*/test/**/*.broker.test.ts"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["tooling/kafka/src/vitest-global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          // One broker serves all files; two cores do not carry more than one file at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
