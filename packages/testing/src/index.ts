/**
 * The promises of codecs and transports as cases for any test runner.
 *
 * @module
 */
export { codecCases } from "./codec-cases.ts";
export { transportCases } from "./transport-cases.ts";
export { ConformanceError } from "./conformance-case.ts";
export type { CodecCasesOptions } from "./codec-cases.ts";
export type { WireVector } from "./codec-subject.ts";
export type { ConformanceCase } from "./conformance-case.ts";
export type { TransportCasesOptions } from "./transport-cases.ts";
