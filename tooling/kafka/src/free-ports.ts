import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Free ports of 127.0.0.1. They lie below the range from which systems take the ports of outgoing connections. Otherwise a
 * client that keeps connecting to the port of a dead node could get that very port, connect to itself, and keep the node
 * from starting again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** Whether a port of 127.0.0.1 is free. */
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
