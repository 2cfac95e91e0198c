/**
 * Runs Python for tests: as the reference for wire formats and as the other end of a topic.
 *
 * @module
 */
export { python } from "./python.ts";
export { PythonCounterpart } from "./python-counterpart.ts";
export type { PythonResponse } from "./python-counterpart.ts";
export { runPython, runPythonForBytes, scripts } from "./run-python.ts";
export type { RunOptions } from "./run-python.ts";
