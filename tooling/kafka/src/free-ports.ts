import { once } from "node:events";
import { createServer } from "node:net";
import type { Server } from "node:net";

/**
 * Ports of 127.0.0.1 where nobody listens, in any order. They lie below the range from which systems take the ports of
 * outgoing connections: a client that keeps trying a dead node's port could otherwise be given that very port, be
 * connected to itself, and keep the node from starting again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    try {
      await once(server.listen(port, "127.0.0.1"), "listening");
    } catch {
      continue;
    }
    servers.push(server);
    ports.push(port);
  }
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
