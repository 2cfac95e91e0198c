/** The topics of a subarray's metrics, by what they carry. */
export interface MetricTopics {
  readonly spectrum: string;
  readonly amplitude: string;
  readonly phase: string;
  readonly coverage: string;
  readonly receiver: string;
  readonly processing: string;
  readonly pointing: string;
}

/**
 * The names of topics as the telescope's processors have them.
 *
 * @param subarray - the end of names: "01"
 */
export function metricTopics(subarray: string): MetricTopics {
  return {
    spectrum: `metrics-spectrum-${subarray}`,
    amplitude: `metrics-amplitude-${subarray}`,
    phase: `metrics-phase-${subarray}`,
    coverage: `metrics-uvcoverage-${subarray}`,
    receiver: `metrics-receiverstats-${subarray}`,
    processing: `metrics-stats-${subarray}`,
    pointing: "pointing_offset",
  };
}
