import { RecordArray } from "@dataqueues/arrays";
import { check, Spectrum } from "@dataqueues/schemas";

/** What a message holds, in a line. */
export function describe(value: unknown): string {
  if (value instanceof RecordArray) {
    const rows = Array.from({ length: value.size }, (_row, index) => value.row(index));
    return `offsets ${rows.map((row) => `${String(row["antenna_name"])} ${String(row["xel_offset"])}`).join(", ")}`;
  }
  if (typeof value === "object" && value !== null && "data_type" in value) return describeSpectrum(value);
  return JSON.stringify(value);
}

function describeSpectrum(value: unknown): string {
  // Typed from here on: the schema is the type.
  const { data, spectral_window } = check(Spectrum, value);
  const [low, high] = [spectral_window.freq_min, spectral_window.freq_max].map((frequency) =>
    Math.round(frequency / 1e6),
  );
  const polarisations = data.map(({ polarisation }) => polarisation).join(", ");
  return `${polarisations} from ${low} to ${high} MHz; the first: ${String(data[0]?.power)}`;
}
