import type { ConfigEntry } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import type { Trial } from "./trial.ts";

/** Settings that every log with settings has, as they have Kafka's names. */
const [one, two] = ["retention.ms", "segment.ms"] as const;

/** Settings of topics. A log without the requests for them has nothing to show. */
export function configCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  if (!capabilities.admin) return [];
  return [
    define("describeConfigs tells the settings that a topic was created with, where the log has it", async (trial) => {
      const topic = await trial.topic(1, { [one]: "3600000" });
      const configs = await configsOf(trial, topic, (each) => each[one]?.value === "3600000");
      if (configs === undefined) return;
      check(configs[one]?.source === "DYNAMIC_TOPIC_CONFIG", `the source of ${one} is ${configs[one]?.source}`);
      check(
        configs[two] !== undefined,
        `the settings that the topic does not have itself, such as ${two}, are left out`,
      );
      const wrong = Object.entries(configs).find(
        ([, entry]) => entry.isDefault !== (entry.source === "DEFAULT_CONFIG"),
      );
      check(
        wrong === undefined,
        `isDefault of ${wrong?.[0]} is ${wrong?.[1].isDefault}, its source ${wrong?.[1].source}`,
      );
    }),
    define("alterConfigs changes the settings that it names and no others, where the log has it", async (trial) => {
      const topic = await trial.topic(1, { [one]: "3600000", [two]: "3600000" });
      if (!(await alter(trial, topic, { [two]: "7200000" }))) return;
      const configs = await configsOf(trial, topic, (each) => each[two]?.value === "7200000");
      check(configs?.[one]?.value === "3600000", `${one}, which was not named, is ${configs?.[one]?.value} now`);
    }),
    define("alterConfigs to null sets the default back, where the log has it", async (trial) => {
      const topic = await trial.topic(1, { [one]: "3600000" });
      if (!(await alter(trial, topic, { [one]: null }))) return;
      await configsOf(trial, topic, (each) => each[one] !== undefined && each[one].source !== "DYNAMIC_TOPIC_CONFIG");
    }),
    define("alterConfigs with validateOnly changes nothing, where the log has it", async (trial) => {
      const topic = await trial.topic(1, { [one]: "3600000" });
      if (!(await alter(trial, topic, { [one]: "1800000" }, true))) return;
      // What is changed later is seen later.
      await alter(trial, topic, { [two]: "7200000" });
      const configs = await configsOf(trial, topic, (each) => each[two]?.value === "7200000");
      check(configs?.[one]?.value !== "1800000", `${one} was changed all the same`);
    }),
    define(
      "describeConfigs and alterConfigs have a result for each; an unknown topic is its own error",
      async (trial) => {
        const [topic, missing] = [await trial.topic(), trial.freshName()];
        const admin = await trial.admin();
        const described = await admin.describeConfigs?.([missing, topic]);
        const configs = { [one]: "3600000" };
        const altered = await admin.alterConfigs?.([
          { topic: missing, configs },
          { topic, configs },
        ]);
        for (const [what, results] of Object.entries({ describeConfigs: described, alterConfigs: altered })) {
          if (results === undefined) continue;
          const told = results.map((result) => result.topic).join();
          check(told === [missing, topic].join(), `the results of ${what} are in another order`);
          checkError(`${what} of an unknown topic`, results[0]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
          check(results[1]?.error === undefined, `${topic}: ${String(results[1]?.error)}`, results[1]?.error);
        }
      },
    ),
    define(
      "a setting that nobody knows is INVALID_CONFIG and changes nothing, where the log has settings",
      async (trial) => {
        const topic = await trial.topic(1, { [one]: "3600000" });
        const admin = await trial.admin();
        const bad = { [one]: "1800000", "no.such.setting": "1" };
        const results = await admin.alterConfigs?.([{ topic, configs: bad }]);
        if (results === undefined) return;
        checkError("alterConfigs", results[0]?.error, "INVALID_CONFIG");
        await alter(trial, topic, { [two]: "7200000" });
        const configs = await configsOf(trial, topic, (each) => each[two]?.value === "7200000");
        check(configs?.[one]?.value !== "1800000", `${one} was changed all the same`);
      },
    ),
  ];
}

type Configs = Readonly<Record<string, ConfigEntry>>;

/** A topic's settings once they are as awaited, which may take a moment; undefined where the log cannot tell them. */
async function configsOf(
  trial: Trial,
  topic: string,
  isAwaited: (configs: Configs) => boolean,
): Promise<Configs | undefined> {
  const admin = await trial.admin();
  for (;;) {
    const results = await admin.describeConfigs?.([topic]);
    if (results === undefined) return undefined;
    const [found] = results;
    if (found?.configs !== undefined && isAwaited(found.configs)) return found.configs;
    check(found?.error?.retriable !== false, `describeConfigs returned ${String(found?.error)}`, found?.error);
    await trial.pause(`other settings of ${topic} than ${JSON.stringify(found?.configs?.[one])}`);
  }
}

/** Changes settings of a topic that exists; false where the log cannot. */
async function alter(
  trial: Trial,
  topic: string,
  configs: Readonly<Record<string, string | null>>,
  validateOnly = false,
): Promise<boolean> {
  const admin = await trial.admin();
  const results = await admin.alterConfigs?.([{ topic, configs }], { validateOnly });
  if (results === undefined) return false;
  check(results[0]?.error === undefined, `alterConfigs returned ${String(results[0]?.error)}`, results[0]?.error);
  return true;
}
