/** Begins before the rest of the page is there: a browser takes long to start a Worker. */
export const worker: Worker = new Worker(new URL("worker.js", location.href), { type: "module" });
