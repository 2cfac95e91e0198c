import { ChannelPanel } from "./channel-panel.ts";
import type { FrequencyCursor } from "./frequency-cursor.ts";
import { byId } from "./page-elements.ts";
import { SteadyRange } from "./steady-range.ts";

/** The panels of spectrum, amplitude and phase, which share a frequency axis and a cursor. */
export function channelPanels(cursor: FrequencyCursor): ChannelPanel[] {
  const power = new SteadyRange({ step: 5, below: 0.002, above: 0 });
  const amplitude = new SteadyRange({ step: 5, below: 0.02, above: 0 });
  const spectrum = new ChannelPanel(
    {
      type: "spectrum",
      panel: byId("spectrum", HTMLElement),
      label: "Power (dB)",
      marks: "lines",
      unit: "dB",
      decimals: 1,
      isKey: true,
      rangeOf: (values) => power.follow(values),
    },
    cursor,
  );
  const amplitudes = new ChannelPanel(
    {
      type: "amplitude",
      panel: byId("amplitude", HTMLElement),
      label: "Amplitude (dB)",
      marks: "lines",
      unit: "dB",
      decimals: 1,
      isKey: false,
      rangeOf: (values) => amplitude.follow(values),
    },
    cursor,
  );
  const phases = new ChannelPanel(
    {
      type: "phase",
      panel: byId("phase", HTMLElement),
      label: "Phase (°)",
      marks: "points",
      ticks: (_min, _max, most) => (most < 4 ? [-180, 0, 180] : [-180, -90, 0, 90, 180]),
      unit: "°",
      decimals: 0,
      isKey: false,
      rangeOf: () => ({ min: -180, max: 180 }),
    },
    cursor,
  );
  return [spectrum, amplitudes, phases];
}
