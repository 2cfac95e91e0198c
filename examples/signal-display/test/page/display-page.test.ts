import { findChromium, howToGet, requirements } from "@dataqueues/tooling-machine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { FrequencyAxis, ToPage } from "../../src/display-messages.ts";
import { startBrowser } from "./open-page.ts";
import type { OpenPage, PageBrowser } from "./open-page.ts";

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(`Chromium is missing: its tests are skipped. To get it: ${howToGet(requirements.chromium)}`);
}

const axis: FrequencyAxis = { firstHz: 1000e6, lastHz: 1100e6, count: 101 };
const polarisations = ["XX", "XY", "YX", "YY"];
const baselines = ["m033_m033", "m033_m037", "m037_m037"];
/** Power of channel 50, the middle, in the four polarisations. */
const middle = [27.4, 18.2, 16.9, -0.04];

function rows(flagged: readonly number[]): Float32Array {
  return Float32Array.from(
    polarisations.flatMap((_name, row) =>
      Array.from({ length: axis.count }, (_value, channel) => {
        if (flagged.includes(channel)) return NaN;
        return channel === 50 ? (middle[row] ?? NaN) : 10 + row + channel / 20;
      }),
    ),
  );
}

function metrics(time: number, window = 0): ToPage[] {
  const sample = { time, window };
  const channels = { ...sample, axis, polarisations, values: rows([20, 21]) };
  const points = 8;
  const small = Float32Array.from({ length: points * baselines.length }, (_value, at) => at);
  return [
    { type: "spectrum", processingBlock: "pb-7", ...channels },
    { type: "amplitude", baseline: "m033_m037", ...channels },
    { type: "phase", baseline: "m033_m037", ...channels },
    { type: "thumbnails", quantity: "amplitude", ...sample, baselines, points, values: small },
    { type: "thumbnails", quantity: "phase", ...sample, baselines, points, values: small },
  ];
}

function slow(time: number): ToPage[] {
  const sample = { time, window: 0 };
  const receiver = { state: "receiving", scanId: 34, heaps: 1_240_000, incompleteHeaps: 248, durationSeconds: 9 };
  const [u, v, w] = [Float64Array.of(11_600), Float64Array.of(0), Float64Array.of(0)];
  return [
    {
      type: "receiverHistory",
      times: Float64Array.of(time - 2000, time - 1000),
      totalMegabytes: Float64Array.of(9200, 9588),
    },
    { type: "receiver", ...sample, stats: { ...receiver, totalMegabytes: 10_000 } },
    {
      type: "processing",
      ...sample,
      stats: {
        state: "running",
        processingBlock: "pb-test-123",
        executionBlock: "eb-1",
        subarray: "01",
        scanId: 34,
        payloadsReceived: 2418,
        timeSlices: 604,
        secondsSinceLastPayload: 0.4,
      },
    },
    { type: "coverage", ...sample, baselines: ["m033_m037"], u, v, w },
    {
      type: "pointing",
      ...sample,
      antennas: ["m033", "m037"],
      crossElevation: Float64Array.of(3.5, NaN),
      crossElevationStd: Float64Array.of(1.4, NaN),
      elevation: Float64Array.of(-2.75, NaN),
      elevationStd: Float64Array.of(0.5, NaN),
    },
    {
      type: "streams",
      streams: [
        {
          topic: "metrics-spectrum-01",
          partition: 0,
          recordsPerSecond: 1,
          bytesPerSecond: 30_000,
          lagMs: 100,
          skipped: 0,
        },
        {
          topic: "metrics-phase-01",
          partition: 3,
          recordsPerSecond: 1,
          bytesPerSecond: 700_000,
          lagMs: 2400,
          skipped: 12,
        },
      ],
    },
  ];
}

