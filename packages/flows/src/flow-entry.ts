import { schemaError, UnsupportedError } from "@dataqueues/core";
import * as z from "zod";

/** What is needed of a flow entry. It has more keys, which are passed over. */
export interface FlowEntry {
  readonly key?:
    | { readonly pb_id?: string | undefined; readonly kind?: string | undefined; readonly name?: string | undefined }
    | null
    | undefined;
  readonly sink: {
    readonly kind: string;
    readonly host: string;
    readonly topics: string | readonly string[];
    readonly format?: string | null | undefined;
  };
  readonly data_model: string;
  /** The configuration holds it under a key of its own; programs that hand on both may have put it here. */
  readonly state?: unknown;
  readonly sources?: readonly FlowSource[] | null | undefined;
}

/** Where the values of a flow come from, and how they are made: of that only these parameters matter to readers. */
interface FlowSource {
  readonly parameters?:
    | { readonly metric_type?: string | null | undefined; readonly additional_windows?: number | null | undefined }
    | null
    | undefined;
}

const text = z.string().min(1, { error: "this is empty" });

const Source = z.object({
  parameters: z.object({ metric_type: text.nullish(), additional_windows: z.int().nonnegative().nullish() }).nullish(),
});

const Entry = z.object(
  {
    key: z.object({ pb_id: text, kind: text, name: text }).partial().nullish(),
    sink: z.object({
      kind: text,
      host: text,
      topics: z.union([text, z.array(text).min(1, { error: "at least one topic is needed" })], {
        error: "a topic's name or a list of them is needed",
      }),
      format: text.nullish(),
    }),
    data_model: text,
    state: z.unknown().optional(),
    sources: z.array(Source).nullish(),
  },
  { error: "a flow entry is an object: give what JSON.parse makes of its text" },
);

const WithKind = z.object({ sink: z.object({ kind: text }) });

/** The kind of a sink that is a topic, or several. */
const dataQueue = "data-queue";

/**
 * Whether a flow entry's sink is a data queue. A configuration holds flows of other kinds, too: `data-product`, `tango`,
 * `display` and so on.
 *
 * @param flow - the entry, as `JSON.parse` makes it of the configuration's text
 *
 * @example
 * ```ts
 * const flows = entries.filter(isDataQueueFlow).map((entry) => fromFlow(entry));
 * ```
 */
export function isDataQueueFlow(flow: unknown): boolean {
  return WithKind.safeParse(flow).data?.sink.kind === dataQueue;
}

/**
 * Checks a flow entry.
 *
 * @throws UnsupportedError for a sink of another kind, SchemaError with all that is wrong with the entry
 */
export function flowEntry(flow: unknown): FlowEntry {
  const { success, data } = WithKind.safeParse(flow);
  if (success && data.sink.kind !== dataQueue) {
    throw new UnsupportedError(
      `this flow writes to a sink of kind ${data.sink.kind}, not ${dataQueue}, and has no topics: isDataQueueFlow finds those that have`,
    );
  }
  const entry = Entry.safeParse(flow, { error: ({ input }) => (input === undefined ? "this is missing" : undefined) });
  if (entry.success) return entry.data;
  throw schemaError("the flow entry cannot be read", entry.error.issues);
}
