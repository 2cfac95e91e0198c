import { connect as connectTcp, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory } from "kafkajs";

const keepAliveDelayMs = 60_000;
const readBytes = 65_536;

/** Makes a socket as kafkajs does by default, but sends at once instead of collecting small writes. */
export const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const tls = typeof ssl === "object" ? ssl : {};
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...servername, ...tls }, onConnect)
    : readingSocket({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveDelayMs).setNoDelay(true);
};

/**
 * A socket that always reads into the same memory; whole responses are copied out of it. By default Node allocates 64 KiB for
 * each chunk, which the garbage collector then has to free.
 */
function readingSocket(address: { readonly host: string; readonly port: number }, onConnect: () => void): Socket {
  const memory = Buffer.allocUnsafeSlow(readBytes);
  const callback = (length: number): boolean => {
    socket.emit("data", memory.subarray(0, length));
    return true;
  };
  const socket: Socket = connectTcp({ ...address, onread: { buffer: memory, callback } }, onConnect);
  return socket;
}
