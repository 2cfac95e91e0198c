const withoutCreatePartitions = {
  "createPartitions grows topics; an unknown topic is that topic's error": "there is no CreatePartitions",
  "createPartitions to no more than there are is an error": "there is no CreatePartitions",
  "topics are created with a minimum of partitions, in mixed forms, and again without harm":
    "it grows a topic, and there is no CreatePartitions",
};

const withoutProducerIds = {
  "every producer id is given once": "there is no InitProducerId",
  "a batch that is sent again is written once": "it takes a producer id, and there is no InitProducerId",
  "a batch out of sequence is refused": "it takes a producer id, and there is no InitProducerId",
};

/** What a broker cannot do, by the name of the test and with the reason; all else it must. */
export const impossible: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Early KRaft: its ApiVersions answer has neither.
  "2.8.1": { ...withoutCreatePartitions, ...withoutProducerIds },
  redpanda: withoutCreatePartitions,
  "redpanda-without-producer-ids": { ...withoutCreatePartitions, ...withoutProducerIds },
};
