import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * The IP address that a request comes from. Each of the `trustedProxies` in front of the gateway has added the address of whom
 * it was asked by to `X-Forwarded-For`, so the client's is that many places from the end; what stands before it anyone can
 * have written.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const own = plain(request.socket.remoteAddress ?? "unknown");
  if (trustedProxies === 0) return own;
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const address = plain(forwarded.at(-trustedProxies)?.trim() ?? "");
  return isIP(address) === 0 ? own : address;
}

/** IPv4 as itself, also where the server listens on IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/**
 * What viewers are counted by. One subscriber has all addresses of IPv6 that begin with the same 64 bits, so those count as
 * one.
 */
export function addressGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  // Two colons stand for as many zeros as are missing.
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  const all = [...groups, ...Array<string>(missing).fill("0"), ...(tail ?? "").split(":")];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
