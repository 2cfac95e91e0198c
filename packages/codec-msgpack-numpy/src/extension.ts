/** A value of one of msgpack's extension types, -128 to 127, as it is; -1 is msgpack's timestamp. */
export class Extension {
  readonly type: number;
  readonly data: Uint8Array;

  constructor(type: number, data: Uint8Array) {
    this.type = type;
    this.data = data;
  }
}
