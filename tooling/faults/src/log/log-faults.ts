import type { Fault } from "../fault.ts";
import { partitionsGrown } from "./partitions-grown.ts";
import { readerOvertaken } from "./reader-overtaken.ts";
import { topicRecreated } from "./topic-recreated.ts";

/** What can become of topics and their logs. */
export const logFaults: readonly Fault[] = [topicRecreated, partitionsGrown, readerOvertaken];
