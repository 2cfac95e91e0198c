/** The most names that are compared: more would take longer than looking at the list. */
const mostNames = 20_000;

/** The name that was most likely meant: it differs in up to a third of its letters. Undefined if there is none. */
export function similarName(wanted: string, names: readonly string[]): string | undefined {
  const limit = Math.max(Math.floor(wanted.length / 3), 1);
  let found: string | undefined;
  let least = limit + 1;
  for (const name of names.slice(0, mostNames)) {
    if (Math.abs(name.length - wanted.length) >= least) continue;
    const distance = distanceOf(wanted.toLowerCase(), name.toLowerCase());
    if (distance < least) [found, least] = [name, distance];
  }
  return found;
}

/** How many letters have to be put in, taken out or changed to get from one text to the other (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      line.push(Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[other.length] ?? 0;
}
