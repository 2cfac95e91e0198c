/** Waits until a time (ms since 1970), or until the signal aborts. */
export function waitUntil(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, time - Date.now()));
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}
