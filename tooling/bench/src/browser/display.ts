import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import type { Browser, Page } from "playwright-core";

import { median } from "../timing.ts";
import { threadTimes } from "./thread-times.ts";

/** What the signal display's page was found to do. Times in milliseconds. */
export interface DisplayFigures {
  /** From opening the page to the first spectrum that is painted: the median, and the longest. */
  readonly firstPlot: readonly [number, number];
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
  /** What the page's thread worked in a second, and what Workers and the rest did. */
  readonly pageMs: number;
  readonly workerMs: number;
  /** What came to the page each second. */
  readonly messagesPerSecond: number;
  /** The longest lag of a spectrum, amplitude or phase. */
  readonly lag: number;
  /** With a page's thread that is so many times slower: the same, and how many records were not shown in ten seconds. */
  readonly slowdown: number;
  readonly slowLag: number;
  readonly slowSkipped: number;
}

/** What the page is watched with, before any of its own code runs. */
const watch = `
  globalThis.watched = { messages: 0, lag: 0, skipped: 0, firstPlot: undefined };
  globalThis.Worker = class extends Worker {
    constructor(...options) {
      super(...options);
      this.addEventListener("message", ({ data }) => {
        for (const message of data) {
          watched.messages += 1;
          if (message.type === "streams") {
            const each = message.streams.filter(({ topic }) => /spectrum|amplitude|phase/.test(topic));
            watched.lag = Math.max(watched.lag, ...each.map(({ lagMs }) => lagMs ?? 0));
            watched.skipped = message.streams.reduce((sum, { skipped }) => sum + skipped, 0);
          }
          // The page draws in the next frame; when the one after begins, it is painted.
          if (message.type === "spectrum" && watched.firstPlot === undefined) {
            watched.firstPlot = 0;
            requestAnimationFrame(() => requestAnimationFrame(() => { watched.firstPlot = performance.now(); }));
          }
        }
      });
    }
  };
  globalThis.countFrames = (ms) => new Promise((resolve) => {
    const began = performance.now();
    let [frames, longest, last] = [0, 0, began];
    const frame = (now) => {
      frames += 1;
      longest = Math.max(longest, now - last);
      last = now;
      if (now - began < ms) requestAnimationFrame(frame);
      else resolve({ frames: frames / ((now - began) / 1000), longest });
    };
    requestAnimationFrame(frame);
  });
`;

interface Watched {
  readonly messages: number;
  readonly lag: number;
  readonly skipped: number;
  readonly firstPlot: number;
}

const measuredMs = 10_000;
const openings = 10;
const slowdown = 20;

/** Starts the signal display with its embedded queue, and looks at its page with all six windows open. */
export async function measureDisplay(browser: Browser): Promise<DisplayFigures> {
  const main = join(import.meta.dirname, "../../../../examples/signal-display/src/main.ts");
  const display = spawn(process.execPath, ["--conditions=@dataqueues/source", main, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(display, "exit");
  try {
    const [line] = await once(createInterface(display.stdout), "line");
    const url = /https?:\S+/.exec(String(line))?.[0] ?? "";
    // The history is sent first.
    await sleep(5_000);
    const firstPlots: number[] = [];
    for (let opening = 0; opening < openings; opening += 1) {
      const page = await open(browser, url);
      firstPlots.push((await watched(page)).firstPlot);
      await page.close();
    }
    const page = await open(browser, url);
    for (const window of [1, 2, 3, 4, 5]) await page.getByLabel(`Window ${window}`, { exact: true }).click();
    await sleep(3_000);
    await page.evaluate("watched.lag = 0");
    const [before, threadsBefore] = [await watched(page), await threadTimes(browser)];
    const { frames, longest } = await page.evaluate<{ frames: number; longest: number }>(`countFrames(${measuredMs})`);
    const [after, threadsAfter] = [await watched(page), await threadTimes(browser)];
    const perSecond = (total: number): number => total / (measuredMs / 1_000);

    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    const { skipped } = after;
    await sleep(2_000);
    await page.evaluate("watched.lag = 0");
    await sleep(measuredMs);
    const slow = await watched(page);
    await page.close();
    return {
      firstPlot: [median(firstPlots), Math.max(...firstPlots)],
      framesPerSecond: frames,
      longestFrameMs: longest,
      pageMs: perSecond(threadsAfter.pages - threadsBefore.pages),
      workerMs: perSecond(threadsAfter.workers - threadsBefore.workers),
      messagesPerSecond: perSecond(after.messages - before.messages),
      lag: after.lag,
      slowdown,
      slowLag: slow.lag,
      slowSkipped: slow.skipped - skipped,
    };
  } finally {
    display.kill("SIGKILL");
    await exited;
  }
}

async function open(browser: Browser, url: string): Promise<Page> {
  // The watching is not what the page is: its policy forbids code from elsewhere.
  const page = await browser.newPage({ bypassCSP: true, viewport: { width: 1_600, height: 1_000 } });
  await page.addInitScript(watch);
  await page.goto(url);
  await page.waitForFunction("watched.firstPlot > 0");
  return page;
}

function watched(page: Page): Promise<Watched> {
  return page.evaluate<Watched>("watched");
}
