import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { NdArray } from "@dataqueues/arrays";
import { decode } from "@dataqueues/codec-msgpack-numpy";
import { check, MetricPayload } from "@dataqueues/schemas";
import { runPythonForBytes } from "@dataqueues/tooling-python";
import { expect, test } from "vitest";

const payloads = join(import.meta.dirname, "../../../../packages/schemas/test/fixtures/payloads");

// The receive processes use numpy: counts may be numpy.int64, and lists may be float32 arrays.
test.each(["amplitude.2baselines", "spectrum", "uvCoverage.first40", "bandAveragedXCorr", "stats.processingBlock"])(
  "%s with numpy's numbers, packed by Python, matches MetricPayload",
  async (name) => {
    const text = await readFile(join(payloads, `${name}.json`), "utf8");
    const payload = check(MetricPayload, decode(await runPythonForBytes("numpy_payload.py", [], { input: text })));
    if (!("spectral_window" in payload)) return;
    expect(payload.spectral_window.count).toBe(JSON.parse(text).spectral_window.count);
    if (payload.data_type === "spectrum") expect(payload.data[0]?.power).toBeInstanceOf(NdArray);
    if (payload.data_type === "amplitude") expect(payload.data[0]?.component).toBeInstanceOf(NdArray);
  },
  120_000,
);
