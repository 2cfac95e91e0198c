import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

import { displayFiles } from "../../src/display-files.ts";
import type { DisplayFile } from "../../src/display-files.ts";
import type { ToPage, ToWorker } from "../../src/display-messages.ts";

const origin = "http://display.test";

/** The page in a Chromium, with the test in the place of its Worker. */
export interface OpenPage {
  readonly page: Page;
  /** Errors that nothing in the page caught. */
  readonly failures: string[];
  /** Hands messages over as the Worker does, and waits until they are drawn. */
  tell(...messages: readonly ToPage[]): Promise<void>;
  /** What the page has sent to the Worker since the last call. */
  takeSent(): Promise<ToWorker[]>;
}

/** Starts Chromium and bundles the page once; `open` may be called often. */
export async function startBrowser(executablePath: string): Promise<PageBrowser> {
  const [browser, files] = await Promise.all([
    chromium.launch({ executablePath, args: ["--no-sandbox"] }),
    displayFiles(),
  ]);
  return new PageBrowser(browser, files);
}

export class PageBrowser {
  readonly #browser: Browser;
  readonly #files: ReadonlyMap<string, DisplayFile>;

  constructor(browser: Browser, files: ReadonlyMap<string, DisplayFile>) {
    this.#browser = browser;
    this.#files = files;
  }

  async open(width: number, height: number, colorScheme: "dark" | "light" = "dark"): Promise<OpenPage> {
    const page = await this.#browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(String(error)));
    await page.route(`${origin}/**`, async (route) => {
      const file = this.#files.get(new URL(route.request().url()).pathname);
      if (file === undefined) await route.fulfill({ status: 404 });
      else await route.fulfill({ contentType: file.type, body: Buffer.from(file.body) });
    });
    await page.addInitScript(standInForWorker);
    await page.goto(`${origin}/#token=secret`);
    return {
      page,
      failures,
      tell: async (...messages) => {
        await page.evaluate(`standIn.tell(${JSON.stringify(messages, withMarks)})`);
      },
      takeSent: () => page.evaluate<ToWorker[]>("standIn.sent.splice(0)"),
    };
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Typed arrays and NaN do not fit in JSON. */
function withMarks(_key: string, value: unknown): unknown {
  if (value instanceof Float32Array || value instanceof Float64Array) {
    return { array: value.constructor.name, items: Array.from(value, String) };
  }
  return value;
}

/** Runs in the page, before its program. */
const standInForWorker = `
  globalThis.Worker = class extends EventTarget {
    sent = [];
    constructor() {
      super();
      globalThis.standIn = this;
    }
    postMessage(message) {
      this.sent.push(message);
    }
    async tell(marked) {
      const revived = (value) => {
        if (value === null || typeof value !== "object") return value;
        if (value.array !== undefined) return globalThis[value.array].from(value.items, Number);
        if (Array.isArray(value)) return value.map(revived);
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revived(item)]));
      };
      this.dispatchEvent(new MessageEvent("message", { data: revived(marked) }));
      // Drawn in the next frame; uPlot draws after it.
      for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  };
`;
