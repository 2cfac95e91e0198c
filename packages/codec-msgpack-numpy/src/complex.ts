import { checkNumber } from "@dataqueues/arrays";

/** Python's `complex`, which msgpack-numpy writes as text; numpy's complex scalars are read as one, too. */
export class Complex {
  readonly re: number;
  readonly im: number;

  /** @throws TypeError for a part that is no number */
  constructor(re: number, im: number) {
    checkNumber("re", re);
    checkNumber("im", im);
    this.re = re;
    this.im = im;
  }

  /** Reads Python's repr: `(1+2j)`, `2j`, `(nan+infj)`; undefined when it is none. */
  static parse(text: string): Complex | undefined {
    const [, bare, re, im] = form.exec(text) ?? [];
    if (bare !== undefined) return new Complex(0, toNumber(bare));
    return re === undefined || im === undefined ? undefined : new Complex(toNumber(re), toNumber(im));
  }

  /** Python's repr. */
  toString(): string {
    const im = printFloat(this.im);
    if (Object.is(this.re, 0)) return `${im}j`;
    return `(${printFloat(this.re)}${im.startsWith("-") ? "" : "+"}${im}j)`;
  }
}

const float = String.raw`(?:nan|inf|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`;
const form = new RegExp(String.raw`^\(?(?:([+-]?${float})|([+-]?${float})([+-]${float}))j\)?$`);

/** What is no number for JavaScript, such as `-nan`, is NaN already. */
function toNumber(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}

/** Python's repr of a float within a complex number: the same shortest digits, an exponent below 1e-4 and from 1e16. */
function printFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 16) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
