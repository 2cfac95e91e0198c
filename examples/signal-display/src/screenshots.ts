import { spawnSync } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { startKafka } from "@dataqueues/tooling-kafka";
import { findChromium } from "@dataqueues/tooling-machine";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

import { startDisplay } from "./display-command.ts";

/**
 * Makes the pictures of the page: the command with a real Kafka, simulated metrics through queue and gateway, and a Chromium. Run it
 * with `node --conditions=@dataqueues/source src/screenshots.ts [--kafka HOST:PORT]`; without an address it starts a Kafka.
 */
const folder = join(import.meta.dirname, "..", "screenshots");
const patienceMs = 60_000;
const panels = [
  "baselines",
  "coverage",
  "spectrum",
  "amplitude",
  "phase",
  "waterfall",
  "receiver",
  "pointing",
  "streams",
];

type Theme = "dark" | "light";

async function open(browser: Browser, url: string, theme: Theme, width: number, height: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
  page.on("pageerror", (error) => console.error(error));
  await page.goto(url);
  return page;
}

/** Waits until each panel has something to show, and the waterfall its history. */
async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector(".without-data") === null && document.querySelectorAll(".plot canvas").length === 3,
    undefined,
    { timeout: patienceMs },
  );
  const history = page.getByRole("img", { name: /^Spectra of XX: 2\d\d of/ });
  await history.waitFor({ timeout: patienceMs }).catch(() => console.warn("the waterfall has no history"));
  // Rates are of the last five seconds.
  await page.waitForTimeout(8000);
}

async function picture(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  await shrink(path);
}

/** A picture of 128 colours is a third as large. Where pngquant is not installed, it stays as it is. */
async function shrink(path: string): Promise<void> {
  const { error } = spawnSync("pngquant", ["--force", "--ext", ".png", "--strip", "--speed", "1", "128", path]);
  const note = error === undefined ? "" : ", not shrunk: pngquant is missing";
  console.log(`${basename(path)} ${Math.round((await stat(path)).size / 1000)} kB${note}`);
}

async function badge(page: Page, state: string): Promise<void> {
  await page.waitForSelector(`#connection[data-state="${state}"]`, { timeout: patienceMs });
}

async function wholePages(browser: Browser, url: string): Promise<void> {
  const sizes = [
    ["display-dark", "dark", 1600, 1000],
    ["display-light", "light", 1600, 1000],
    ["laptop-1366x768", "dark", 1366, 768],
    ["laptop-1280x720", "light", 1280, 720],
    ["wall-2560x1440", "dark", 2560, 1440],
    ["narrow-900x1200", "dark", 900, 1200],
  ] as const;
  for (const [name, theme, width, height] of sizes) {
    const page = await open(browser, url, theme, width, height);
    await drawn(page);
    await picture(page, name);
    if (name === "display-dark") {
      for (const panel of panels) {
        const path = join(folder, `${panel}.png`);
        await page.locator(`#${panel}`).screenshot({ path });
        await shrink(path);
      }
    }
    await page.close();
  }
}

/** Windows of high resolution open, one of them shown, and a baseline chosen with the keyboard. */
async function windows(browser: Browser, url: string): Promise<void> {
  const page = await open(browser, url, "dark", 1600, 1000);
  await drawn(page);
  await page.getByRole("button", { name: "Window 2" }).click();
  await page.getByRole("button", { name: "Window 3" }).click();
  await page.locator("#baseline-grid [tabindex='0']").focus();
  for (const key of ["ArrowDown", "ArrowLeft", "Enter"]) await page.keyboard.press(key);
  await drawn(page);
  await picture(page, "window-and-keyboard");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.waitForTimeout(2000);
  await picture(page, "paused");
  await page.close();
}

async function states(browser: Browser, kafka: string): Promise<void> {
  const own = await startDisplay("--port", "0", "--kafka", kafka, "--no-generator");
  const page = await open(browser, own.url, "dark", 1600, 1000);
  try {
    await drawn(page);
  } finally {
    await own.kill();
  }
  await badge(page, "reconnecting");
  await page.waitForTimeout(3000);
  await picture(page, "reconnecting");
  await badge(page, "lost");
  await page.waitForTimeout(3000);
  await picture(page, "lost");
  await page.close();

  const closed = await startDisplay("--port", "0", "--kafka", kafka, "--no-generator", "--token", "open sesame");
  try {
    const refused = await open(browser, `${closed.url}-wrong`, "dark", 1600, 1000);
    await badge(refused, "refused");
    await picture(refused, "refused");
    await refused.close();
  } finally {
    await closed.kill();
  }
}

const executablePath = findChromium();
if (executablePath === undefined)
  throw new Error("Chromium is missing: `npx -y pnpm@12 run requirements` says how to get it");
await mkdir(folder, { recursive: true });
const given = process.argv[2] === "--kafka" ? process.argv[3] : undefined;
const own = given === undefined ? await startKafka() : undefined;
const kafka = given ?? own?.bootstrapServers.join(",") ?? "";
const display = await startDisplay("--port", "0", "--kafka", kafka);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  await wholePages(browser, display.url);
  await windows(browser, display.url);
  await states(browser, kafka);
} finally {
  await browser.close();
  await display.kill();
  await own?.stop();
}
