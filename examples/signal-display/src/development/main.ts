import { createServer } from "node:http";
import { join } from "node:path";
import { existsSync } from "node:fs";

import { displayFiles } from "../display-files.ts";

const here = import.meta.dirname;
const own = join(here, "..", "page");
const page = process.argv[2] ?? (existsSync(join(own, "index.html")) ? own : join(here, "page"));

/** Serves the page with the log and the generator in its Worker. Bundled anew at each load. */
createServer((request, response) => {
  const path = request.url?.split("?", 1)[0] ?? "/";
  const alias = { "@dataqueues/transport-kafkajs": join(here, "no-kafka.ts") };
  displayFiles({ page, worker: join(here, "worker.ts"), alias }).then(
    (files) => {
      const file = files.get(path);
      response
        .writeHead(file === undefined ? 404 : 200, { "content-type": file?.type ?? "text/plain" })
        .end(file?.body);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}).listen(Number(process.env["PORT"] ?? 8099), "127.0.0.1", () => console.log("http://127.0.0.1:8099/"));
