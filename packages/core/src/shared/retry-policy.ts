/** A pause that doubles with each failure in a row, from `first` up to `most` milliseconds. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/** How long core waits before it tries again, by what failed. Producers have their own `retryBackoffMs` as the first. */
export const retryPolicy: Readonly<Record<"request" | "partition" | "refusedPartition" | "emptyFetch", Backoff>> = {
  /** A request that failed as a whole, or metadata that is still incomplete. */
  request: { first: 50, most: 500 },
  /** A partition whose leader answered with an error that passes. */
  partition: { first: 50, most: 1_000 },
  /** A partition that the log refuses: that only changes when somebody changes it. */
  refusedPartition: { first: 500, most: 10_000 },
  /** A log that answers a fetch without records before it had to is not asked in a tight loop. */
  emptyFetch: { first: 5, most: 100 },
};

/** The longest pause before a batch is sent again. */
export const maxProduceBackoffMs = 500;

/** The longest pause before a topic that does not exist yet is asked for again. */
export const maxTopicBackoffMs = 1_000;

/** The pause after failed attempt number `attempt` (from 0); at least 1 ms. */
export function backoff(attempt: number, { first, most }: Backoff): number {
  return Math.min(most, Math.max(1, first) * 2 ** Math.min(attempt, 20));
}

/** Up to a fifth more or less, so that clients of a broker that restarts do not all come back at once. */
export function withJitter(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4);
}
