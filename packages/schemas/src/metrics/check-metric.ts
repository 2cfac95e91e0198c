import type { Issue } from "../issue.ts";
import { isRecord } from "../recognise.ts";
import type { MetricDefinition } from "./metric.ts";
import { toIssues } from "../zod-issues.ts";

/** What is wrong with a payload; names of older payloads come first, because they explain what follows. */
export function checkMetric(value: unknown, { payload, formerly = {} }: MetricDefinition): readonly Issue[] {
  const result = payload.safeParse(value);
  if (result.success) return [];
  const former = formerFields(value, formerly);
  const isFormer = (issue: Issue): boolean => former.some(({ path }) => path.join() === issue.path.join());
  return [...former, ...toIssues(result.error.issues, value).filter((issue) => !isFormer(issue))];
}

/** The fields of an older payload, at the top and in the first entry. */
export function formerFields(value: unknown, formerly: Readonly<Record<string, string>>): Issue[] {
  if (!isRecord(value)) return [];
  const { data } = value;
  const entry: unknown = Array.isArray(data) ? data[0] : undefined;
  return Object.entries(formerly).flatMap(([name, now]): Issue[] => {
    const places: (string | number)[][] = [];
    if (Object.hasOwn(value, name)) places.push([name]);
    if (isRecord(entry) && Object.hasOwn(entry, name)) places.push(["data", 0, name]);
    const message = `'${name}' is of an older payload, now there is '${now}'`;
    return places.map((path) => ({ code: "former_field", path, message, found: name, expected: now }));
  });
}
