import { PythonCounterpart } from "@dataqueues/tooling-python";
import { afterAll, beforeAll } from "vitest";

import type { TableContents } from "./tell-values.ts";

/** A table by the name it has in `arrow_tables.py`, with `/` and a variant if it is changed, or a random one by its seed. */
export type TableName = string | number;

/** How Python writes a table: pyarrow's `stream` or `file`, or what another library writes of a table of its own. */
export type Form =
  | "stream"
  | "file"
  | `polars ${"stream" | "stream, oldest" | "file" | "file, lz4" | "file, zstd"}`
  | `feather${"" | ", uncompressed" | ", zstd"}`;

/** pyarrow, polars, DuckDB and pandas: they make tables, and read what was encoded here. */
export class PythonArrow {
  #python: PythonCounterpart | undefined;

  /** Starts Python for the tests of a file. */
  constructor() {
    beforeAll(async () => {
      this.#python = await PythonCounterpart.start("arrow_counterpart.py");
    }, 600_000);
    afterAll(() => this.#python?.close());
  }

  /** Bytes that Python wrote. */
  async make(table: TableName, form: Form = "stream"): Promise<Uint8Array> {
    return (await this.#ask({ ask: "make", table, form })).bytes;
  }

  /** What pyarrow reads, after it has validated it in full. */
  async tell(bytes: Uint8Array): Promise<TableContents> {
    return (await this.#ask({ ask: "tell" }, bytes)).value as TableContents;
  }

  /** How what pyarrow reads differs from the table of that name, or from these rows of it: in types, metadata and values. */
  async differences(
    table: TableName,
    bytes: Uint8Array,
    form: Form = "stream",
    rows: readonly [start: number, end?: number] = [0],
  ): Promise<unknown> {
    return (await this.#ask({ ask: "judge", table, form, rows }, bytes)).value;
  }

  /** The same, as another tool reads both. */
  async differencesIn(tool: "polars" | "duckdb", table: TableName, bytes: Uint8Array, form: Form): Promise<unknown> {
    return (await this.#ask({ ask: tool, table, form }, bytes)).value;
  }

  /** The bytes of a frame of `arrow_frames.py`. */
  async makeFrame(frame: string): Promise<Uint8Array> {
    return (await this.#ask({ ask: "make frame", frame })).bytes;
  }

  /** How the Dataset in a message of `xarray()` differs from the frame's `to_xarray()`. */
  async differencesToFrame(frame: string, bytes: Uint8Array): Promise<unknown> {
    return (await this.#ask({ ask: "judge frame", frame }, bytes)).value;
  }

  /** Sends a table to a topic with aiokafka. */
  async send(server: string, topic: string, table: TableName, form: Form = "stream"): Promise<void> {
    await this.#ask({ ask: "send", server, topic, table, form });
  }

  /** The same as `differences`, for the first record of a topic, which aiokafka reads. */
  async differencesInTopic(server: string, topic: string, table: TableName): Promise<unknown> {
    return (await this.#ask({ ask: "judge first record", server, topic, table })).value;
  }

  async #ask(request: object, bytes?: Uint8Array): ReturnType<PythonCounterpart["request"]> {
    if (this.#python === undefined) throw new Error("Python starts in beforeAll: call this in a test");
    return await this.#python.request(request, bytes);
  }
}
