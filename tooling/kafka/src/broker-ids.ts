import { connect } from "node:net";

/** Kafka's Metadata request, 14 bytes: API 3, version 1, correlation id 1, no client id, no topics. */
const metadataRequest = Buffer.from("0000000e 0003 0001 00000001 ffff 00000000".replaceAll(" ", ""), "hex");

/**
 * The ids of the brokers that the broker on this port knows to be up; none while it does not respond. The listener must
 * be without TLS and SASL.
 */
export function brokerIds(port: number): Promise<number[]> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let response = Buffer.alloc(0);
    const settle = (ids: number[]): void => {
      socket.destroy();
      resolve(ids);
    };
    socket.setTimeout(1_000, () => settle([]));
    socket.once("error", () => settle([]));
    socket.once("close", () => settle([]));
    socket.once("connect", () => socket.write(metadataRequest));
    socket.on("data", (chunk) => {
      response = Buffer.concat([response, chunk]);
      if (response.length >= 4 && response.length >= 4 + response.readInt32BE(0)) settle(readIds(response));
    });
  });
}

/** Reads the brokers of a Metadata response: after length and correlation id, an array of node id, host, port and rack. */
function readIds(response: Buffer): number[] {
  const ids: number[] = [];
  let offset = 12;
  for (let left = response.readInt32BE(8); left > 0; left -= 1) {
    ids.push(response.readInt32BE(offset));
    offset += 4;
    offset += 2 + response.readInt16BE(offset) + 4;
    offset += 2 + Math.max(0, response.readInt16BE(offset));
  }
  return ids;
}
