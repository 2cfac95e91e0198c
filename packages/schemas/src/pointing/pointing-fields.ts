import type { FieldDescr } from "@dataqueues/arrays";

/**
 * The fields of the pointing offsets that the pointing-offset pipeline sends, in their order, as numpy's descr. There
 * is one row of 136 bytes for each antenna, little-endian. `last_scan_index` is a float in the pipeline, too. The units
 * are those in which the pipeline fits; the dtype does not contain them.
 *
 * Source: the data queue pages of ska-sdp-wflow-pointing-offset.
 */
export const pointingDtype = [
  ["antenna_name", "<U8"],
  ["last_scan_index", "<f8"],
  ["xel_offset", "<f8"],
  ["xel_offset_std", "<f8"],
  ["el_offset", "<f8"],
  ["el_offset_std", "<f8"],
  ["expected_width_h", "<f8"],
  ["expected_width_v", "<f8"],
  ["fitted_width_h", "<f8"],
  ["fitted_width_h_std", "<f8"],
  ["fitted_width_v", "<f8"],
  ["fitted_width_v_std", "<f8"],
  ["fitted_height", "<f8"],
  ["fitted_height_std", "<f8"],
] as const satisfies readonly FieldDescr[];

/** The name of a field. */
export type PointingField = (typeof pointingDtype)[number][0];
