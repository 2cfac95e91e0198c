import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { findChromium, howToGet, requirements } from "@dataqueues/tooling-machine";
import { chromium } from "playwright-core";
import type { Browser, Page, Worker } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { servePages } from "./page-server.ts";
import type { PageServer } from "./page-server.ts";

/** A page and its Worker. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  readonly worker: Worker;
}

/** What the tests of a suite share. */
export interface BrowserSuite {
  /** `host:port` of a broker. */
  readonly server: string;
  /** Opens the page whose Worker is `workers/NAME.ts`. */
  readonly open: (worker: string) => Promise<OpenPage>;
}

/** A suite of tests that need a broker and Chromium. Where one is missing it is skipped, and says what is missing. */
export function describeBrowser(name: string, tests: (suite: BrowserSuite) => void): void {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.warn(`Chromium is missing: its tests are skipped. To get it: ${howToGet(requirements.chromium)}`);
    test.skip(`${name} (needs Chromium)`, () => undefined);
    return;
  }
  describeKafka(name, ([server = ""]) => {
    let browser: Browser;
    let pages: PageServer;
    const failures: string[] = [];
    beforeAll(async () => {
      pages = await servePages();
      browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    });
    afterAll(async () => {
      await browser.close();
      await pages[Symbol.asyncDispose]();
    });
    const open = async (worker: string): Promise<OpenPage> => {
      const page = await browser.newPage();
      page.on("pageerror", (error) => failures.push(String(error)));
      // A browser says so in the console when a WebSocket cannot be opened.
      page.on("console", (message) => {
        if (message.type() === "error" && !/WebSocket/.test(message.text())) failures.push(message.text());
      });
      const started = page.waitForEvent("worker");
      await page.goto(pages.page(worker));
      return { page, worker: await started, [Symbol.asyncDispose]: () => page.close() };
    };
    tests({ server, open });
    test("no error occurs in a page or a Worker", () => {
      expect(failures).toEqual([]);
    });
  });
}
