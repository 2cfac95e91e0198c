import { memory } from "dataqueues";
import { describe } from "vitest";

import { autoTopicCreation } from "./auto-topic-creation.ts";
import { callerInput } from "./caller-input.ts";
import { flows } from "./flows.ts";
import { groupAdministration } from "./group-administration.ts";
import { pitfalls } from "./pitfalls.ts";

describe.each([
  ["the flows of the Python library's page", flows],
  ["topics that were not created before", autoTopicCreation],
  ["arguments of callers", callerInput],
  ["administration of groups", groupAdministration],
  ["pitfalls", pitfalls],
] as const)("%s, on the log in memory", (_, tests) => {
  const log = memory({ nodes: 2 });
  tests(() => log);
});
