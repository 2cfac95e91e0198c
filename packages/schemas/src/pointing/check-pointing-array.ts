import type { Issue } from "../issue.ts";
import { pointingDtype } from "./pointing-fields.ts";
import { isRecordArray } from "../recognise.ts";
import { typeName } from "../type-name.ts";

/**
 * Checks that a value is a one-dimensional array of exactly the pointing fields. The time does not depend on its size.
 */
export function checkPointingArray(value: unknown): readonly Issue[] {
  if (!isRecordArray(value)) {
    const message = `a numpy structured array (RecordArray) is needed, this is ${typeName(value)}`;
    return [{ code: "not_a_record_array", path: [], message, found: typeName(value), expected: "RecordArray" }];
  }
  const issues: Issue[] = [];
  const found = new Map(
    value.dtype.map(([name, format, shape]) => [
      typeof name === "string" ? name : name[1],
      shape === undefined ? format : [format, shape],
    ]),
  );
  for (const [name, format] of pointingDtype) {
    const actual = found.get(name);
    if (actual === undefined) {
      issues.push({ code: "missing_field", path: [name], message: `field '${name}' is missing`, expected: format });
    } else if (actual !== format) {
      const message = `field '${name}' is ${typeof actual === "string" ? actual : JSON.stringify(actual)}, not ${format}`;
      issues.push({ code: "wrong_dtype", path: [name], message, found: actual, expected: format });
    }
  }
  const names = pointingDtype.map(([name]): string => name);
  for (const name of found.keys()) {
    if (!names.includes(name)) {
      issues.push({ code: "unknown_field", path: [name], message: `there is no field '${name}'`, found: name });
    }
  }
  const order = [...found.keys()];
  if (issues.length === 0 && order.some((name, index) => name !== names[index])) {
    const message = "the fields are in the wrong order";
    issues.push({ code: "wrong_field_order", path: [], message, found: order, expected: names });
  }
  if (value.shape.length !== 1) {
    const message = `one dimension is needed, the shape is (${value.shape.join(", ")})`;
    issues.push({ code: "wrong_shape", path: ["shape"], message, found: value.shape, expected: "(antennas,)" });
  }
  return issues;
}
