/**
 * What the tests need of a machine beside Node: what is there, and how the rest is got.
 *
 * @module
 */
export { findChromium } from "./find-chromium.ts";
export { howToGet } from "./how-to-get.ts";
export { prepare } from "./prepare.ts";
export { missingOf, requirements } from "./requirements.ts";
export type { Requirement } from "./requirements.ts";
