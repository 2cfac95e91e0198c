/** Sequence numbers are 31 bits wide and then start again at 0. */
const sequences: number = 2 ** 31;

/** The sequence number that follows `count` records, the first of which has `sequence`. */
export function nextSequence(sequence: number, count: number): number {
  return (sequence + count) % sequences;
}
