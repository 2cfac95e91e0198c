/**
 * The programs that the tests need besides Node: which of them are installed, and how to install the rest.
 *
 * @module
 */
export { howToGet } from "./how-to-get.ts";
export { prepare } from "./prepare.ts";
export { findChromium, missingOf, requirements } from "./requirements.ts";
export type { Requirement } from "./requirements.ts";
