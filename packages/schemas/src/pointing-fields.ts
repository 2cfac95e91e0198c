import type { FieldDescr } from "@dataqueues/arrays";

/**
 * The fields of the pointing offsets that the pointing-offset pipeline puts on the queue, one row for each antenna, in
 * their order: numpy's descr, little-endian, 136 bytes a row. `last_scan_index` is a float there, too. Units are what the
 * pipeline fits in; the dtype does not say them.
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
