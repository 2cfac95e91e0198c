/** What an error says, or whatever else was thrown: as it is, for a message around it. `errorLine` makes a line of its own. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
