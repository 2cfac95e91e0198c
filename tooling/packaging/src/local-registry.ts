import { unpack } from "@publint/pack";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

import type { Manifest } from "./published-packages.ts";

/** What npm sends to publish one version of a package. */
interface Publication {
  readonly name: string;
  readonly versions: Readonly<Record<string, Manifest>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

/** A version that was published. */
export interface Published {
  readonly manifest: Manifest;
  /** The paths of the files in its tarball. */
  readonly files: readonly string[];
}

/** A registry in this process, for the packages of a rehearsal only. */
export interface LocalRegistry {
  readonly url: string;
  /** What was published since the last call, in the order of names. */
  taken(): Published[];
  close(): void;
}

/**
 * Starts a registry at a free port. It knows the two requests of a publication: which versions there are, and a new one
 * (https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md).
 */
export async function localRegistry(): Promise<LocalRegistry> {
  const packages = new Map<string, Publication>();
  const published: Published[] = [];

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const name = decodeURIComponent((request.url ?? "/").slice(1));
    const known = packages.get(name);
    const publish = async (): Promise<void> => {
      const publication = (await json(request)) as Publication;
      const [manifest] = Object.values(publication.versions);
      const [tarball] = Object.values(publication._attachments);
      if (manifest === undefined || tarball === undefined)
        throw new Error(`${name} comes without a version or tarball`);
      published.push({ manifest, files: await filesOf(tarball.data) });
      packages.set(name, { ...publication, versions: { ...known?.versions, ...publication.versions } });
      answer(201, { ok: true });
    };
    if (request.method === "GET") answer(known === undefined ? 404 : 200, known ?? { error: "Not found" });
    else if (request.method === "PUT") publish().catch((error: unknown) => answer(400, { error: String(error) }));
    else answer(405, { error: `${request.method ?? ""} is not known here` });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");

  return {
    url: `http://127.0.0.1:${address.port}/`,
    taken: () => published.splice(0).toSorted((a, b) => a.manifest.name.localeCompare(b.manifest.name)),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function filesOf(base64: string): Promise<string[]> {
  const { files, rootDir } = await unpack(new Uint8Array(Buffer.from(base64, "base64")));
  return files.map(({ name }) => name.slice(rootDir.length + 1)).toSorted();
}
