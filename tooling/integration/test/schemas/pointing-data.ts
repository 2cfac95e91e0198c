import type { PointingFields } from "@dataqueues/schemas";

/** The fields of the example on the Python library's page. */
export const pointingData: PointingFields = {
  antenna_name: "MKT001",
  last_scan_index: 9.0,
  xel_offset: 3.5,
  xel_offset_std: 0.1,
  el_offset: 2.8,
  el_offset_std: 0.1,
  expected_width_h: 1.1,
  expected_width_v: 1.1,
  fitted_width_h: 1.3,
  fitted_width_h_std: 0.1,
  fitted_width_v: 1.2,
  fitted_width_v_std: 0.1,
  fitted_height: 100.0,
  fitted_height_std: 1.2,
};
