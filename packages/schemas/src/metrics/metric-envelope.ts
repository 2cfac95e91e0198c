import { z } from "zod";

import { isRecord } from "../recognise.ts";
import { timestamp } from "./fields.ts";
import { lengthOf } from "./numbers.ts";
import { spectralWindow } from "./spectral-window.ts";

/**
 * The zod schema of a signal display metric: the envelope that all with a `data_type` share, around a list of entries.
 *
 * @param dataTypes - what `data_type` may say
 * @param entry - what each item of `data` looks like
 * @param perChannel - fields of an entry that have one number for each channel: `spectral_window.count` of them
 */
export function metricEnvelope<const DataType extends string, Entry extends z.ZodType>(
  dataTypes: readonly DataType[],
  entry: Entry,
  perChannel: readonly string[] = [],
) {
  return z
    .strictObject({
      data_type: z.enum(dataTypes),
      processing_block_id: z.string(),
      timestamp,
      spectral_window: spectralWindow,
      data: z.array(entry),
    })
    .check(channelCounts(perChannel));
}

/** Also looks at payloads that have other issues, so that all are reported together. */
function channelCounts(perChannel: readonly string[]): z.core.$ZodCheck<unknown> {
  return {
    _zod: {
      def: { check: "custom", when: ({ value }) => isRecord(value) && isRecord(value["spectral_window"]) },
      onattach: [],
      check({ value, issues }) {
        const { spectral_window, data } = value as { spectral_window: { count?: unknown }; data?: unknown };
        const { count } = spectral_window;
        if (typeof count !== "number" || !Array.isArray(data)) return;
        for (const [index, entry] of data.entries()) {
          for (const field of isRecord(entry) ? perChannel : []) {
            const length = lengthOf(entry[field]);
            if (length === -1 || length === count) continue;
            const message = `${length} numbers for ${count} channels`;
            const params = { code: "wrong_length", expected: count };
            issues.push({ code: "custom", message, path: ["data", index, field], params, input: value });
          }
        }
      },
    },
  };
}
