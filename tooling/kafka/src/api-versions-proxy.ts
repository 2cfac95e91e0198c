import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

import type { ApiVersionTable } from "./api-version-tables.ts";
import { Frames } from "./frames.ts";
import { freePorts } from "./free-ports.ts";
import { loweredAnswer } from "./limit-api-versions.ts";

/** Kafka's number for ApiVersions. */
const apiVersionsKey = 18;

/**
 * A TCP proxy before a node that offers clients no more versions than a table does, and hangs up on who asks in another one,
 * as Kafka does.
 */
export interface LoweringProxy {
  readonly port: number;
  close(): void;
}

/** Starts a proxy to a port of 127.0.0.1, on another one. */
export async function lowerVersions(target: number, table: ApiVersionTable): Promise<LoweringProxy> {
  const [port = 0] = await freePorts(1);
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
    for (const socket of [near, far]) {
      open.add(socket);
      // Its end is what counts; there is nobody to tell why.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroySoon();
        far.destroySoon();
      });
    }
    join(near, far, table);
  });
  // The proxy keeps no process alive.
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

function join(near: Socket, far: Socket, table: ApiVersionTable): void {
  /** The versions of the requests for ApiVersions that are not answered yet, by their correlation ids. */
  const asked = new Map<number, number>();
  pass(near, far, (request) => {
    const key = request.readInt16BE(4);
    const version = request.readInt16BE(6);
    if (key === apiVersionsKey) asked.set(request.readInt32BE(8), version);
    else if (version > (table[key] ?? -1)) return undefined;
    return request;
  });
  pass(far, near, (answer) => {
    const correlation = answer.readInt32BE(4);
    const version = asked.get(correlation);
    asked.delete(correlation);
    return version === undefined ? answer : loweredAnswer(answer, version, table);
  });
}

/** Hands frames on, no faster than they are taken, and ends the connection at one that is not to go on. */
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
