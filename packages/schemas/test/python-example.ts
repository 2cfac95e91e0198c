import type { PointingFields } from "@dataqueues/schemas";

/** The fields of the Python library's own example: one antenna. */
export const oneAntenna = {
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
} as const satisfies PointingFields;

/** Fields of several antennas: the first has 1 everywhere, the second 2, and so on. */
export function antennas(...names: string[]): PointingFields {
  const numbers = names.map((_name, index) => index + 1);
  return {
    antenna_name: names,
    last_scan_index: numbers,
    xel_offset: numbers,
    xel_offset_std: numbers,
    el_offset: numbers,
    el_offset_std: numbers,
    expected_width_h: numbers,
    expected_width_v: numbers,
    fitted_width_h: numbers,
    fitted_width_h_std: numbers,
    fitted_width_v: numbers,
    fitted_width_v_std: numbers,
    fitted_height: numbers,
    fitted_height_std: numbers,
  };
}
