/**
 * The command `dataqueues`, for programs that want to run it themselves.
 *
 * @module
 */
export { run } from "./run.ts";
export { Output } from "./terminal/output.ts";
export { OutputClosed } from "./terminal/output-closed.ts";
export { exitCodes } from "./exit-codes.ts";

export type { OutputOptions, OutputStream, Style } from "./terminal/output.ts";
export type { Terminal } from "./terminal/terminal.ts";
