/** A length of time in ms as a person says it, in its largest unit: `0.3 s`, `12 s`, `5 min`, `3 h`, `2 d`. */
export function formatAge(ms: number): string {
  const seconds = ms / 1_000;
  if (Math.abs(seconds) < 9.95) return `${seconds.toFixed(1)} s`;
  if (Math.abs(seconds) < 120) return `${Math.round(seconds)} s`;
  if (Math.abs(seconds) < 2 * 3_600) return `${Math.round(seconds / 60)} min`;
  if (Math.abs(seconds) < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
