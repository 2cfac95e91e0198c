import { readFileSync } from "node:fs";
import { join } from "node:path";

import { RecordArray } from "@dataqueues/arrays";
import type { FieldDescr } from "@dataqueues/arrays";

/** Real payloads of the SKA signal display, with their licence beside them. */
function read<Payload>(file: string): Payload {
  return JSON.parse(readFileSync(join(import.meta.dirname, "..", "payloads", file), "utf8"));
}

/** The signal display's form of a spectrum: a list of powers for each polarisation. */
interface Spectrum {
  readonly data_type: string;
  readonly processing_block_id: string;
  readonly timestamp: string;
  readonly spectral_window: Readonly<Record<string, number>>;
  readonly data: readonly { readonly polarisation: string; readonly power: readonly number[] }[];
}

/** A spectrum with its powers as typed arrays, as receive processes send it. */
export function spectrumMetrics(): object {
  const spectrum = read<Spectrum>("spectrum.json");
  return { ...spectrum, data: spectrum.data.map((entry) => ({ ...entry, power: Float64Array.from(entry.power) })) };
}

const columns: readonly (readonly [field: string, payloadKey: string])[] = [
  ["xel_offset", "crossElevationOffset"],
  ["xel_offset_std", "crossElevationOffsetStandardDeviation"],
  ["el_offset", "elevationOffset"],
  ["el_offset_std", "elevationOffsetStandardDeviation"],
  ["expected_width_h", "crossElevationExpectedWidth"],
  ["expected_width_v", "elevationExpectedWidth"],
  ["fitted_width_h", "crossElevationFittedWidth"],
  ["fitted_width_h_std", "crossElevationFittedWidthStandardDeviation"],
  ["fitted_width_v", "elevationFittedWidth"],
  ["fitted_width_v_std", "elevationFittedWidthStandardDeviation"],
  ["fitted_height", "fittedHeight"],
  ["fitted_height_std", "fittedHeightStandardDeviation"],
];

/** Pointing offsets as the pointing pipeline sends them: one row for each antenna, 136 bytes; NaN where no fit was good. */
export function pointingOffsets(): RecordArray {
  const payload = read<Readonly<Record<string, readonly (number | string)[]>>>("pointingOffsets.json");
  const antennas = payload["antennas"]?.map(String) ?? [];
  const dtype: FieldDescr[] = [
    ["antenna_name", "<U8"],
    ["last_scan_index", "<f8"],
    ...columns.map(([field]) => [field, "<f8"] as const),
  ];
  return RecordArray.fromColumns(dtype, {
    antenna_name: antennas,
    last_scan_index: antennas.map(() => 9),
    ...Object.fromEntries(columns.map(([field, key]) => [field, payload[key]?.map(Number) ?? []])),
  });
}
