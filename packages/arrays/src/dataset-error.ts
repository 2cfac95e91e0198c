/** Variables that do not fit together; `problems` has everything that is wrong, one sentence each. */
export class DatasetError extends Error {
  override readonly name: string = "DatasetError";
  readonly code: string = "INCONSISTENT";
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    super(`${what}: ${problems.length === 1 ? problems[0] : problems.map((problem) => `\n * ${problem}`).join("")}`);
    this.problems = problems;
  }
}
