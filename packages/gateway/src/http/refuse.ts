import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** How long a client may take to read why it is refused, in milliseconds. */
const lingerMs = 500;

/** Answers a request for a WebSocket with a status and ends its connection. */
export function refuse(socket: Duplex, status: number): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  // Whoever is refused may as well leave first.
  socket.on("error", () => socket.destroy());
  socket.on("close", () => clearTimeout(timer));
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
