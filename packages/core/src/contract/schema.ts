/**
 * What a value must look like: any Standard Schema (zod, valibot, arktype and those of `@dataqueues/schemas`).
 * It checks and never transforms: what was given is what is sent.
 */
export type Schema<T = unknown> = StandardSchemaV1<T>;

/**
 * The Standard Schema interface, version 1. Its authors invite libraries to copy these types rather than depend on them:
 * https://standardschema.dev
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    /** Checks a value; it neither changes nor keeps it. */
    readonly validate: (value: unknown) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a Standard Schema's `validate` answers: a value, or issues. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** One thing that is wrong with a value, as Standard Schema has it. */
export interface StandardSchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
