import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";

import type { Manifest } from "./published-packages.ts";

/** What npm sends to publish one version of a package. */
interface Publication {
  readonly name: string;
  readonly "dist-tags": Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Manifest>>;
}

/** A registry in this process, for the packages of a rehearsal only. */
export interface LocalRegistry {
  readonly url: string;
  /** What was published, in order; takes it away. */
  taken(): Manifest[];
  close(): void;
}

/**
 * Starts a registry at a free port. It knows the two requests of a publication: which versions there are, and a new one
 * (https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md).
 */
export async function localRegistry(): Promise<LocalRegistry> {
  const packages = new Map<string, Publication>();
  const published: Manifest[] = [];

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const name = decodeURIComponent((request.url ?? "/").slice(1));
    const known = packages.get(name);
    if (request.method === "GET") {
      answer(known === undefined ? 404 : 200, known ?? { error: "Not found" });
    } else if (request.method === "PUT") {
      bodyOf(request).then(
        (publication) => {
          published.push(...Object.values(publication.versions));
          packages.set(name, { ...publication, versions: { ...known?.versions, ...publication.versions } });
          answer(201, { ok: true });
        },
        (error: unknown) => answer(400, { error: String(error) }),
      );
    } else answer(405, { error: `${request.method ?? ""} is not known here` });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");

  return {
    url: `http://127.0.0.1:${address.port}/`,
    taken: () => published.splice(0),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Publication> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  return JSON.parse(body);
}
