import { readFile } from "node:fs/promises";
import type { Headers } from "@dataqueues/core";

import { parseInteger } from "../arguments/parse-integer.ts";
import { parseTime } from "../arguments/parse-time.ts";
import { UsageError } from "../usage-error.ts";

/** What the records of a command have beside their values, as a user writes it. */
export interface RecordWords {
  readonly key?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly partition?: string | undefined;
  readonly timestamp?: string | undefined;
}

/** What is the same for all records of a command. */
export interface RecordFields {
  readonly key: Uint8Array | undefined;
  readonly headers: Headers;
  readonly partition: number | undefined;
  readonly timestamp: Date | undefined;
}

/**
 * Reads key, headers, partition and timestamp. A key and the value of a header are text, `@file` for the bytes of a file, or
 * `base64:…`.
 *
 * @throws UsageError that names the option
 */
export async function recordFields({ key, header = [], partition, timestamp }: RecordWords): Promise<RecordFields> {
  const headers: [string, Uint8Array][] = [];
  for (const pair of header) {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`--header ${pair}: write it as name=value`);
    const name = pair.slice(0, at);
    headers.push([name, await bytesOf(`--header ${name}`, pair.slice(at + 1))]);
  }
  return {
    key: key === undefined ? undefined : await bytesOf("--key", key),
    headers,
    partition: partition === undefined ? undefined : parseInteger("--partition", partition, 0, 2 ** 31 - 1),
    timestamp: timestamp === undefined ? undefined : parseTime(timestamp),
  };
}

async function bytesOf(option: string, word: string): Promise<Uint8Array> {
  if (word.startsWith("@")) {
    const path = word.slice(1);
    const fail = (cause: unknown): never => {
      const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "it is no file";
      throw new UsageError(`${option} is to be what is in the file ${path}, which cannot be read: ${reason}`, {
        cause,
      });
    };
    return readFile(path).catch(fail);
  }
  if (!word.startsWith("base64:")) return new TextEncoder().encode(word);
  const base64 = word.slice("base64:".length);
  const bytes = Buffer.from(base64, "base64");
  // Node takes anything; what it left out shows when the bytes are written again.
  if (bytes.toString("base64").replace(/=+$/, "") === base64.replace(/=+$/, "")) return bytes;
  throw new UsageError(`${option} ${word}: what follows base64: is no base64`);
}
