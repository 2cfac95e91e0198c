import type { DataArray, Dataset, NdArray, Variable } from "@dataqueues/arrays";

import type { ArrayDefinition, AttributeDefinition, DatasetDefinition, VariableDefinition } from "./definition.ts";

/** The type of a Dataset that its schema accepted: dimensions, dtypes, typed arrays and attributes by their names. */
export type CheckedDataset<Definition extends DatasetDefinition> = Dataset & {
  readonly coords: CheckedVariables<Definition["coords"]>;
  readonly dataVars: CheckedVariables<Definition["dataVars"]>;
  readonly attrs: CheckedAttributes<Definition["attrs"]>;
};

type CheckedVariables<Definitions> =
  Definitions extends Readonly<Record<string, VariableDefinition>>
    ? { readonly [Name in Required<Definitions>]: CheckedVariable<Definitions[Name]> } & {
        readonly [Name in Optional<Definitions>]?: CheckedVariable<Definitions[Name]>;
      }
    : unknown;

type CheckedVariable<Definition extends ArrayDefinition> = Variable & CheckedArray<Definition>;

type CheckedArray<Definition extends ArrayDefinition> = {
  readonly dims: Definition["dims"] extends infer Dims
    ? Dims extends readonly (readonly string[])[]
      ? Dims[number]
      : Dims
    : never;
  readonly dtype: DTypeName<OneOf<Definition["dtype"]>>;
  readonly data: NdArray & { readonly data: TypedArrayOf<OneOf<Definition["dtype"]>> };
  readonly attrs: CheckedAttributes<Definition["attrs"]>;
};

type CheckedAttributes<Definitions> =
  Definitions extends Readonly<Record<string, AttributeDefinition>>
    ? { readonly [Name in Required<Definitions>]: CheckedAttribute<Definitions[Name]> } & {
        readonly [Name in Optional<Definitions>]?: CheckedAttribute<Definitions[Name]> | null;
      }
    : unknown;

type CheckedAttribute<Definition extends AttributeDefinition> = Definition extends { readonly literal: infer Allowed }
  ? OneOf<Allowed>
  : Definition extends { readonly type: "dict"; readonly entries: infer Entries }
    ? CheckedAttributes<Entries>
    : Definition extends { readonly type: "dataarray"; readonly array: infer Array extends ArrayDefinition }
      ? (DataArray & CheckedArray<Array>) | Readonly<Record<string, unknown>>
      : Definition["type"] extends keyof PlainTypes
        ? PlainTypes[Definition["type"]]
        : unknown;

interface PlainTypes {
  readonly bool: boolean;
  readonly str: string;
  readonly int: number | bigint;
  readonly float: number;
  readonly "list[str]": readonly string[];
  readonly "list[float]": readonly number[];
  readonly "list[list[float]]": readonly (readonly number[])[];
}

type OneOf<Value> = Value extends readonly (infer Item)[] ? Item : Value;

type Optional<Definitions> = {
  [Name in keyof Definitions]: Definitions[Name] extends { readonly optional: true } ? Name : never;
}[keyof Definitions];

type Required<Definitions> = Exclude<keyof Definitions, Optional<Definitions>>;

type DTypeName<DType> = DType extends `${infer Kind}0`
  ? Kind extends `${string}${"U" | "S"}`
    ? `${Kind}${number}`
    : DType
  : DType;

interface TypedArrays {
  readonly f4: Float32Array;
  readonly f8: Float64Array;
  readonly c8: Float32Array;
  readonly c16: Float64Array;
  readonly b1: Uint8Array;
  readonly i1: Int8Array;
  readonly i2: Int16Array;
  readonly i4: Int32Array;
  readonly i8: BigInt64Array;
  readonly u1: Uint8Array;
  readonly u2: Uint16Array;
  readonly u4: Uint32Array;
  readonly u8: BigUint64Array;
}

/** The type of `NdArray.data`. Not every runtime has a Float16Array, so `f2` stays general. */
type TypedArrayOf<DType> = DType extends `${"<" | "|"}${infer Code extends keyof TypedArrays}`
  ? TypedArrays[Code]
  : DType extends `<${"M8" | "m8"}${string}`
    ? BigInt64Array
    : DType extends `${"<" | "|"}${"U" | "S" | "V"}${string}`
      ? Uint8Array
      : NdArray["data"];
