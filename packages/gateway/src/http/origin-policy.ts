import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { invalidArgument, isIterable } from "@dataqueues/core";

/** Which clients may open a WebSocket, by the `Origin` that browsers always send and pages cannot change. */
export type OriginPolicy = (request: IncomingMessage) => boolean;

/**
 * - With `origins` exactly those.
 * - With `authorize` and no `origins`: clients that are no pages, and pages of the gateway's own host and port.
 * - With neither: clients that are no pages, and all pages of the loopback host.
 *
 * The last two are for gateways on a loopback address. There a name in `Host` that is none of the loopback host's was made to
 * lead there (DNS rebinding).
 */
export function originPolicy(origins: readonly string[] | undefined, hasAuthorize: boolean): OriginPolicy {
  if (origins !== undefined) {
    const allowed = new Set(origins);
    return ({ headers }) => headers.origin !== undefined && allowed.has(headers.origin);
  }
  return ({ headers }) => {
    if (headers.origin === undefined) return true;
    const origin = webUrl(headers.origin);
    if (origin === undefined || !isLoopback(origin.hostname)) return false;
    return !hasAuthorize || origin.host === webUrl(`${origin.protocol}//${headers.host}`)?.host;
  };
}

/**
 * Whether a request's `Host` may be one of a gateway on a loopback address without `origins`. A name that was made to lead there
 * (DNS rebinding) would let any page read `/metrics`, as its own.
 */
export function isLoopbackHost({ headers }: IncomingMessage): boolean {
  return isLoopback(webUrl(`http://${headers.host}`)?.hostname ?? "");
}

/** Checks `origins`: exact ones, as browsers send them. */
export function checkOrigins(origins: unknown): readonly string[] | undefined {
  if (origins === undefined) return undefined;
  if (!isIterable(origins)) throw invalidArgument("origins", "a list of origins", origins);
  return Array.from(origins, (origin, index): string => {
    if (typeof origin === "string" && webUrl(origin)?.origin === origin) return origin;
    throw invalidArgument(`origins[${index}]`, "an origin, such as https://display.example, without a path", origin);
  });
}

/** Whether a host name or an address is that of the machine itself. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (isIP(name) === 4) return name.startsWith("127.");
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || name.startsWith("::ffff:127.");
}

function webUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}
