import { checkNumber } from "@dataqueues/arrays";

/** A number that is written as Python's float even where it is whole: JavaScript cannot tell 1.0 from 1. */
export class Float64 {
  readonly value: number;

  /** @throws TypeError for what is no number */
  constructor(value: number) {
    checkNumber("value", value);
    this.value = value;
  }

  /** The number, so that arithmetic and comparison work. */
  valueOf(): number {
    return this.value;
  }
}
