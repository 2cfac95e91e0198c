import { ConformanceError } from "./conformance-error.ts";

/** What `work` gives, or an error when that takes longer than `ms`, also where it never lets go of the thread. */
export async function within<T>(ms: number, what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const error = new ConformanceError(`${what} took longer than ${ms} ms`);
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    const result = await Promise.race([work(), tooLate]);
    if (performance.now() - started > ms) throw error;
    return result;
  } finally {
    clearTimeout(timer);
  }
}
