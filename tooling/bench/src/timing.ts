/** Microseconds of processor time that this thread has used. Time of other programs does not count. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Calls `work` for `ms` milliseconds and returns microseconds per call. The clock is read once per `batch` calls. */
export function timeCall(work: () => unknown, ms: number, batch = 1): number {
  const start = threadTime();
  let kept: unknown;
  let count = 0;
  let elapsed = 0;
  do {
    for (let call = 0; call < batch; call += 1) kept = work();
    count += batch;
    elapsed = threadTime() - start;
  } while (elapsed < 1000 * ms);
  if (kept === undefined) throw new Error("the timed function returned undefined, so the work may have been skipped");
  return elapsed / count;
}

/** The value below which `part` (0 to 1) of the values are; NaN for no values. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(part * values.length)] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
