/** "Not a time": numpy's value for a missing datetime64 or timedelta64. */
export const NaT: bigint = -(2n ** 63n);
