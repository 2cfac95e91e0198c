import { expect, test } from "vitest";

import { Latencies } from "../../src/bench/latencies.ts";
import { RandomValues } from "../../src/bench/random-values.ts";

test("percentiles are within a thousandth of the latency of that rank", () => {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 1_000; ms += 1) latencies.add(ms);
  const { p50, p95, p99, max } = latencies.summary();
  expect(latencies.count).toBe(1_000);
  for (const [value, expected] of [
    [p50, 500],
    [p95, 950],
    [p99, 990],
    [max, 1_000],
  ] as const) {
    expect(Math.abs(value - expected) / expected).toBeLessThan(0.001);
  }
});

test("latencies below a nanosecond and above an hour do not fail", () => {
  const latencies = new Latencies();
  latencies.add(0);
  latencies.add(3_000_000);
  expect(latencies.count).toBe(2);
});

test.for([0, 1, 1_000, 20_000_000])("random values of %i bytes have that size, and differ", (size) => {
  const values = new RandomValues(size);
  const all = Array.from({ length: 4 }, () => values.next());
  expect(all.map(({ length }) => length)).toEqual([size, size, size, size]);
  if (size >= 1_000) expect(Buffer.compare(all[0] ?? Buffer.of(), all[1] ?? Buffer.of())).not.toBe(0);
});

test("random values do not repeat when all random bytes were used once", () => {
  const values = new RandomValues(5_000_000);
  const firsts = Array.from({ length: 12 }, () => Buffer.from(values.next().subarray(0, 32)).toString("hex"));
  expect(new Set(firsts).size).toBe(12);
});
