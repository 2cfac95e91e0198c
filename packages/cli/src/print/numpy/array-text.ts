import { NdArray, RecordArray, shapeSize } from "@dataqueues/arrays";

import { isRecordArray } from "../recognise.ts";
import { edgeItems, itemFormat, threshold } from "./item-format.ts";

/** numpy's `linewidth`. */
const lineWidth = 75;

/**
 * An array as numpy prints it, `numpy.array2string(array)` with numpy's usual options: of more than 1,000 items only the
 * first and last three along each dimension. The text has no control characters.
 */
export function arrayText(array: NdArray | RecordArray): string {
  if (array.size === 0) return "[]";
  const isCut = array.shape.map((size) => array.size > threshold && size > 2 * edgeItems);
  const shown = isCut.includes(true) ? corners(array, isCut) : array;
  const format = itemFormat(shown);
  const { shape } = shown;
  const print = (axis: number, index: number, indent: string, width: number): string => {
    const size = shape[axis];
    if (size === undefined) return format(index);
    const words = Array.from({ length: size }, (_, at) => print(axis + 1, index * size + at, `${indent} `, width - 1));
    if (isCut[axis] === true) words.splice(edgeItems, 0, "...");
    const below = shape.length - axis - 1;
    const text = below === 0 ? wrap(words, indent, width - 1) : words.join("\n".repeat(below) + indent);
    return `[${text}]`;
  };
  return print(0, 0, " ", lineWidth);
}

/** Words in lines of a width, all but the first after an indent. */
function wrap(words: readonly string[], indent: string, width: number): string {
  let text = "";
  let line = indent;
  let length = indent.length;
  for (const [at, word] of words.entries()) {
    const size = Array.from(word).length;
    if (length + size > width && length > indent.length) {
      text += `${line.trimEnd()}\n`;
      line = indent;
      length = indent.length;
    }
    line += word;
    length += size;
    if (at < words.length - 1) {
      line += " ";
      length += 1;
    }
  }
  return (text + line).slice(indent.length);
}

/** A copy of the first and last items along the dimensions that are cut. */
function corners(array: NdArray | RecordArray, isCut: readonly boolean[]): NdArray | RecordArray {
  const { itemsize } = array;
  const source = isRecordArray(array) ? array.data : array.bytes;
  const shape = array.shape.map((size, axis) => (isCut[axis] === true ? 2 * edgeItems : size));
  const bytes = new Uint8Array(shapeSize(shape) * itemsize);
  let end = 0;
  const copy = (axis: number, index: number): void => {
    const size = array.shape[axis];
    if (size === undefined) {
      bytes.set(source.subarray(index * itemsize, (index + 1) * itemsize), end);
      end += itemsize;
      return;
    }
    for (let at = 0; at < size; at += 1) {
      if (isCut[axis] === true && at === edgeItems) at = size - edgeItems;
      copy(axis + 1, index * size + at);
    }
  };
  copy(0, 0);
  if (isRecordArray(array)) return new RecordArray(array.dtype, shape, bytes);
  return NdArray.fromBytes(array.dtype, shape, bytes);
}
