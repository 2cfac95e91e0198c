/** Strict UTF-8, as Python's; one for all, because to make a decoder takes longer than most texts do. */
export const utf8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
