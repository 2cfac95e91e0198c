/** Microseconds of processor time of this thread so far: what other programs take does not count. */
function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Microseconds of one call, in a round of so many milliseconds; the clock is read once in `batch` calls. */
export function timeCall(work: () => unknown, ms: number, batch = 1): number {
  const start = spent();
  let kept: unknown;
  let count = 0;
  let taken = 0;
  do {
    for (let call = 0; call < batch; call += 1) kept = work();
    count += batch;
    taken = spent() - start;
  } while (taken < 1000 * ms);
  if (kept === undefined) throw new Error("the work came to nothing");
  return taken / count;
}
