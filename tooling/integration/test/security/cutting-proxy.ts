import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** A TCP proxy that closes a connection after so many bytes from the broker, like a broker that goes down. */
export interface CuttingProxy extends AsyncDisposable {
  readonly address: string;
}

export async function cuttingProxy(port: number, bytes: number): Promise<CuttingProxy> {
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    let left = bytes;
    near.pipe(far);
    far.on("data", (chunk) => {
      near.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left > 0) return;
      near.end();
      far.destroy();
    });
    for (const socket of [near, far]) {
      socket.on("error", () => {});
      socket.on("close", () => [near, far].forEach((end) => end.destroy()));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
