import type { BrokenDataset } from "./broken-datasets.ts";

/** An intended difference between our checker and xradio's. */
export interface Exception {
  readonly reason: string;
  /** Whether this explains an issue that only one side reports. */
  readonly covers: (issue: ComparableIssue, side: "ours" | "xradio", broken: BrokenDataset) => boolean;
}

/** An issue of either side in the same form. */
export interface ComparableIssue {
  readonly path: string;
  readonly message: string;
  readonly found?: unknown;
  readonly expected?: unknown;
}

/** Messages about a dict that is not a DataArray: both sides refuse it, in different words. */
export const refusedDict: RegExp =
  /^(cannot convert dict without the key|different number of dimensions on data and dims|this is not the dict of a DataArray|this DataArray is not consistent).*/;

export const exceptions: readonly Exception[] = [
  {
    reason: "A JavaScript number without fraction is an int and a float alike: 7 is a float, as 7.0 is.",
    covers: ({ message }, side) => side === "xradio" && message === "int is not a float!",
  },
  {
    reason: "In Python a bool is an int. In TypeScript it is not, and what is typed as a number must be one.",
    covers: ({ message }, side) => side === "ours" && message === "bool is not a int!",
  },
  {
    reason:
      "For a dimension without a coordinate xarray makes one that counts from 0. xradio checks that one: it reports its " +
      "dtype and attributes, or nothing where integers are expected. We report that the coordinate is missing.",
    covers: ({ path, message }, side, { dataset }) => {
      const [, coord = ""] = /\bcoords\.(\w+)/.exec(path) ?? [];
      if (!(coord in dataset.sizes) || coord in dataset.coords) return false;
      return side === "xradio" || message === `Required coordinate '${coord}' is missing!`;
    },
  },
];
