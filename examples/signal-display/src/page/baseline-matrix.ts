/** A cell of the matrix: the upper triangle and the diagonal show amplitudes, the lower triangle phases. */
export interface MatrixCell {
  readonly row: number;
  readonly column: number;
  /** As in the topics: "m033_m038". Undefined if there is none of these antennas. */
  readonly baseline: string | undefined;
  readonly kind: "amplitude" | "phase" | "autocorrelation";
}

/** Baselines as a square: rows and columns are antennas. */
export class BaselineMatrix {
  readonly antennas: readonly string[];
  /** Row after row. */
  readonly cells: readonly MatrixCell[];

  /** @param baselines - names with "_" between two antennas */
  constructor(baselines: readonly string[]) {
    const found = new Set(baselines.flatMap((baseline) => baseline.split("_")));
    const antennas = [...found].sort();
    const known = new Set(baselines);
    const baselineOf = (first = "", second = ""): string | undefined =>
      [`${first}_${second}`, `${second}_${first}`].find((name) => known.has(name));
    this.antennas = antennas;
    this.cells = antennas.flatMap((first, row) =>
      antennas.map((second, column) => ({
        row,
        column,
        baseline: baselineOf(first, second),
        kind: row === column ? "autocorrelation" : row < column ? "amplitude" : "phase",
      })),
    );
  }

  /** The cell that shows a baseline: that of the amplitude, of the two. */
  cellOf(baseline: string): MatrixCell | undefined {
    return this.cells.find((cell) => cell.baseline === baseline);
  }

  /** The place in `cells` where a key leads from another place; undefined for keys that do not move. */
  move(from: number, key: string): number | undefined {
    const size = this.antennas.length;
    const [row, column] = [Math.floor(from / size), from % size];
    const within = (value: number): number => Math.min(size - 1, Math.max(0, value));
    switch (key) {
      case "ArrowUp":
        return within(row - 1) * size + column;
      case "ArrowDown":
        return within(row + 1) * size + column;
      case "ArrowLeft":
        return row * size + within(column - 1);
      case "ArrowRight":
        return row * size + within(column + 1);
      case "Home":
        return row * size;
      case "End":
        return row * size + size - 1;
      default:
        return undefined;
    }
  }
}
