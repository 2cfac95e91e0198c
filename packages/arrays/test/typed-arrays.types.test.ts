import type { NdArray, TypedArray, TypedArrayFor } from "@dataqueues/arrays";
import { expectTypeOf, test } from "vitest";

// The compiler is the judge of these; running them shows only that they run.

test("the values of an array whose dtype is known have the typed array of the dtype", () => {
  expectTypeOf<NdArray<"<f8">["data"]>().toEqualTypeOf<Float64Array>();
  expectTypeOf<TypedArrayFor<"|b1">>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<TypedArrayFor<">i2">>().toEqualTypeOf<Int16Array>();
  expectTypeOf<TypedArrayFor<"=u8">>().toEqualTypeOf<BigUint64Array>();
  expectTypeOf<TypedArrayFor<"f4">>().toEqualTypeOf<Float32Array>();
  expectTypeOf<TypedArrayFor<"<c8" | "<c16">>().toEqualTypeOf<Float32Array | Float64Array>();
  expectTypeOf<TypedArrayFor<"<M8[ns]">>().toEqualTypeOf<BigInt64Array>();
  expectTypeOf<TypedArrayFor<"<U8">>().toEqualTypeOf<Uint8Array>();
});

test("a dtype that is not known, and float16, which not every runtime has, may have any of them", () => {
  expectTypeOf<NdArray["data"]>().toEqualTypeOf<TypedArray>();
  expectTypeOf<TypedArrayFor<"<f2">>().toEqualTypeOf<TypedArray>();
});
