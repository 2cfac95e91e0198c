/** A format that carries arrays, by its codec's name. */
export type Format = "npy" | "msgpack_numpy";

/** The arrays that are written again with other bytes than Python wrote, each with the reason. */
export const rewritten: readonly {
  readonly name: string;
  readonly reason: string;
  /** Whether it applies to a case, whose name has dtype, byte order, shape and layout as in `array_counterpart.py`. */
  readonly covers: (format: Format, name: string) => boolean;
}[] = [
  {
    name: "Fortran order",
    reason: "values here are in C order, as they are on the wire of every other format",
    covers: (format, name) => format === "npy" && name.endsWith(" F"),
  },
  {
    name: "big-endian items",
    reason: "typed arrays are little-endian; rows of structured arrays keep their bytes",
    covers: (_, name) => name.includes(" > ") && !name.includes(" fields "),
  },
];

/** What Python writes and the codecs refuse, with the reason. None of it can be read on another machine. */
export const refused: readonly {
  readonly format: Format;
  readonly python: string;
  readonly code: string;
  readonly reason: string;
}[] = (["npy", "msgpack_numpy"] as const).flatMap((format) => [
  {
    format,
    python: "n.array([None, 1], dtype=object)",
    code: "pickle-refused",
    reason: "object arrays are pickles, which run code when they are read",
  },
  ...["longdouble", "clongdouble"].map((name) => ({
    format,
    python: `n.ones(2, n.${name})`,
    code: "dtype",
    reason: "their bytes differ between machines, and 6 of 16 are uninitialized memory",
  })),
  ...(format === "npy"
    ? [
        {
          format,
          python: "n.array(['a'], dtype=n.dtypes.StringDType())",
          code: "pickle-refused",
          reason: "numpy's variable-width text is pickled",
        },
      ]
    : [
        {
          format,
          python: "n.zeros(1, [('a', object)])",
          code: "pickle-refused",
          reason: "the bytes are addresses in the writer's memory, which crash a reader that follows them",
        },
      ]),
]);

/** What msgpack_numpy in Python cannot write. */
export const notByPython: readonly { readonly python: string; readonly error: string; readonly reason: string }[] = [
  {
    python: "n.array(['2026-01-01'], 'M8[ns]')",
    error: "cannot include dtype 'M' in a buffer",
    reason: "numpy has no buffers of times; the codec writes them, and Python reads them",
  },
  {
    python: "n.array([1], 'm8[s]')",
    error: "cannot include dtype 'm' in a buffer",
    reason: "as for datetime64",
  },
  {
    python: "n.array([('2026-01-01',)], [('t', 'M8[s]')])",
    error: "cannot include dtype 'M' in a buffer",
    reason: "as for datetime64",
  },
  {
    python: "n.zeros(1, [('a:b', 'i4')])",
    error: "':' is not an allowed character in buffer field names",
    reason: "buffers delimit names by colons; the codec writes such names, and Python reads them",
  },
];
