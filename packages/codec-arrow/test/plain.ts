import type { DataType, Vector } from "apache-arrow";
import { DataType as Type } from "apache-arrow";

/** A value in the JSON form of `tooling/python/scripts/arrow_vectors.py`, read by apache-arrow's `get`. */
export function plain(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (Type.isDictionary(type)) return plain(type.dictionary, value);
  if (Type.isUnion(type))
    return plainUnion(
      type.children.map((child) => child.type),
      value,
    );
  if (Type.isMap(type)) {
    const [key, item] = type.childType.children;
    if (key === undefined || item === undefined || !isIterable(value)) throw new Error("no map");
    return Array.from(value, (entry) =>
      Array.isArray(entry) ? [plain(key.type, entry[0]), plain(item.type, entry[1])] : [],
    );
  }
  if (Type.isList(type) || Type.isLargeList(type) || Type.isFixedSizeList(type)) {
    const [item] = type.children;
    if (item === undefined || !isIterable(value)) throw new Error("no list");
    return Array.from(value, (each) => plain(item.type, each));
  }
  if (Type.isStruct(type)) {
    if (!isIterable(value)) throw new Error("no struct");
    const types = type.children.map((child) => child.type);
    return Object.fromEntries(
      Array.from(value, (entry, index) => {
        const child = types[index];
        if (!Array.isArray(entry) || child === undefined) throw new Error("no struct");
        return [entry[0], plain(child, entry[1])];
      }),
    );
  }
  if (Type.isInterval(type)) return Array.from(isIterable(value) ? value : [], String);
  if (value instanceof Uint8Array && !Type.isDecimal(type)) return Buffer.from(value).toString("hex");
  if (Type.isInt(type) || Type.isTime(type) || Type.isDuration(type) || Type.isDecimal(type)) return `${Object(value)}`;
  if (typeof value !== "number") return value;
  // JSON of Python: no NaN, and -0.0 stays.
  return Number.isFinite(value) ? value : { NaN: "nan", Infinity: "inf", "-Infinity": "-inf" }[String(value)];
}

/** All values of a column. */
export function plainColumn(column: Vector): unknown[] {
  return Array.from(column, (value) => plain(column.type, value));
}

/** The unions of the vectors hold an integer or a text, so that a value tells its type. */
function plainUnion(types: readonly DataType[], value: unknown): unknown {
  const type = types.find((each) => (typeof value === "string" ? Type.isUtf8(each) : Type.isInt(each)));
  return type === undefined ? value : plain(type, value);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  // `in` asks a row of a struct for a field of that name.
  return typeof value === "object" && value !== null && typeof Reflect.get(value, Symbol.iterator) === "function";
}
