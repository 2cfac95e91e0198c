/**
 * Python beside the tests: the oracle for wire formats and the other end of a topic.
 *
 * @module
 */
export { python } from "./python.ts";
export { PythonCounterpart } from "./python-counterpart.ts";
export type { Answer } from "./python-counterpart.ts";
export { runPython, runPythonForBytes, scripts } from "./run-python.ts";
export type { RunOptions } from "./run-python.ts";
