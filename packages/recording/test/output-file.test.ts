import fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { openOutput } from "../src/output-file.ts";

test("a disk that takes less than it is given gets the rest", async () => {
  const folder = await fs.mkdtemp(join(tmpdir(), "recording-"));
  const open = fs.open;
  const spy = vi.spyOn(fs, "open").mockImplementation(async (...args) => {
    const handle = await open(...args);
    const write = handle.write.bind(handle);
    const value = (bytes: Uint8Array, at = 0): unknown => write(bytes, at, Math.min(3, bytes.length - at));
    return Object.defineProperty(handle, "write", { value });
  });
  try {
    const path = join(folder, "night.mcap");
    const output = await openOutput(path, false);
    await output.write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    await output.write(Uint8Array.of(9));
    expect(output.position()).toBe(9n);
    await output.close();
    expect([...(await fs.readFile(path))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  } finally {
    spy.mockRestore();
    await fs.rm(folder, { recursive: true });
  }
});
