/**
 * To come.
 *
 * @module
 */
export {};
