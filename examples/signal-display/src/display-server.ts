import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, networkInterfaces } from "node:os";

import { serveGateway } from "@dataqueues/gateway";
import type { AuthorizeRequest } from "@dataqueues/gateway";
import type { Transport } from "dataqueues";

import type { DisplayFile } from "./display-files.ts";
import { isLoopback } from "./display-options.ts";
import { metricTopics } from "./topics.ts";

/** What is served, and to whom. */
export interface DisplayServerOptions {
  readonly transport: Transport;
  /** The page's files by their paths; see `displayFiles`. */
  readonly files: ReadonlyMap<string, DisplayFile>;
  readonly subarray: string;
  readonly port: number;
  readonly host: string;
  /** What viewers have to know; undefined only for a loopback address. */
  readonly token: string | undefined;
}

/** A page with its gateway. */
export interface DisplayServer {
  /** The page's address. */
  readonly url: string;
  /** Tells pages to connect again elsewhere, and ends. */
  close(): Promise<void>;
}

/** Where the gateway is on the page's server. */
const gatewayPath = "/queues";

/**
 * Serves the page and, on the same server, the gateway that its Worker reads from: the topics of one subarray, to read.
 *
 * @throws Error with the code of the operating system, such as `EADDRINUSE`, when the server cannot listen
 */
export async function serveDisplayPage(served: DisplayServerOptions): Promise<DisplayServer> {
  const { transport, files, subarray, host, token } = served;
  const server = createServer();
  server.listen(served.port, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const options = {
    transport,
    server,
    path: gatewayPath,
    topics: Object.values({ ...metricTopics(subarray) }),
    ...(token === undefined ? {} : { authorize: (request: AuthorizeRequest) => isSame(request.token, token) }),
    ...(isLoopback(host) ? {} : { origins: originsOf(port) }),
  };
  const gateway = await serveGateway(options).catch((error: unknown) => {
    server.close();
    throw error;
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const file = files.get(request.url?.split("?", 1)[0] ?? "");
    if (file !== undefined) sendFile(request, response, file);
    else if (!gateway.handle(request, response)) response.writeHead(404, securityHeaders).end("there is nothing here");
  });
  const name = host === "0.0.0.0" || host === "::" ? hostname() : host;
  const page = new URL(`http://${name.includes(":") ? `[${name}]` : name}:${port}/`);
  if (subarray !== "01") page.searchParams.set("subarray", subarray);
  // Browsers send nothing of it to servers.
  if (token !== undefined) page.hash = new URLSearchParams({ token }).toString();
  return { url: page.href, close: () => close(server, gateway) };
}

async function close(server: Server, gateway: { close(options: { timeoutMs: number }): Promise<void> }): Promise<void> {
  await gateway.close({ timeoutMs: 500 });
  server.close();
  server.closeAllConnections();
}

/** The page needs no other origin than its own; browsers are told so, whatever a topic makes it show. */
const securityHeaders = {
  "cache-control": "no-cache",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

function sendFile({ method }: IncomingMessage, response: ServerResponse, { type, body }: DisplayFile): void {
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const length = { "content-length": String(body.length) };
  response
    .writeHead(200, { ...securityHeaders, "content-type": type, ...length })
    .end(method === "GET" ? body : undefined);
}

/** Compares digests, so that the time tells nothing of the token. */
function isSame(given: string | undefined, token: string): boolean {
  const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** The origins that the page has when other machines open it by this one's name or addresses. */
function originsOf(port: number): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((network) => network ?? []);
  const names = addresses.map(({ address, family }) => (family === "IPv6" ? `[${address}]` : address));
  return ["localhost", hostname(), ...names].map((name) => `http://${name}:${port}`);
}
