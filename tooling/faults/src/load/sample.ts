/** What a process takes at a moment. Sizes in bytes. */
export interface Sample {
  /** Seconds since the process began to measure. */
  readonly seconds: number;
  readonly phase: string;
  readonly rss: number;
  /** The heap and the buffers outside it, right after a garbage collection: what is still held. */
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  /** Sockets, timers and all else that keeps the process alive, counted by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

/** What a measured process says, a line of JSON each. */
export type Said = { readonly sample: Sample } | { readonly result: Readonly<Record<string, number>> };
