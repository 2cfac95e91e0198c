import type { NewConfigs, TopicConfigs } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `config-cases.ts` a transport that breaks it alone. */
export const brokenConfigs: Readonly<Record<string, Break>> = {
  "describeConfigs tells the settings that a topic was created with, where the log has it": changed((connection) => ({
    async describeConfigs(topics) {
      const results = (await connection.describeConfigs?.(topics)) ?? [];
      return results.map((one): TopicConfigs => {
        if (one.error !== undefined) return one;
        const entries = Object.entries(one.configs).map(([name, entry]) => [name, { ...entry, isDefault: false }]);
        return { ...one, configs: Object.fromEntries(entries) };
      });
    },
  })),

  "alterConfigs changes the settings that it names and no others, where the log has it": changed((connection) => ({
    // As Kafka's old AlterConfigs does.
    async alterConfigs(specs, options) {
      const described = (await connection.describeConfigs?.(specs.map(({ topic }) => topic))) ?? [];
      const all = specs.map(({ topic, configs }, index) => {
        const own = Object.entries(described[index]?.configs ?? {}).filter(([, { isDefault }]) => !isDefault);
        return { topic, configs: { ...Object.fromEntries(own.map(([name]) => [name, null])), ...configs } };
      });
      return (await connection.alterConfigs?.(all, options)) ?? [];
    },
  })),

  "alterConfigs to null sets the default back, where the log has it": changed((connection) => ({
    alterConfigs: async (specs, options) => (await connection.alterConfigs?.(withSome(specs, isText), options)) ?? [],
  })),

  "alterConfigs with validateOnly changes nothing, where the log has it": changed((connection) => ({
    alterConfigs: async (specs) => (await connection.alterConfigs?.(specs)) ?? [],
  })),

  "describeConfigs and alterConfigs have a result for each; an unknown topic is its own error": changed(
    (connection) => ({
      async describeConfigs(topics) {
        const results = (await connection.describeConfigs?.(topics)) ?? [];
        for (const { error } of results) if (error !== undefined) throw error;
        return results;
      },
    }),
  ),

  "a setting that nobody knows is INVALID_CONFIG and changes nothing, where the log has settings": changed(
    (connection) => ({
      alterConfigs: async (specs, options) =>
        (await connection.alterConfigs?.(withSome(specs, isKnown), options)) ?? [],
    }),
  ),
};

const isText = (_name: string, value: string | null): boolean => value !== null;
const isKnown = (name: string): boolean => name !== "no.such.setting";

/** Changes without those that are left out. */
function withSome(specs: readonly NewConfigs[], isKept: (name: string, value: string | null) => boolean): NewConfigs[] {
  return specs.map(({ topic, configs }) => ({
    topic,
    configs: Object.fromEntries(Object.entries(configs).filter(([name, value]) => isKept(name, value))),
  }));
}
