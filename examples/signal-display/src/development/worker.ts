import { memory } from "dataqueues";
import type { Transport } from "dataqueues";

import { publishMetrics } from "../generator/metrics-publisher.ts";
import { keepNewestRecords } from "../generator/short-retention.ts";
import { serveDisplay } from "../worker/serve-display.ts";

/** The Worker of the development page: the log and the generator are in it, so that no gateway is needed. */
const log = memory();
const { signal } = new AbortController();
const subarray = "01";
const ready = new Promise<void>((resolve) => {
  publishMetrics(log, { subarray, signal, onReady: resolve }).catch(console.error);
});
ready.then(() => keepNewestRecords(log, { subarray, signal })).catch(console.error);
const transport: Transport = {
  ...log,
  async open(role, options) {
    await ready;
    return log.open(role, options);
  },
};
serveDisplay(globalThis, () => transport);
