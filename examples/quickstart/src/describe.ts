import { RecordArray } from "@dataqueues/arrays";
import { check, Spectrum } from "@dataqueues/schemas";

/** Describes the value of a message in one line. */
export function describe(value: unknown): string {
  if (value instanceof RecordArray) {
    const rows = Array.from({ length: value.size }, (_row, index) => value.row(index));
    return `offsets ${rows.map((row) => `${String(row["antenna_name"])} ${String(row["xel_offset"])}`).join(", ")}`;
  }
  if (typeof value === "object" && value !== null && "data_type" in value) return describeSpectrum(value);
  return JSON.stringify(value);
}

function describeSpectrum(value: unknown): string {
  // From here on the value has the type of the schema.
  const { data, spectral_window } = check(Spectrum, value);
  const [low, high] = [spectral_window.freq_min, spectral_window.freq_max].map((frequency) =>
    Math.round(frequency / 1e6),
  );
  const polarisations = data.map(({ polarisation }) => polarisation).join(", ");
  return `${polarisations} from ${low} to ${high} MHz; first: ${String(data[0]?.power)}`;
}
