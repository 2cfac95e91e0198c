/**
 * The command `dataqueues`, for programs that want to run it themselves.
 *
 * @module
 */
export { run } from "./run.ts";
export { Output, OutputClosed } from "./terminal/output.ts";
export { exitCodes } from "./exit-codes.ts";

export type { OutputOptions, OutputStream, Style } from "./terminal/output.ts";
export type { Terminal } from "./terminal/terminal.ts";
