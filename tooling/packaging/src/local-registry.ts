import { unpack } from "@publint/pack";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";

import type { Manifest } from "./repository.ts";
import { root } from "./repository.ts";
import { run } from "./run.ts";

/** The request body with which npm publishes a version of a package. */
interface Publication {
  readonly name: string;
  readonly versions: Readonly<Record<string, Manifest>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

/** A published version. */
export interface Published {
  readonly manifest: Manifest;
  /** The paths of the files in its tarball. */
  readonly files: readonly string[];
}

/** A registry in this process for the packages of a rehearsal. It redirects to the machine's own registry for all others. */
export interface LocalRegistry {
  readonly url: string;
  /** What was published since the last call, sorted by name. */
  taken(): Published[];
  close(): void;
}

/**
 * Starts a registry on a free port. It has the three requests that publishing and installing need: publish a version, list
 * the versions of a package, get a tarball (https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md).
 */
export async function localRegistry(): Promise<LocalRegistry> {
  const { stdout } = await run("npm", ["config", "get", "registry"], { cwd: root });
  const upstream = stdout.trim();
  const packages = new Map<string, Publication>();
  const tarballs = new Map<string, Buffer>();
  const published: Published[] = [];

  const publish = async (name: string, request: IncomingMessage): Promise<void> => {
    const publication = (await json(request)) as Publication;
    const [manifest] = Object.values(publication.versions);
    const [tarball] = Object.values(publication._attachments);
    if (manifest === undefined || tarball === undefined)
      throw new Error(`${name} was published without a version or tarball`);
    const bytes = Buffer.from(tarball.data, "base64");
    tarballs.set(new URL(manifest.dist?.tarball ?? "").pathname, bytes);
    published.push({ manifest, files: await filesOf(bytes) });
    packages.set(name, { ...publication, versions: { ...packages.get(name)?.versions, ...publication.versions } });
  };

  const server = createServer((request, response) => {
    const respond = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const { method = "", url = "/" } = request;
    const name = decodeURIComponent(url.slice(1));
    const known = packages.get(name);
    const tarball = tarballs.get(url);
    if (method === "PUT") {
      publish(name, request).then(
        () => respond(201, { ok: true }),
        (error: unknown) => respond(400, { error: String(error) }),
      );
    } else if (method !== "GET") respond(405, { error: `${method} is not supported` });
    else if (tarball !== undefined) response.end(tarball);
    else if (known !== undefined) respond(200, known);
    else if (/^(@dataqueues\/.+|dataqueues)$/.test(name)) respond(404, { error: "Not found" });
    else response.writeHead(302, { location: new URL(url, upstream).href }).end();
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

async function filesOf(tarball: Buffer): Promise<string[]> {
  const { files, rootDir } = await unpack(new Uint8Array(tarball));
  return files.map(({ name }) => name.slice(rootDir.length + 1)).toSorted();
}
