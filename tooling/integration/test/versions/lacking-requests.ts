/** The promises of `transportCases` that a broker cannot keep, by the request that it lacks. */
const casesOf = {
  CreatePartitions: [
    "createPartitions grows topics; an unknown topic is that topic's error",
    "createPartitions to no more than there are is an error",
  ],
  InitProducerId: [
    "every producer id is given once",
    "a batch that is sent again is written once",
    "a producer's last five batches are remembered",
    "a batch out of sequence is refused",
    "a refused batch takes no sequence numbers",
    "sequence numbers begin again at 0 after 2^31 - 1",
    "sequence numbers are counted for each partition",
    "a newer epoch of a producer begins at sequence 0",
    "an older epoch of a producer is refused",
  ],
} as const;

type Request = keyof typeof casesOf;

const lacking: Readonly<Record<string, readonly Request[]>> = {
  // Early KRaft: its ApiVersions answer has neither.
  "2.8.1": ["CreatePartitions", "InitProducerId"],
  redpanda: ["CreatePartitions"],
  "redpanda-without-producer-ids": ["CreatePartitions", "InitProducerId"],
};

/** The requests that a broker lacks, by the broker's name. */
export function lackingOf(broker: string): readonly Request[] {
  return lacking[broker] ?? [];
}

/** The request for want of which a broker cannot keep a promise; undefined where it must. */
export function lackingFor(broker: string, promise: string): Request | undefined {
  return lackingOf(broker).find((request) => casesOf[request].some((name) => name === promise));
}

const epochInListOffsets = "listOffsets with a newer leader epoch is UNKNOWN_LEADER_EPOCH, where metadata tells epochs";

/** Promises that a broker cannot keep because its versions of a request lack a field: ListOffsets has epochs from 4 on. */
const lackingFields: Readonly<Record<string, readonly string[]>> = {
  redpanda: [epochInListOffsets],
  "redpanda-without-producer-ids": [epochInListOffsets],
};

/** Whether a broker cannot keep a promise for want of a field. */
export function lacksFieldFor(broker: string, promise: string): boolean {
  return lackingFields[broker]?.includes(promise) ?? false;
}
