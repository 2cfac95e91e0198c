import { DataQueueError, UnsupportedError } from "@dataqueues/core";

import type { Writable } from "./recording-file.ts";

/** A file that is written; `close` lets go of it. */
export interface OutputFile extends Writable {
  /** What errors call it. */
  readonly name: string;
  close(): Promise<void>;
}

/** Opens a path, or takes what the caller gave, which stays open. */
export async function openOutput(file: string | Writable, overwrite: boolean): Promise<OutputFile> {
  if (typeof file === "string") return createFile(file, overwrite);
  const name = "the recording";
  return {
    name,
    write: (bytes) => file.write(bytes).catch((error: unknown) => Promise.reject(writeError(name, error))),
    position: () => file.position(),
    close: () => Promise.resolve(),
  };
}

async function createFile(path: string, overwrite: boolean): Promise<OutputFile> {
  // Bundlers for browsers see no import of Node's.
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (files === undefined) {
    throw new UnsupportedError("a recording has a path only in Node: give an object with write() and position()");
  }
  const handle = await files.open(path, overwrite ? "w" : "wx").catch((error: unknown) => {
    throw openError(path, error);
  });
  let position = 0n;
  return {
    name: path,
    write: async (bytes) => {
      try {
        // A disk that is nearly full takes less than it is given.
        for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
        position += BigInt(bytes.length);
      } catch (error) {
        throw writeError(path, error);
      }
    },
    position: () => position,
    close: async () => {
      try {
        await handle.close();
      } catch (error) {
        throw writeError(path, error);
      }
    },
  };
}

const openHints: Readonly<Record<string, string>> = {
  EEXIST: "it exists already; choose another name, or overwrite it",
  ENOENT: "its folder does not exist; make it first",
  EACCES: "permission denied; choose a folder that you may write to",
  EISDIR: "it is a folder; name a file in it",
};

function openError(path: string, cause: unknown): DataQueueError {
  const code = codeOf(cause);
  const hint = openHints[code] ?? messageOf(cause);
  return new DataQueueError(`cannot record to ${path}: ${hint}`, { code, cause });
}

function writeError(name: string, cause: unknown): DataQueueError {
  const code = codeOf(cause);
  const reason = code === "ENOSPC" ? "no space is left on the disk" : messageOf(cause);
  const hint = "what was written before can be read and replayed";
  return new DataQueueError(`cannot write to ${name}: ${reason}; ${hint}`, { code, cause });
}

/** Node's name of what went wrong, such as `ENOSPC`. */
function codeOf(error: unknown): string {
  const code: unknown = Reflect.get(Object(error), "code");
  return typeof code === "string" ? code : "WRITE_FAILED";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
