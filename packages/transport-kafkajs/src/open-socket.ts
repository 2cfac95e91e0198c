import { isIP, connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory } from "kafkajs";

const keepAliveDelayMs = 60_000;

/** Makes a socket as kafkajs does by itself, but sends at once instead of filling packets. */
export const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const tls = typeof ssl === "object" ? ssl : {};
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...servername, ...tls }, onConnect)
    : connectTcp({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveDelayMs).setNoDelay(true);
};
