import { UnsupportedError } from "@dataqueues/core";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.resetModules();
  vi.doUnmock("../src/compression-codecs.ts");
});

/** Replaces how libraries are loaded. */
function replaceCodecs(replaced: object): void {
  vi.doMock("../src/compression-codecs.ts", async (original) => ({ ...(await original<object>()), ...replaced }));
}

const place = `Node ${process.versions.node}, ${process.platform} on ${process.arch}`;

test("a compression whose library has no binary is refused with the platform, what to do and the cause", async () => {
  replaceCodecs({
    loadSnappy: () => {
      throw new Error("no binary for this platform");
    },
  });
  const { compress, decompress } = await import("../src/compression.ts");
  for (const refused of [compress("snappy", Buffer.alloc(1)), decompress(2, Buffer.from([0]), 10)]) {
    const error: unknown = await refused.catch((reason: unknown) => reason);
    if (!(error instanceof UnsupportedError)) throw error;
    expect(error.message).toContain(`snappy cannot be loaded here (${place})`);
    expect(error.message).toContain("gzip or zstd instead");
    expect(error.cause).toBeInstanceOf(Error);
  }
  // The others still work.
  expect(await decompress(3, Buffer.from("512a4d1800000000", "hex"), 10)).toHaveLength(0);
});

test("so is one whose library loads and then fails to start", async () => {
  replaceCodecs({ loadZstd: () => Promise.reject(new Error("no memory")) });
  const { compress } = await import("../src/compression.ts");
  const refused = compress("zstd", Buffer.alloc(1));
  await expect(refused).rejects.toThrow(`zstd cannot be loaded here (${place})`);
  await expect(refused).rejects.toMatchObject({ cause: new Error("no memory") });
});
