/**
 * A part of the work was done and a part was not. The command has written a line for each part that failed; the message sums up:
 * `3 of 5 records were not sent`. The exit code is 3.
 */
export class PartlyDone extends Error {
  override readonly name: string = "PartlyDone";
}
