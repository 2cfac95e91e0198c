import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const home = join(import.meta.dirname, "..", "..");
const root = join(home, "..", "..");
let folder: string;

beforeAll(async () => {
  // In this package, so that its dependencies are found.
  folder = await mkdtemp(join(home, "docs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Examples that are whole programs, and what they print.
test.each([
  ["README.md", 0, /^test-topic 0n Testing Testing\n$/],
  ["README.md", 1, /^$/],
  ["docs/observability.md", 0, /^$/],
  ["docs/bounds.md", 0, /^0n { wind: 3\.5 }\n1n { wind: 4\.2 }\n2n { wind: 11\.9 }\nThat was all\.\n$/],
  ["docs/bounds.md", 1, /^$/],
  ["docs/place.md", 0, /position: 2n,\s+end: 3n,\s+lag: 1n[^a-z]*calm\n$/],
  ["docs/place.md", 2, /^metrics-band-1 { rfi: 0\.02 }\n$/],
  ["docs/latest.md", 0, /^{ power: 98 } 49\n{ power: 99 } 49\n$/],
  ["docs/calibration.md", 0, /^station 0 amplitude 5 phase 0\.927\nstation 1 amplitude NaN phase NaN\n$/],
  ["docs/groups.md", 0, /^scan 0\nscan 1\nscan 1\nscan 2\n$/],
  [
    "docs/flows.md",
    0,
    /^ska-sdp-kafka:9092 msgpack_numpy \[ \[ 'metrics-amplitude-01', 6 \] \]\n0 \[ 0\.5, 0\.25 \]\n1 \[ 0\.4, 0\.6, 0\.2, 0\.3 \]\n$/,
  ],
  ["packages/flows/README.md", 0, /^ska-sdp-kafka:9092 msgpack_numpy .* 6 \] \]\n.* 0 \] \] .* 1 \] \]\n$/],
  ["docs/browser.md", 0, /^0n \{ data_type: .spectrum., power: \[ 20\.5, 21\.25 \] \}\n$/],
  ["packages/gateway/README.md", 0, /^ws:\/\/0\.0\.0\.0:\d+\n$/],
  ["packages/gateway/README.md", 1, /^ok\n$/],
  [
    "docs/recordings.md",
    0,
    /^3 records\n3 replayed\n1 0n { wind: 3\.5 }\n1 1n { wind: 4\.2 }\n1 2n { wind: 11\.9 }\n$/,
  ],
  ["docs/recordings.md", 1, /^weather 0 4 0n 4n\n2n { hour: 22 }\n3n { hour: 23 }\n$/],
  ["packages/cli/README.md", 0, /^topic .*\namplitude-waterfall +2 +6 .*\npointing-table +1 +3 .*\ntrue\n$/s],
  ["docs/batches.md", 0, /^0n 4\n4n 4\n8n 2\n$/],
  ["docs/observability.md", 1, /^$/],
  [
    "packages/codec-msgpack-numpy/README.md",
    1,
    /^\{ time: 2026-11-27T02:15:00\.000Z \}\n\{ time: Time \{ sec: 1795745700, nsec: 1 \} \}\n$/,
  ],
  ["docs/formats.md", 0, /^(?=.*CLOUDY\n)(?=.*\[ 2 \]\n)[^\n]*\n[^\n]*\n$/s],
  ["docs/formats.md", 1, /^\{ wind: 11\.2 \}\ncloudy\n$/],
  ["docs/formats.md", 2, /^SCHEMA_MISMATCH\nSCHEMA_MISMATCH\n$/],
  ["docs/formats.md", 3, /^NdArray <f8 \(2\) \[11\.2, 0\.5\]\n$/],
  ["docs/streams.md", 0, /^\{ mast: 'mast-5', wind: 24\.5 \}\n\{ mast: 'mast-4', wind: 25\.1 \}\nstopped\n$/],
  ["docs/streams.md", 1, /^$/],
  ["docs/admin.md", 0, /created.*\[ 'gains', 'pointing' \].*leader: 1.*\[ 'pointing', 'gains' \]\n$/s],
  ["docs/admin.md", 1, /^records 0 to before 4\n.*partition: 0, offset: 2n.*partition: 1, offset: -1n/s],
  ["docs/admin.md", 2, /partition: 0, lowWatermark: 3n.*partition: 1, lowWatermark: 0n/s],
  ["docs/admin.md", 3, /partition: 0, size: 1000 .*partition: 1, size: 0 /s],
  ["docs/admin.md", 4, /value: '7200000',\n {2}source: 'DYNAMIC_TOPIC_CONFIG'.*\ntrue\n$/s],
  [
    "docs/admin.md",
    5,
    /^Stable 1\n[^a-z]*topic: 'visibilities'[^}]*offset: 7n,[^}]*end: 10n,[^}]*lag: 3n[^a-z]*\[.*offset: 10n.*offset: 0n.*\[ 'averager' \]\n$/s,
  ],
])("the example of %s with index %i runs", { timeout: 60_000 }, async (page, index, printed) => {
  const blocks = [...(await readFile(join(root, page), "utf8")).matchAll(/^```ts\n(.*?)^```$/gms)];
  const file = join(folder, `example-${index}.ts`);
  await writeFile(file, blocks[index]?.[1] ?? "throw new Error('no such example')");
  const { stdout, stderr } = await run(process.execPath, ["--conditions=@dataqueues/source", file]);
  expect(stdout).toMatch(printed);
  expect(stderr).toBe("");
});
