import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

/** A TCP connection on which the gateway speaks WebSocket already; what is written to it need not be a frame. */
export async function upgradedSocket(url: string): Promise<Socket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  socket.write(
    [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol: dataqueues.v1",
      "\r\n",
    ].join("\r\n"),
  );
  const [answer]: Buffer[] = await once(socket, "data");
  const text = answer?.toString() ?? "";
  if (!text.startsWith("HTTP/1.1 101 ")) throw new Error(`no upgrade: ${text}`);
  return socket;
}

/** Waits until a connection is closed, however that happens. */
export async function ended(socket: Socket): Promise<boolean> {
  socket.resume();
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return socket.destroyed;
}
