import { invalidArgument } from "@dataqueues/arrays";

/** A value of one of msgpack's extension types, -128 to 127, as it is; -1 is msgpack's timestamp. */
export class Extension {
  readonly type: number;
  readonly data: Uint8Array;

  /** @throws TypeError for a type that is none, or data that are no bytes */
  constructor(type: number, data: Uint8Array) {
    if (!Number.isInteger(type) || type < -128 || type > 127) {
      throw invalidArgument("type", "a whole number from -128 to 127", type);
    }
    if (!(data instanceof Uint8Array)) throw invalidArgument("data", "a Uint8Array", data);
    this.type = type;
    this.data = data;
  }
}
