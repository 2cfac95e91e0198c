import { invalidArgument } from "./invalid-argument.ts";

/** The header that has the name of a record's codec, unless the caller chooses another. */
export const encodingHeaderName = "encoding";

/** Checks the name of a header; throws a `DataQueueError` `INVALID_ARGUMENT` that names the option. */
export function checkHeaderName(name: string, header: unknown): string {
  if (typeof header === "string" && header !== "" && header.isWellFormed()) return header;
  throw invalidArgument(name, "a header's name, text without lone surrogates", header);
}

/** The header to write: true stands for the usual one. Throws for anything but an optional boolean or a header's name. */
export function checkEncodingHeader(option: unknown): string | undefined {
  if (option === undefined || option === false) return undefined;
  if (option === true) return encodingHeaderName;
  if (typeof option === "string") return checkHeaderName("encodingHeader", option);
  throw invalidArgument("encodingHeader", "true, false or a header's name", option);
}
