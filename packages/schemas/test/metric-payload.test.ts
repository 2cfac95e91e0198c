import {
  check,
  metric,
  metricEnvelope,
  metricPayload,
  MetricPayload,
  metrics,
  numbers,
  Spectrum,
} from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";
import * as z from "zod";

import { codesOf, issuesOf } from "./issues-of.ts";
import { changed, payloadOf } from "./payload-of.ts";

const twiceBroken = changed("amplitude.2baselines", (payload, entry) => {
  payload["timestamp"] = "yesterday";
  entry["baseline"] = 33;
  payload.spectral_window["count"] = 1023;
  payload.data.splice(1);
});

describe("MetricPayload", () => {
  test("the first issue is told, as in Python, or all with collect", () => {
    expect(codesOf(MetricPayload, twiceBroken)).toEqual(["bad_format timestamp"]);
    expect(codesOf(MetricPayload.with({ collect: true }), twiceBroken)).toEqual([
      "bad_format timestamp",
      "wrong_type data.0.baseline",
      "wrong_length data.0.data",
      "wrong_length data.0.component",
    ]);
  });

  test("what is of no metric is told by its data_type", () => {
    const [issue] = issuesOf(MetricPayload, { data_type: "closurephase" });
    expect(issue).toMatchObject({ code: "unknown_metric", path: ["data_type"], found: "closurephase" });
    expect(issue?.expected).toEqual([
      "spectrum",
      "amplitude",
      "phase",
      "spectrograms",
      "spectrogram",
      "lagplot",
      "lag_plot",
      "uvcoverage",
      "uv_coverage",
    ]);
  });

  test.each([
    ["closurephase", '"closurephase"'],
    [5n, "5"],
    [{}, "dict"],
    ["x".repeat(99), `"${"x".repeat(59)}…`],
  ])("the message says what was found: %o", (data_type, found) => {
    expect(issuesOf(MetricPayload, { data_type })[0]?.message).toContain(
      `${found} is no metric's data_type: spectrum,`,
    );
    const { data: _, ...payload } = payloadOf("spectrum");
    expect(issuesOf(Spectrum, { ...payload, data_type })[0]?.message).toMatch(
      /^Invalid (option|input): expected "spectrum"/,
    );
  });

  test("a payload without data_type is told by its fields", () => {
    expect(issuesOf(MetricPayload, { gain: 1 })).toEqual([
      {
        code: "missing_field",
        path: ["data_type"],
        message: "there is no data_type, and no metric is known by these fields",
        found: ["gain"],
        expected: expect.arrayContaining(["spectrum"]),
      },
    ]);
    const { data_type: _, ...untyped } = payloadOf("spectrum");
    expect(codesOf(MetricPayload, untyped)).toEqual(["missing_field data_type"]);
  });

  test.each([[null], [[]], ["spectrum"], [new Uint8Array(3)], [undefined]])("%o is no payload", (value) => {
    expect(codesOf(MetricPayload, value)).toEqual(["wrong_type"]);
    expect(issuesOf(MetricPayload, value)[0]).toMatchObject({ path: [], expected: "dict" });
  });

  test("what is no payload is told by its type", () => {
    expect(issuesOf(MetricPayload, [])[0]).toMatchObject({
      message: "a payload is a dict, this is list",
      found: "list",
    });
  });
});

describe("metrics of one's own", () => {
  const ClosurePhase = metric({
    name: "closurephase",
    dataTypes: ["closurephase"],
    payload: metricEnvelope(["closurephase"], z.strictObject({ triangle: z.string(), data: numbers() }), ["data"]),
    formerly: { triplet: "triangle" },
  });
  const Payload = metricPayload([...metrics, ClosurePhase]);
  const { data: _, ...envelope } = payloadOf("spectrum");
  const closure = {
    ...envelope,
    data_type: "closurephase",
    data: [{ triangle: "a_b_c", data: new Float32Array(1024) }],
  };

  test("they stand beside the known ones", () => {
    expect(check(Payload, closure)).toBe(closure);
    expect(codesOf(MetricPayload, closure)).toEqual(["unknown_metric data_type"]);
    expect(codesOf(Payload, payloadOf("spectrum"))).toEqual([]);
  });

  test("they have the same checks", () => {
    const short = { ...closure, data: [{ triplet: "a_b_c", data: [1] }] };
    expect(codesOf(Payload, short)).toEqual(["former_field data.0.triplet"]);
    expect(codesOf(Payload.with({ collect: true }), short)).toEqual([
      "former_field data.0.triplet",
      "missing_field data.0.triangle",
      "wrong_length data.0.data",
    ]);
  });
});
