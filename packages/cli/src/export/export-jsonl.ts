import { messageToJson } from "../print/message-json.ts";
import type { AddedRecord, ExportedRecord, Exporter } from "./exporter.ts";
import type { OutputFile } from "./output-file.ts";

const blockBytes = 1 << 18;

/** Writes each record as a line of JSON, as `tail --json` prints it. */
export class JsonlExporter implements Exporter {
  readonly remarks: readonly string[] = [];
  readonly #output: OutputFile;
  #lines = "";

  constructor(output: OutputFile) {
    this.#output = output;
  }

  async add({ message, value, codec, error }: ExportedRecord): Promise<AddedRecord> {
    this.#lines += `${messageToJson({ ...message, value }, codec, error)}\n`;
    if (this.#lines.length >= blockBytes) await this.#flush();
    return { isAdded: true };
  }

  async finish(): Promise<void> {
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = "";
    await this.#output.write(new TextEncoder().encode(lines));
  }
}
