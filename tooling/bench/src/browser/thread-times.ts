import { readdir, readFile } from "node:fs/promises";

import type { Browser } from "playwright-core";

/** Milliseconds of processor time that a browser has used. */
export interface ThreadTimes {
  /** Of the threads that run pages. */
  readonly pages: number;
  /** Of the other threads of the processes that pages run in: Workers, and the garbage collector's. */
  readonly workers: number;
}

/** What the threads of Chromium's processes for pages have used so far, as Linux tells it. */
export async function threadTimes(browser: Browser): Promise<ThreadTimes> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  let [pages, workers] = [0, 0];
  for (const { type, id } of processInfo) {
    if (type !== "renderer") continue;
    for (const thread of await readdir(`/proc/${id}/task`)) {
      // The first number of schedstat is the time on a processor in ns. A thread may end meanwhile.
      const schedstat = await readFile(`/proc/${id}/task/${thread}/schedstat`, "utf8").catch(() => "0");
      const ms = Number(schedstat.split(" ")[0]) / 1e6;
      // The first thread of a process has its id, and runs the page.
      if (Number(thread) === id) pages += ms;
      else workers += ms;
    }
  }
  return { pages, workers };
}
