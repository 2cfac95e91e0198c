import { join } from "node:path";

import { NdArray } from "@dataqueues/arrays";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { findChromium } from "@dataqueues/tooling-machine";
import { runPython } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, Encoding, kafkajs } from "dataqueues";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { displayFiles } from "../src/display-files.ts";
import { serveDisplayPage } from "../src/display-server.ts";
import { partitionCount } from "../src/generator/band.ts";
import { SimulatedMetrics } from "../src/generator/metrics.ts";
import { publishMetrics } from "../src/generator/metrics-publisher.ts";
import { metricTopics } from "../src/topics.ts";

const executablePath = findChromium();

/** What Python shows of an array. */
interface PythonArray {
  readonly dtype: string | readonly (readonly string[])[];
  readonly shape: readonly number[];
  readonly items: readonly unknown[];
}

/** A metric as Python reads it. */
interface PythonMetric {
  readonly timestamp: string;
  readonly data: readonly Readonly<Record<string, PythonArray>>[];
}

/** As Python shows an array. */
function asInPython(value: unknown): unknown {
  if (!(value instanceof NdArray)) return value;
  return { dtype: value.dtype, shape: value.shape, items: [...(value.data as Float64Array)] };
}

describeKafka("the signal display and Python", ([server = ""]) => {
  test("aiokafka, msgpack_numpy and numpy read what the generator sends, number by number", async () => {
    const subarray = `python${Date.now()}`;
    const topics = metricTopics(subarray);
    const ending = new AbortController();
    const publishing = publishMetrics(server, { subarray, historySeconds: 0, signal: ending.signal });
    await using consumer = new DataQueueConsumer(server);
    // The last that is sent each second.
    await consumer.assignTopics([[topics.phase, partitionCount - 1]]);
    for await (const _message of consumer) break;
    ending.abort();
    await publishing;

    const read = async <Value>(topic: string, encoding: string): Promise<[partition: number, value: Value][]> => {
      const lines = (await runPython("read_log.py", [server, topic, encoding])).trim().split("\n");
      // Python writes NaN as such.
      const records = lines.map((line) => Encoding.JSON.decode(new TextEncoder().encode(line)) as unknown[]);
      return records.map(([partition, , , value]) => [Number(partition), value as Value]);
    };
    const metrics = new SimulatedMetrics({ subarray, startedAt: 0 });
    const spectra = await read<PythonMetric>(topics.spectrum, "msgpack_numpy");
    expect(new Set(spectra.map(([partition]) => partition)).size).toBe(partitionCount);
    for (const [partition, { timestamp, data }] of spectra) {
      const expected = metrics.spectrum(Date.parse(timestamp), partition).data;
      expect(data.map(({ power }) => power)).toEqual(expected.map(({ power }) => asInPython(power)));
      expect(data[0]?.["power"]).toMatchObject({ dtype: "<f8", shape: [1024] });
    }
    const [[partition, { timestamp, data }] = [0, { timestamp: "", data: [] }]] = await read<PythonMetric>(
      topics.phase,
      "msgpack_numpy",
    );
    const expected = metrics.visibilities(Date.parse(timestamp), partition).phase.data;
    expect(data).toHaveLength(84);
    expect(data[0]?.["data"]).toMatchObject({ dtype: "<f4", shape: [1024] });
    expect(data.map((row) => row["data"])).toEqual(expected.map((row) => asInPython(row.data)));

    const [[, stats] = []] = await read<{ readonly state: string; readonly scan_id: number }>(topics.receiver, "json");
    expect(stats).toMatchObject({ state: "receiving", scan_id: 34, streams: [] });
    const [[, offsets] = []] = (await read<PythonArray>(topics.pointing, "msgpack_numpy")).slice(-1);
    expect(offsets?.shape).toEqual([6]);
    expect(offsets?.dtype).toContainEqual(["antenna_name", "<U8"]);
    expect(offsets?.dtype).toHaveLength(14);
  });

  describe.skipIf(executablePath === undefined)("in Chromium", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    });
    afterAll(() => browser.close());

    test("what python/publish.py sends is shown in the page", async () => {
      const subarray = `mine${Date.now()}`;
      const { amplitude } = metricTopics(subarray);
      await using admin = new DataQueueAdmin(server);
      await admin.createTopics([amplitude]);
      const ending = new AbortController();
      const script = join(import.meta.dirname, "..", "python", "publish.py");
      const publishing = runPython(script, [server, amplitude], { signal: ending.signal });
      const ended = publishing.catch((error: unknown) => error);
      const options = { subarray, port: 0, host: "127.0.0.1", token: undefined };
      const display = await serveDisplayPage({ ...options, transport: kafkajs([server]), files: await displayFiles() });

      const page = await browser.newPage();
      const failures: string[] = [];
      page.on("pageerror", (error) => failures.push(String(error)));
      await page.goto(display.url);
      // A signal of 10 with noise of 1, which is 10 dB; its polarisation is the only one.
      const value = page.locator("#amplitude .values");
      await expect.poll(() => value.innerText(), { timeout: 60_000 }).toMatch(/^\s*1300\.0 MHz\s+(8|9|10|11)\.\d\s+dB/);
      const first = await value.innerText();
      await expect.poll(() => value.innerText(), { timeout: 60_000 }).not.toBe(first);
      await page.close();
      ending.abort();
      expect(await ended).toMatchObject({ name: "AbortError" });
      await display.close();
      expect(failures).toEqual([]);
    });
  });
});