describe.skipIf(executablePath === undefined)("the page in a Chromium", () => {
  let browser: PageBrowser;
  let opened: OpenPage;

  beforeAll(async () => {
    browser = await startBrowser(executablePath ?? "");
    opened = await browser.open(1600, 1000);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  const text = async (selector: string): Promise<string> => (await opened.page.textContent(selector))?.trim() ?? "";
  const label = (selector: string): Promise<string | null> => opened.page.getAttribute(selector, "aria-label");

  test("asks the Worker for the averaged stream, with the token that stands after #", async () => {
    expect(await opened.takeSent()).toEqual([
      {
        type: "start",
        url: "ws://display.test/queues",
        token: "secret",
        subarray: "01",
        view: { windows: [0], shown: 0, baseline: "m033_m038" },
      },
    ]);
    expect(await text("#spectrum .empty")).toBe("No spectrum yet");
  });

  test("answers nothing to what the Worker does not wait for", async () => {
    await opened.tell({ type: "connection", state: "connected", since: Date.now() - 12 * 60_000 });
    await opened.tell({ type: "streams", streams: [] });
    expect(await opened.takeSent()).toEqual([]);
    expect(await text("#connection-word")).toBe("Connected");
    expect(await text("#connection-rest")).toBe("for 12 min");
    expect(await text("#live")).toBe("Connected");
  });

  test("chooses another baseline when the topics do not have its own", async () => {
    await opened.tell(...metrics(Date.now()));
    expect(await opened.takeSent()).toEqual([
      { type: "view", view: { windows: [0], shown: 0, baseline: "m033_m037" } },
      { type: "drawn" },
    ]);
  });

  test("draws all panels, and asks for more once they are drawn", async () => {
    await opened.tell(...metrics(Date.now()), ...slow(Date.now()));
    expect(await opened.takeSent()).toEqual([{ type: "drawn" }]);
    expect(await opened.page.locator(".without-data").count()).toBe(0);
    const colours = await opened.page.evaluate(() =>
      [...document.querySelectorAll("canvas")].map((canvas) => {
        const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return new Set(new Uint32Array(Uint8ClampedArray.from(data).buffer)).size;
      }),
    );
    expect(colours).toHaveLength(8);
    for (const count of colours) expect(count).toBeGreaterThan(2);
  });

  /** The colours of a column of a plot of channels, or of the waterfall below its top, as [red, green, blue, alpha]. */
  const column = (canvas: string, channel: number, from = 0, to = 1): Promise<number[][]> =>
    opened.page.evaluate(
      ([canvas, share, from, to]) => {
        const found = document.querySelector<HTMLCanvasElement>(canvas);
        const context = found?.getContext("2d");
        if (!found || !context) return [];
        // The gutters of all plots with this axis.
        const x = Math.round(66 + share * (found.clientWidth - 66 - 78));
        const [top, bottom] = [Math.round(found.height * from), Math.round(found.height * to)];
        const { data } = context.getImageData(x, top, 1, bottom - top);
        return Array.from({ length: bottom - top }, (_pixel, at) => Array.from(data.slice(4 * at, 4 * at + 4)));
      },
      [canvas, channel / (axis.count - 1), from, to] as const,
    );
  const isColourful = ([red = 0, green = 0, blue = 0, alpha = 0]: number[]): boolean =>
    alpha > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60;

  test("draws lines where there are values, and only a grey band where channels are flagged", async () => {
    for (const plot of ["#spectrum canvas", "#amplitude canvas"]) {
      expect((await column(plot, 70)).some(isColourful)).toBe(true);
      expect((await column(plot, 20.5)).filter(isColourful)).toEqual([]);
      expect(await column(plot, 20.5)).toContainEqual([0x26, 0x2e, 0x37, 255]);
    }
  });

  test("draws the waterfall in the colours of its bar, the strongest channel yellow, flagged ones grey", async () => {
    const times = Float64Array.from({ length: 200 }, (_time, at) => Date.now() - (201 - at) * 1000);
    // Strong in some channels, because pixels are between channels.
    const row = rows([20, 21]).slice(0, axis.count).fill(27.4, 46, 55).fill(10, 0, 4);
    const values = Float32Array.from(Array.from(times, () => Array.from(row)).flat());
    await opened.tell({ type: "spectrumHistory", window: 0, axis, times, values });
    expect(await opened.takeSent()).toEqual([{ type: "drawn" }]);
    const [strong = [], weak = [], flagged = []] = await Promise.all(
      [50, 0, 20.5].map(async (channel) => (await column("#waterfall-canvas", channel, 0.2, 0.21))[0]),
    );
    // The ends of viridis: #fde725 and #440154.
    expect(strong).toEqual([0xfd, 0xe7, 0x25, 255]);
    expect(weak).toEqual([0x44, 0x01, 0x54, 255]);
    expect(flagged).toEqual([0x26, 0x2e, 0x37, 255]);
  });

  test("fills the place of a baseline now, and leaves the conjugate hollow", async () => {
    const filled = await opened.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>("#coverage-canvas");
      const { data } = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      let count = 0;
      for (let at = 0; at < data.length; at += 4) count += data[at] === 0xe8 && data[at + 1] === 0xed ? 1 : 0;
      return count;
    });
    expect(filled).toBeGreaterThan(30);
    expect(filled).toBeLessThan(90);
  });

  test("writes values at the cursor, in the middle at first, and moves it with keys", async () => {
    const values = (): Promise<string[]> => opened.page.locator("#spectrum .value").allTextContents();
    expect(await values()).toEqual(["27.4", "18.2", "16.9", "0.0"]);
    expect(await text("#amplitude .frequency")).toBe("1050.0 MHz");
    await opened.page.focus("#spectrum .plot");
    for (let key = 0; key < 30; key += 1) await opened.page.keyboard.press("ArrowLeft");
    expect(await values()).toEqual(["–", "–", "–", "–"]);
    expect(await text("#waterfall-value")).toMatch(/^1020\.0 MHz\s+– dB$/);
    await opened.page.keyboard.press("Home");
    expect(await opened.page.getAttribute("#spectrum .plot", "aria-valuetext")).toBe(
      "1000.0 MHz: XX 10.0, XY 11.0, YX 12.0, YY 13.0 dB",
    );
  });

  test("moves the cursor of all plots with the pointer", async () => {
    const box = await opened.page.locator("#phase .u-over").boundingBox();
    await opened.page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * 0.75, (box?.y ?? 0) + 20);
    await expect.poll(() => text("#amplitude .frequency")).toBe("1075.0 MHz");
    expect(await text("#waterfall-value")).toMatch(/^1075\.0 MHz\s+13\.8 dB$/);
  });

  test("shows what receiver, processor, pointing and coverage tell, with their units", async () => {
    const tiles = await opened.page.locator(".tiles > div").allTextContents();
    expect(tiles.map((tile) => tile.replaceAll(/\s+/g, " ").trim())).toEqual([
      "Received 10.0GB",
      "Heaps 1.24M",
      "Incomplete 0.02%",
      "Payloads 2,418",
      "Time slices 604",
      "Last payload 0.4s ago",
      "Input 412MB/s",
    ]);
    expect(await label("#pointing-canvas")).toBe(
      "Pointing offsets: m033: cross-elevation 3.50 ± 1.40, elevation −2.75 ± 0.50; m037: cross-elevation no fit, elevation no fit",
    );
    expect(await label("#coverage-canvas")).toBe("uv coverage: 1 baseline · longest 11.6 kλ");
    expect(await text("#processing-block")).toBe("pb-test-123");
    expect(await text("#window")).toBe("1000.0–1100.0 MHz");
  });

  test("marks a stream that is late and one that skipped", async () => {
    const cells = await opened.page.locator("#stream-rows tr").allInnerTexts();
    expect(cells.map((row) => row.split("\t"))).toEqual([
      ["spectrum/0", "1.0", "0.03", "0.1 s", "0"],
      ["phase/3", "1.0", "0.70", "▲ 2.4 s", "12"],
    ]);
    expect(await text("#skipped")).toBe("12");
    expect(await text("#lag")).toBe("2.4");
  });

  test("counts bad records and shows the last one's reason", async () => {
    const bad = {
      type: "badRecord",
      topic: "metrics-phase-01",
      partition: 0,
      reason: "<b>is not a Phase</b>",
    } as const;
    await opened.tell({ ...bad, offset: "6" });
    await opened.tell({ ...bad, offset: "7" });
    expect(await text("#bad-records")).toBe(
      "▲ 2 records could not be read. Last: metrics-phase-01/0, offset 7: <b>is not a Phase</b>",
    );
    expect(await opened.takeSent()).toEqual([]);
  });

  test("chooses a baseline with keys, and both of its cells are marked", async () => {
    const cell = opened.page.locator("#baseline-grid [tabindex='0']");
    expect(await cell.count()).toBe(1);
    await cell.focus();
    for (const key of ["ArrowLeft", "ArrowDown", "ArrowRight", "Enter"]) await opened.page.keyboard.press(key);
    expect(await opened.takeSent()).toEqual([
      { type: "view", view: { windows: [0], shown: 0, baseline: "m037_m037" } },
    ]);
    await opened.page.locator("[role=gridcell]").nth(2).click();
    expect(await opened.takeSent()).toMatchObject([{ view: { baseline: "m033_m037" } }]);
    await expect.poll(() => opened.page.locator("[aria-selected=true]").count()).toBe(2);
    expect(await opened.page.locator("[aria-selected=true]").first().getAttribute("aria-label")).toBe(
      "m033 – m037, amplitude",
    );
  });

  test("opens, shows and closes windows with keys", async () => {
    await opened.page.locator("#windows [tabindex='0']").focus();
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await opened.page.keyboard.press(key);
    expect(await opened.takeSent()).toMatchObject([{ view: { windows: [0, 2], shown: 2 } }]);
    await expect.poll(() => opened.page.locator("#spectrum .empty").isVisible()).toBe(true);
    await opened.tell(...metrics(Date.now(), 2));
    expect(await opened.page.locator("#spectrum .empty").isVisible()).toBe(false);
    await opened.page.keyboard.press("Delete");
    expect((await opened.takeSent()).at(-1)).toMatchObject({ view: { windows: [0], shown: 0 } });
  });

  test("pauses and goes on", async () => {
    await opened.page.click("#pause");
    await expect.poll(() => text("#connection-word")).toBe("Paused");
    await opened.page.click("#pause");
    await expect.poll(() => text("#connection-word")).toBe("Connected");
    expect(await opened.takeSent()).toEqual([{ type: "pause" }, { type: "resume" }]);
  });

  test("greys the panels of a lost connection and says their age", async () => {
    await opened.tell(...metrics(Date.now() - 90_000));
    await opened.tell({ type: "connection", state: "reconnecting", since: Date.now() - 3000 });
    expect([await text("#connection-word"), await text("#connection-rest")]).toEqual(["Reconnecting", "3 s"]);
    expect(await opened.page.locator(".stale").count()).toBe(0);
    await opened.tell({ type: "connection", state: "lost", since: Date.UTC(2026, 10, 27, 13, 28, 15) });
    expect([await text("#connection-word"), await text("#connection-rest")]).toEqual(["Lost", "since 13:28:15"]);
    expect(await opened.page.locator(".stale").count()).toBe(9);
    expect(await text("#amplitude .age")).toBe("1 min old");
    expect(await text("#live")).toBe("Connection lost since 13:28:15");
  });

  test("says why it is not let in", async () => {
    await opened.tell({ type: "connection", state: "refused", since: Date.now(), reason: "the token is wrong" });
    expect(await text("#banner")).toBe("This page is not let in: the token is wrong.");
    expect(await opened.page.locator("#banner").isVisible()).toBe(true);
    await opened.tell({ type: "connection", state: "connected", since: Date.now() });
    expect(await opened.page.locator("#banner").isVisible()).toBe(false);
  });

  test("changes to the other colours, and remembers it", async () => {
    const panel = (): Promise<string> =>
      opened.page.evaluate(() => getComputedStyle(document.querySelector(".panel") ?? document.body).backgroundColor);
    expect(await panel()).toBe("rgb(20, 26, 33)");
    await opened.page.click("#theme");
    expect(await panel()).toBe("rgb(255, 255, 255)");
    await opened.page.reload();
    expect(await panel()).toBe("rgb(255, 255, 255)");
  });

  test("names all that can be used or read, for those who do not see it", async () => {
    const nameless = await opened.page.evaluate(() =>
      [...document.querySelectorAll("button, canvas, section, [role]")]
        .filter((element) => element.closest("[aria-hidden=true]") === null && element.closest(".uplot") === null)
        .filter(
          (element) =>
            !element.hasAttribute("aria-label") &&
            !element.hasAttribute("aria-labelledby") &&
            (element.tagName === "CANVAS" || element.textContent.trim() === "") &&
            !["status", "alert", "row", "columnheader"].includes(element.getAttribute("role") ?? ""),
        )
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    expect(nameless).toEqual([]);
  });

  test.each([
    [1600, 1000],
    [1366, 768],
    [1280, 720],
    [2560, 1440],
  ])("fits on a screen of %i x %i, without overlaps", async (width, height) => {
    const sized = await browser.open(width, height, "light");
    await sized.tell(...metrics(Date.now()), ...slow(Date.now()));
    await sized.tell(...metrics(Date.now()));
    const found = await sized.page.evaluate(() => {
      const boxes = [...document.querySelectorAll(".panel, .top")].map((panel) => panel.getBoundingClientRect());
      const { scrollWidth, scrollHeight } = document.documentElement;
      const cut = [...document.querySelectorAll(".title, .top, .tiles > div")].filter(
        (element) => element.scrollWidth > element.clientWidth + 1,
      );
      return {
        scrolls: scrollWidth > innerWidth || scrollHeight > innerHeight,
        outside: boxes.filter(({ right, bottom }) => right > innerWidth || bottom > innerHeight).length,
        overlaps: boxes.filter((a, at) =>
          boxes.some(
            (b, other) => other > at && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom,
          ),
        ).length,
        cut: cut.map((element) => element.textContent.trim().slice(0, 30)),
        lowest: Math.min(...[...document.querySelectorAll(".plot, .drawing")].map((plot) => plot.clientHeight)),
      };
    });
    expect(found).toMatchObject({ scrolls: false, outside: 0, overlaps: 0, cut: [] });
    expect(found.lowest).toBeGreaterThanOrEqual(70);
    expect(sized.failures).toEqual([]);
    await sized.page.close();
  });

  test("no page error occurs", () => {
    expect(opened.failures).toEqual([]);
  });
});
