import type { IncomingMessage, ServerResponse } from "node:http";

import type { GatewayHost } from "../gateway-host.ts";

/** `/healthz` for load balancers and `/metrics` for Prometheus. */
export class StatusPages {
  readonly #host: GatewayHost;
  readonly #isDraining: () => boolean;

  constructor(host: GatewayHost, isDraining: () => boolean) {
    this.#host = host;
    this.#isDraining = isDraining;
  }

  /** Answers a request for one of the two; returns false for any other, which it leaves alone. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = pathOf(request);
    if (path === "/healthz") this.#health(response);
    else if (path === "/metrics") this.#metrics(response);
    else return false;
    return true;
  }

  #health(response: ServerResponse): void {
    const problem = this.#isDraining() ? "draining" : this.#host.log.isReachable ? undefined : "unreachable";
    reply(response, problem === undefined ? 200 : 503, problem ?? "ok");
  }

  #metrics(response: ServerResponse): void {
    const { log, metrics } = this.#host;
    reply(response, 200, metrics.print(log.counters, log.isReachable), "text/plain; version=0.0.4; charset=utf-8");
  }
}

/** The path that is asked for, without its query. */
export function pathOf({ url = "" }: IncomingMessage): string | undefined {
  return url.split("?", 1)[0];
}

/** Answers with a short text. */
export function reply(response: ServerResponse, status: number, text: string, type = "text/plain"): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}
