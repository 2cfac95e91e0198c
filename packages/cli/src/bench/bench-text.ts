import { formatBytes, formatCount } from "../print/quantities.ts";
import { jsonLine, numberColumn } from "../print/safe-lines.ts";
import { formatTable } from "../print/table.ts";
import type { BenchPlan } from "./bench-plan.ts";
import type { Measurement } from "./measurement.ts";

/** What was measured as a table. */
export function benchTable(host: string, plan: BenchPlan, measurements: readonly Measurement[]): string {
  const { size, partitions, compression } = plan;
  const where = partitions === 1 ? "1 partition" : `${partitions} partitions`;
  const table = formatTable(
    [{ title: "" }, ...["records", "records/s", "bytes/s", "p50", "p95", "p99", "max"].map(numberColumn)],
    measurements.map(({ work, load, records, bytes, seconds, latency }) => [
      load === "full" ? `${work} at full load` : `${work} ${load}`,
      String(records),
      seconds === undefined ? "" : formatCount(Math.round(records / seconds)),
      seconds === undefined ? "" : formatBytes(Math.round(bytes / seconds)),
      ...(latency === undefined ? [] : [latency.p50, latency.p95, latency.p99, latency.max].map(formatMs)),
    ]),
  );
  const compressed = compression === "none" ? "not compressed" : `compressed with ${compression}`;
  return `${host}, ${where}, values of ${formatBytes(size)} of random bytes, ${compressed}; Node ${process.version}\n${table}`;
}

/** What was measured as one line of JSON; times of latencies in ms. */
export function benchJson(host: string, plan: BenchPlan, measurements: readonly Measurement[]): string {
  const { size, partitions, compression } = plan;
  const results = measurements.map(({ work, load, records, bytes, seconds, latency }) => ({
    work,
    load,
    records,
    bytes,
    ...(seconds === undefined ? {} : { seconds, recordsPerSecond: records / seconds, bytesPerSecond: bytes / seconds }),
    ...(latency === undefined ? {} : { latencyMs: latency }),
  }));
  return jsonLine({ host, size, partitions, compression, node: process.version, results });
}

function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}
