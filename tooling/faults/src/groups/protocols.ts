import type { ConsumerOptions } from "@dataqueues/core";

import type { KafkaUnderTest } from "../kafka-under-test.ts";

/** A way in which a group shares partitions, by its name in the report. */
export interface Protocol extends Pick<ConsumerOptions<Uint8Array>, "groupProtocol" | "assignor"> {
  readonly name: "consumer" | "cooperative-sticky" | "range";
}

const classic: readonly Protocol[] = [
  { name: "cooperative-sticky", groupProtocol: "classic", assignor: "cooperative-sticky" },
  { name: "range", groupProtocol: "classic", assignor: "range" },
];

/** All that a Kafka offers. Before 4.0 the consumer protocol is not in use, and so with any limited API versions. */
export function protocolsOf({ version = "4.4.0", apiVersions }: KafkaUnderTest): readonly Protocol[] {
  const offersConsumer = apiVersions === undefined && Number(version.split(".")[0]) >= 4;
  return offersConsumer ? [{ name: "consumer", groupProtocol: "consumer" }, ...classic] : classic;
}
