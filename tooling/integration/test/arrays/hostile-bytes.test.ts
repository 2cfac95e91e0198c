import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const script = fileURLToPath(new URL("hostile-bytes.ts", import.meta.url));

test(
  "hostile npy and msgpack bytes give a value or an error with an offset, quickly and in little memory",
  { timeout: 300_000 },
  async () => {
    const seed = Number(process.env["DATAQUEUES_SEED"] ?? 20_261_124);
    console.log(`seed ${seed}; another one: DATAQUEUES_SEED=n`);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      // The young generation is so large that a message is decoded between two collections.
      [
        "--max-old-space-size=200",
        "--min-semi-space-size=32",
        "--max-semi-space-size=32",
        "--expose-gc",
        "--conditions=@dataqueues/source",
        script,
        String(seed),
        "10000",
      ],
      { timeout: 280_000 },
    );
    const { decoded, slowest, problems, codes } = JSON.parse(stdout) as {
      decoded: number;
      slowest: number;
      problems: string[];
      codes: string[];
    };
    console.log(`${decoded} decoded, the slowest in ${slowest} ms; ${codes.join(", ")}`);
    expect(problems).toEqual([]);
    expect(decoded).toBeGreaterThan(90_000);
  },
);
