import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

import type { ApiVersionTable } from "./api-version-tables.ts";
import { Frames } from "./frames.ts";
import { freePorts } from "./free-ports.ts";
import { limitApiVersions } from "./limit-api-versions.ts";

/** Kafka's API key of ApiVersions. */
const apiVersionsKey = 18;

/**
 * A TCP proxy in front of a node. It offers clients only the API versions of a table, and closes the connection of a
 * client that uses another version, as Kafka does.
 */
export interface ApiVersionsProxy {
  readonly port: number;
  close(): void;
}

/** Starts a proxy on a free port of 127.0.0.1, in front of the port `target`. */
export async function startApiVersionsProxy(target: number, table: ApiVersionTable): Promise<ApiVersionsProxy> {
  const [port = 0] = await freePorts(1);
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
    for (const socket of [near, far]) {
      open.add(socket);
      // "close" follows every error.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroySoon();
        far.destroySoon();
      });
    }
    connectPair(near, far, table);
  });
  // The proxy does not keep the process alive.
  server.unref();
  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function connectPair(near: Socket, far: Socket, table: ApiVersionTable): void {
  /** Versions of the ApiVersions requests that have no response yet, by correlation id. */
  const versions = new Map<number, number>();
  pass(near, far, (request) => {
    const key = request.readInt16BE(4);
    const version = request.readInt16BE(6);
    if (key === apiVersionsKey) versions.set(request.readInt32BE(8), version);
    else if (version > (table[key] ?? -1)) return undefined;
    return request;
  });
  pass(far, near, (response) => {
    const correlation = response.readInt32BE(4);
    const version = versions.get(correlation);
    versions.delete(correlation);
    return version === undefined ? response : limitApiVersions(response, version, table);
  });
}

/** Passes frames on, no faster than they are taken. Ends the connection when `change` refuses a frame. */
function pass(from: Socket, to: Socket, change: (frame: Buffer) => Buffer | undefined): void {
  const frames = new Frames();
  from.on("data", (chunk: Buffer) => {
    for (const frame of frames.accept(chunk)) {
      const changed = change(frame);
      if (changed === undefined) {
        from.destroy();
        break;
      }
      if (!to.write(changed)) from.pause();
    }
  });
  from.on("end", () => to.end());
  to.on("drain", () => from.resume());
}
