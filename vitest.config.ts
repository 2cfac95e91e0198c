import { defineConfig } from "vitest/config";

// Tests run from source: with this condition a package's exports lead to its src, so no build is needed.
const conditions = ["@dataqueues/source"];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    // Tests mostly wait, so there is a worker for every processor. The default, one less, is too few on two processors.
    maxWorkers: "100%",
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["packages/*/test/**/*.test.ts", "tooling/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          exclude: ["**/*.broker.test.ts", "tooling/packaging/**", "**/node_modules/**"],
          // Generous, for a busy machine: tests that wait for something have their own, shorter deadline.
          testTimeout: 30_000,
        },
      },
      {
        // The packages as users get them: tarballs, without the condition.
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
          // One broker serves all files, and two cores are too few for more than one file at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
