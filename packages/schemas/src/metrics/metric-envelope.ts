import * as z from "zod";
import { $ZodCheck } from "zod/v4/core";

import { isRecord } from "../recognise.ts";
import { spectralWindow, timestamp } from "./fields.ts";
import { lengthOf } from "./numbers.ts";

/**
 * The zod schema of a signal display metric: the envelope of all metrics with a `data_type`, around a list of entries.
 *
 * @param dataTypes - the allowed values of `data_type`
 * @param entry - the schema of each item of `data`
 * @param perChannel - fields of an entry with one number for each channel, `spectral_window.count` in all
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
    .check(checkChannels(perChannel));
}

/** Compares lengths with the number of channels, even if there are other issues, so that all are reported together. */
function checkChannels(perChannel: readonly string[]): $ZodCheck<unknown> {
  const check = new $ZodCheck({ check: "custom", when: ({ value }) => isRecord(value) });
  check._zod.check = ({ value, issues }) => {
    const { spectral_window, data } = value as { readonly spectral_window?: unknown; readonly data?: unknown };
    if (!isRecord(spectral_window) || !Array.isArray(data)) return;
    const { count } = spectral_window;
    if (typeof count !== "number") return;
    data.forEach((entry: unknown, index) => {
      if (!isRecord(entry)) return;
      for (const field of perChannel) {
        const length = lengthOf(entry[field]);
        if (length === -1 || length === count) continue;
        const message = `${length} numbers for ${count} channels`;
        const params = { code: "wrong_length", expected: count };
        issues.push({ code: "custom", message, path: ["data", index, field], params, input: value });
      }
    });
  };
  return check;
}
