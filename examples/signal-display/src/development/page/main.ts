import type { ToPage, ToWorker } from "../../display-messages.ts";

/** Prints what the Worker tells. */
const worker = new Worker("worker.js", { type: "module" });
const started = performance.now();
const log = document.querySelector("#log");
const told: { at: number; message: ToPage }[] = [];
Object.assign(globalThis, { told, worker });
worker.addEventListener("message", ({ data }: MessageEvent<readonly ToPage[]>) => {
  const at = performance.now() - started;
  for (const message of data) {
    told.push({ at, message });
    const { type, ...rest } = message;
    const shown = JSON.stringify(rest, (_key, value: unknown) =>
      ArrayBuffer.isView(value) ? `[${Array.from((value as Float32Array).slice(0, 3)).join(" ")} …]` : value,
    );
    log?.prepend(`${at.toFixed(0)} ms ${type} ${shown.slice(0, 220)}\n`);
  }
  if (data.some(({ type }) => !["connection", "streams", "badRecord"].includes(type))) {
    requestAnimationFrame(() => worker.postMessage({ type: "drawn" } satisfies ToWorker, []));
  }
});
const view = { windows: [0], shown: 0, baseline: "m033_m038" };
const message: ToWorker = { type: "start", url: "ws://127.0.0.1:8099/", subarray: "01", view };
worker.postMessage(message, []);
