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

/** What is timed: a name, the function, and how many times in a row it is called. */
export type Work = readonly [name: string, work: () => unknown, calls: number];

/**
 * Milliseconds per call of each work in each of the rounds. A function that returns at once is called many times: in a
 * single call, garbage collection for another function would take most of the time.
 */
export async function timeInTurns(
  works: readonly Work[],
  rounds: number,
  afterRound: (round: number) => Promise<void> = async () => {},
): Promise<Map<string, number[]>> {
  const timings = new Map(works.map(([name]): [string, number[]] => [name, []]));
  let kept: unknown;
  for (let round = 0; round < rounds; round += 1) {
    // Each round starts with another function, so the garbage of one is not always collected during the same next one.
    const first = round % works.length;
    for (const [name, work, calls] of [...works.slice(first), ...works.slice(0, first)]) {
      const started = performance.now();
      for (let call = 0; call < calls; call += 1) kept = work();
      timings.get(name)?.push((performance.now() - started) / calls);
    }
    await afterRound(round);
  }
  if (kept === undefined) throw new Error("the timed function returned undefined, so the work may have been skipped");
  return timings;
}
