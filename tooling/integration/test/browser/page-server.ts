import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { build } from "esbuild";

/** Serves pages, each with a Worker of its own. */
export interface PageServer extends AsyncDisposable {
  /** The page whose Worker runs `workers/NAME.ts`. What the Worker posts is gathered in the page's `posted`. */
  page(worker: string): string;
}

/** Serves the Workers of this folder, bundled from source for browsers: an import of `node:` is an error. */
export async function servePages(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const body = path.endsWith(".js") ? workerCode(path.slice(1, -3)) : Promise.resolve(pageOf(path.slice(1)));
    body.then(
      (text) => {
        response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "text/html");
        response.end(text);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    page: (worker) => `http://127.0.0.1:${port}/${worker}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function pageOf(worker: string): string {
  return `<!doctype html>
<title>${worker}</title>
<script type="module">
  window.posted = [];
  const worker = new Worker("/${worker}.js", { type: "module" });
  worker.addEventListener("message", ({ data }) => window.posted.push(data));
</script>`;
}

async function workerCode(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "workers", `${name}.ts`)],
    conditions: ["@dataqueues/source"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  return outputFiles.map((file) => file.text).join("");
}
