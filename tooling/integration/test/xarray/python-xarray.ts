import { PythonCounterpart } from "@dataqueues/tooling-python";
import { afterAll, beforeAll } from "vitest";

/** A Dataset by the name it has in `xarray_datasets.py`, or a random one by its seed. */
export type DatasetName = string | number;

/** The form on the wire: the name of a codec, or `table` for the table that xarray itself exports. */
export type Form = "xarray" | "xarray_dict" | "table";

/** Python's xarray: it makes Datasets, and compares Datasets that were decoded and encoded here with them. */
export class PythonXarray {
  #python: PythonCounterpart | undefined;

  /** Starts Python for the tests of a file. */
  constructor() {
    beforeAll(async () => {
      this.#python = await PythonCounterpart.start("xarray_counterpart.py");
    }, 600_000);
    afterAll(() => this.#python?.close());
  }

  /** Bytes that Python wrote. */
  async make(dataset: DatasetName, form: Form): Promise<Uint8Array> {
    return (await this.#ask({ ask: "make", dataset, form })).bytes;
  }

  /**
   * The differences between the Dataset in the bytes and the Dataset of that name, down to the bits of each value. The
   * latter is the one that `make` gives with `madeAs`, by default the form of the bytes.
   */
  async differences(dataset: DatasetName, form: Form, bytes: Uint8Array, madeAs: Form = form): Promise<unknown> {
    return (await this.#ask({ ask: "judge", dataset, form, "made as": madeAs }, bytes)).value;
  }

  /** Whether pyarrow finds the same columns as in the Dataset of that name, down to the bytes of the values. */
  async hasSameColumns(dataset: DatasetName, bytes: Uint8Array): Promise<unknown> {
    return (await this.#ask({ ask: "columns", dataset, form: "xarray" }, bytes)).value;
  }

  /** The differences in the columns that another tool reads from the bytes of `xarray()`. */
  async differencesIn(tool: "polars" | "duckdb", dataset: DatasetName, bytes: Uint8Array): Promise<unknown> {
    return (await this.#ask({ ask: tool, dataset }, bytes)).value;
  }

  /** Sends a Dataset to a topic with aiokafka. */
  async send(server: string, topic: string, dataset: DatasetName, form: Form): Promise<void> {
    await this.#ask({ ask: "send", server, topic, dataset, form });
  }

  /** The same as `differences`, for the first record of a topic. */
  async differencesInTopic(server: string, topic: string, dataset: DatasetName, form: Form): Promise<unknown> {
    return (await this.#ask({ ask: "judge first record", server, topic, dataset, form })).value;
  }

  async #ask(request: object, bytes?: Uint8Array): ReturnType<PythonCounterpart["request"]> {
    if (this.#python === undefined) throw new Error("Python starts in beforeAll: call this in a test");
    return await this.#python.request(request, bytes);
  }
}
