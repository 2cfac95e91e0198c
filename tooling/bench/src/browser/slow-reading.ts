/** How a slow Worker reads. */
export interface ReadSlowly {
  readonly url: string;
  readonly topic: string;
  readonly latest?: "partition" | undefined;
  /** How long each record keeps it busy. */
  readonly workMs: number;
  readonly seconds: number;
}

/** What it was shown. */
export interface SlowResult {
  /** How old each record was after the work on it, in milliseconds. */
  readonly ages: readonly number[];
  readonly skipped: number;
}
