/** Channels next to each other that have no value, from `first` to `last`, both included. */
export interface FlaggedBand {
  readonly first: number;
  readonly last: number;
}

/**
 * Where the channels of all rows are NaN.
 *
 * @param values - rows of `count` channels, one after another
 */
export function flaggedBands(values: Float32Array, count: number): FlaggedBand[] {
  const rows = count > 0 ? Math.floor(values.length / count) : 0;
  const bands: FlaggedBand[] = [];
  let first: number | undefined;
  for (let channel = 0; channel <= count; channel += 1) {
    const isFlagged = channel < count && rows > 0 && isNaNInAll(values, channel, count, rows);
    if (isFlagged) first ??= channel;
    else if (first !== undefined) {
      bands.push({ first, last: channel - 1 });
      first = undefined;
    }
  }
  return bands;
}

function isNaNInAll(values: Float32Array, channel: number, count: number, rows: number): boolean {
  for (let row = 0; row < rows; row += 1) {
    if (!Number.isNaN(values[row * count + channel])) return false;
  }
  return true;
}
