import { messageHeaders, slots } from "@dataqueues/arrow-ipc";
import type { FlatTable, IpcMessage } from "@dataqueues/arrow-ipc";
import { Budget, valueInMemory, valueWithoutBytes } from "./budget.ts";
import type { Limits } from "./budget.ts";
import { checkBatch } from "./check-batch.ts";
import type { BatchContext, BatchParts } from "./check-batch.ts";
import { checkSchema } from "./check-schema.ts";
import type { Dictionary } from "./check-values.ts";
import type { SchemaLayout } from "./field-layout.ts";
import { formatError } from "./format-error.ts";

/** How the guard decides where there is a choice. */
export interface GuardOptions extends Limits {
  readonly acceptsAllTimes: boolean;
  /** Whether bodies that are not aligned to 8 may be copied, as apache-arrow does it. */
  readonly mayCopy: boolean;
}

/** Checks the messages of a stream or file one after the other, all that apache-arrow will read of them. */
export class TableGuard {
  readonly #schema: SchemaLayout;
  readonly #budget: Budget;
  readonly #mayCopy: boolean;
  readonly #dictionaries: Map<number, Dictionary> = new Map();
  readonly #context: BatchContext;

  /** `version` is that of the message or file which holds the schema, `length` the number of all bytes. */
  constructor(schema: FlatTable, version: number, length: number, options: GuardOptions) {
    this.#budget = new Budget(options, length);
    this.#schema = checkSchema(schema, version, this.#budget);
    this.#mayCopy = options.mayCopy;
    this.#context = {
      dictionaries: this.#dictionaries,
      budget: this.#budget,
      acceptsAllTimes: options.acceptsAllTimes,
    };
  }

  /** Checks a message that is a record batch or the batch of a dictionary. */
  message(message: IpcMessage, start: number): void {
    const kind = messageHeaders[message.headerType];
    if (kind === "RecordBatch") this.recordBatch(message);
    else if (kind === "DictionaryBatch") this.dictionaryBatch(message);
    else throw formatError("format", "an Arrow message is neither a batch nor a dictionary", { offset: start });
  }

  recordBatch(message: IpcMessage): void {
    const { fields, metadataEntries, nameCharacters } = this.#schema;
    // apache-arrow makes a schema for each batch: it copies the metadata, and compares each name with those before it.
    this.#budget.takeArray();
    this.#budget.takeBytes(valueWithoutBytes * metadataEntries);
    this.#budget.takeComparisons(fields.length * nameCharacters);
    checkBatch(this.#parts(message, message.header), fields, this.#context);
  }

  dictionaryBatch(message: IpcMessage): void {
    const id = message.header.size(slots.dictionaryBatch.id) ?? 0;
    const batch = message.header.table(slots.dictionaryBatch.data);
    const field = this.#schema.dictionaries.get(id);
    if (field === undefined) throw formatError("format", `no column has the dictionary ${id}`);
    if (batch === undefined) throw formatError("format", `the dictionary ${id} has no values`, { path: field.path });
    const [values] = checkBatch(this.#parts(message, batch), [field], this.#context);
    const isDelta = (message.header.uint8(slots.dictionaryBatch.isDelta) ?? 0) !== 0;
    const before = isDelta ? this.#dictionaries.get(id)?.weights : undefined;
    const known = before?.length ?? 0;
    const length = values?.length ?? 0;
    // apache-arrow has a place for each value, those before a delta included, for every batch of the dictionary.
    this.#budget.takeBytes(2 * valueInMemory * (known + length), field.path);
    const weights = new Float64Array(known + length);
    weights.set(before ?? []);
    for (let index = 0; index < length; index++) weights[known + index] = values?.weigh(index, index + 1) ?? 0;
    this.#dictionaries.set(id, { weights });
  }

  #parts({ body, bodyOffset }: IpcMessage, batch: FlatTable): BatchParts {
    if (body.byteOffset % 8 === 0) return { batch, body, bodyOffset };
    if (this.#mayCopy) return { batch, body: body.slice(), bodyOffset };
    const message = "the body of an Arrow message is not aligned to 8 bytes, so that it cannot be viewed";
    throw formatError("copy", message, { offset: bodyOffset });
  }
}
