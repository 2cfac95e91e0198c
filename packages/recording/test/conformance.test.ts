import type { Connections, OpenOptions, ReadConnection, Role, Transport } from "@dataqueues/core";
import { transportCases } from "@dataqueues/testing";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { recording, recordTopics } from "../src/index.ts";
import { MemoryFile } from "./memory-file.ts";

const log = memory();

/** The promises about records that come later. A recording has none. */
const notOfRecordings = new Set([
  "fetch returns a record that is written while it waits",
  "fetch waits until there are minBytes",
  "a record without key and value ends the wait of a fetch",
]);

type Openers = { readonly [R in Role]: (transport: Transport, options?: OpenOptions) => Promise<Connections[R]> };

const openers: Openers = {
  read: async (transport, options) => {
    (await transport.open("read", options)).close();
    return new RecordedAnew();
  },
  write: (transport, options) => transport.open("write", options),
  admin: (transport, options) => transport.open("admin", options),
  group: (transport, options) => transport.open("group", options),
};

const tested: Transport = {
  ...recording(new Blob()),
  open: async (role, options) => openers[role](recording(await recordedNow()), options),
};

const cases = transportCases({ transport: () => tested, writer: () => log }).filter(
  ({ name }) => !notOfRecordings.has(name),
);

test.each(cases)("$name", ({ run }) => expect(run()).resolves.toBeUndefined());

test("only promises about records that come later are left out", () => {
  expect(cases.length).toBeGreaterThan(25);
  expect(transportCases({ transport: () => log }).filter(({ name }) => notOfRecordings.has(name))).toHaveLength(3);
});

/** The log in memory as a recording that is made anew for each request, as the cases write between requests. */
class RecordedAnew implements ReadConnection {
  readonly #opened: ReadConnection[] = [];
  #isClosed = false;

  async metadata(...args: Parameters<ReadConnection["metadata"]>): ReturnType<ReadConnection["metadata"]> {
    return (await this.#open()).metadata(...args);
  }

  async listOffsets(...args: Parameters<ReadConnection["listOffsets"]>): ReturnType<ReadConnection["listOffsets"]> {
    return (await this.#open()).listOffsets(...args);
  }

  async fetch(...args: Parameters<ReadConnection["fetch"]>): ReturnType<ReadConnection["fetch"]> {
    return (await this.#open()).fetch(...args);
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#opened) connection.close();
  }

  async #open(): Promise<ReadConnection> {
    const connection = await recording(await recordedNow()).open("read");
    this.#opened.push(connection);
    if (this.#isClosed) connection.close();
    return connection;
  }
}

/** What is in the log now. */
async function recordedNow(): Promise<MemoryFile> {
  const file = new MemoryFile();
  await recordTopics({ transport: log, topics: /./, file, until: "end", maxChunkBytes: 5_000 });
  return file;
}
