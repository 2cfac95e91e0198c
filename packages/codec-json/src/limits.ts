/** As Python, whose `int` refuses more: time to read them grows with the square of their number. */
export const maxDigits = 4300;

/** How deep `maxDepth` may allow: what reads and writes calls itself for each level, some 6,000 times at most. */
export const deepest = 2000;
