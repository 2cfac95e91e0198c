import type { Schema } from "@dataqueues/core";

import { UsageError } from "../usage-error.ts";
import { isPath, loadModule } from "./load-module.ts";

/**
 * A schema by its name (`PointingTable`, `MetricPayload`, `Spectrum`, …) or as a module that has one: `./mine.js`, `./mine.js#Weather`.
 * Any Standard Schema will do (https://standardschema.dev): zod's, valibot's, arktype's.
 *
 * @throws UsageError that names the schemas there are, or what the module exports
 */
export async function findSchema(name: string): Promise<Schema> {
  const known = schemasOf(Object.entries(await import("@dataqueues/schemas")));
  const found = [...known].find(([title]) => title.toLowerCase() === name.toLowerCase())?.[1];
  if (found !== undefined) return found;
  const names = [...known.keys()].toSorted().join(", ");
  const isModule = isPath(name.replace(/#[^#]*$/, "")) || /[@/#-]/.test(name);
  if (!isModule) throw new UsageError(`no schema is called ${name}: there are ${names}; or a module, ./mine.js`);
  const loaded = await loadModule(name, "schema");
  const schemas = schemasOf(loaded.exports);
  const { wanted } = loaded;
  const titles = [...schemas.keys()];
  const chosen = wanted === undefined && new Set(schemas.values()).size === 1 ? titles[0] : wanted;
  const schema = chosen === undefined ? undefined : schemas.get(chosen);
  if (schema !== undefined) return schema;
  const what = titles.length > 0 ? titles.join(", ") : "none";
  if (wanted !== undefined)
    throw new UsageError(`${loaded.name} exports no schema ${wanted}; its schemas are: ${what}`);
  if (titles.length > 1)
    throw new UsageError(`${loaded.name} has several schemas, ${what}: choose one, ${loaded.name}#${titles[0]}`);
  throw new UsageError(
    `${loaded.name} exports no Standard Schema, an object with "~standard"; it exports ${[...loaded.exports.keys()].join(", ") || "nothing"}`,
  );
}

function schemasOf(exports: Iterable<readonly [name: string, value: unknown]>): Map<string, Schema> {
  const schemas = new Map<string, Schema>();
  for (const [name, value] of exports) if (isSchema(value)) schemas.set(name, value);
  return schemas;
}

/** Schemas may be objects, classes and functions. */
function isSchema(value: unknown): value is Schema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof Reflect.get(Object(Reflect.get(value, "~standard")), "validate") === "function";
}
