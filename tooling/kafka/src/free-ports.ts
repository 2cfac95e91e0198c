import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Ports of 127.0.0.1 where nobody listens, in any order. They lie below the range from which systems take the ports of
 * outgoing connections: a client that keeps trying a dead node's port could otherwise be given that very port, be
 * connected to itself, and keep the node from starting again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** Whether nobody listens on a port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    return false;
  }
  await once(server.close(), "close");
  return true;
}
