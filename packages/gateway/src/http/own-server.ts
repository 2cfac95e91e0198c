import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { Socket } from "node:net";

/** An HTTP server for WebSockets and two short pages. Whoever takes long to say what it wants does not keep others out. */
export function ownServer(handle: RequestListener, connectionsBeforeUpgrade: number): Server {
  const server = createServer(
    {
      // The defaults of Node, 60 and 300 seconds and a look every 30, are for servers that take uploads.
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
    handle,
  );
  // In the order in which they came.
  const waiting = new Set<Socket>();
  server.on("connection", (socket) => {
    const [oldest] = waiting;
    if (oldest !== undefined && waiting.size >= connectionsBeforeUpgrade) {
      waiting.delete(oldest);
      oldest.destroy();
    }
    waiting.add(socket);
    socket.once("close", () => waiting.delete(socket));
  });
  server.on("upgrade", ({ socket }) => waiting.delete(socket));
  return server;
}
