/**
 * Moves labels apart that would cover each other, in the order of their places, as little as a pass down and a pass up need, and
 * keeps them between `top` and `bottom` while there is room.
 *
 * @param places - where the labels want to be, in pixels; NaN for one that is not drawn
 * @returns the places in the same order
 */
export function spreadLabels(places: readonly number[], height: number, top: number, bottom: number): number[] {
  const order = places
    .map((place, index) => ({ place: Math.min(bottom, Math.max(top, place)), index }))
    .filter(({ place }) => !Number.isNaN(place))
    .sort((a, b) => a.place - b.place);
  let least = top;
  for (const label of order) {
    label.place = Math.max(label.place, least);
    least = label.place + height;
  }
  let most = bottom;
  for (const label of order.toReversed()) {
    label.place = Math.min(label.place, most);
    most = label.place - height;
  }
  const found = places.map(() => NaN);
  for (const { place, index } of order) found[index] = place;
  return found;
}
