import type { KafkajsRequest } from "./kafkajs-parts.ts";
import { BytesReader } from "./protocol/bytes-reader.ts";
import { BytesWriter } from "./protocol/bytes-writer.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";

/** A request of ours as kafkajs sends requests, written in `version`. Throws a RangeError for one that cannot be written. */
export function kafkajsRequest<Response>(
  { api, size, write, read, noResponse }: KafkaRequest<Response>,
  version: number,
): KafkajsRequest<Response> {
  const flexible = version >= api.firstFlexible;
  const body = new BytesWriter(size, flexible);
  // kafkajs writes request header 1. Header 2, of flexible versions, adds tagged fields after it, here none.
  body.taggedFields();
  write(body, version);
  const bytes = body.written;
  return {
    request: {
      apiKey: api.key,
      apiVersion: version,
      apiName: api.name,
      encode: () => ({ buf: bytes, buffer: bytes }),
      expectResponse: () => noResponse === undefined,
    },
    response: {
      decode: (received) => {
        const response = new BytesReader(received, flexible);
        // Response header 1, of flexible versions, ends with tagged fields.
        response.taggedFields();
        return { response: read(response, version), toJSON: () => `read by ${api.name}` };
      },
      parse: (decoded) => decoded,
    },
    logResponseError: false,
  };
}
