import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A TCP proxy in front of a broker. It can swallow what passes, as a half-open connection does, or cut connections. */
export interface SilentProxy {
  readonly address: string;
  /** Connections that were made so far. */
  readonly connections: number;
  /** Sets the port to which new connections are forwarded. */
  forward(port: number): void;
  /** Lets nothing through the open connections any more; new ones work. */
  silence(): void;
  /** Resets the connections that are open. */
  cut(): void;
  /** Closes the open connections, as a broker does that shuts down. */
  hangUp(): void;
  close(): void;
}

export async function silentProxy(): Promise<SilentProxy> {
  let target = 0;
  const pairs = new Set<readonly [Socket, Socket]>();
  let connections = 0;
  const server = createServer((near) => {
    connections++;
    const far = connect(target, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => {
        for (const end of pair) end.destroy();
        pairs.delete(pair);
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    forward: (port) => {
      target = port;
    },
    silence: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    cut: () => {
      for (const [near] of pairs) near.resetAndDestroy();
    },
    hangUp: () => {
      for (const [near] of pairs) near.destroy();
    },
    close: () => {
      server.close();
      for (const [near] of pairs) near.destroy();
    },
  };
}
