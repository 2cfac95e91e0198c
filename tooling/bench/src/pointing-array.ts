import type { RecordArray } from "@dataqueues/arrays";
import { PointingNumpyArray } from "@dataqueues/schemas";

/** Pointing offsets of `antennas` antennas, in the form that the pipeline sends. */
export function pointingArray(antennas: number): RecordArray {
  const numbers = Float64Array.from({ length: antennas }, (_, index) => Math.cos(index));
  return new PointingNumpyArray({
    antenna_name: Array.from({ length: antennas }, (_, index) => `SKA${String(index).padStart(3, "0")}`),
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
  }).toNumpy();
}
