/** How a command ends. */
export const exitCodes = {
  /** All was done. Ctrl-C is the usual end of a command that runs until then. */
  done: 0,
  /** Something failed: the error says what. */
  failed: 1,
  /** The words of the command make no sense; nothing was done. */
  usage: 2,
  /** A part was done and a part was not: the lines on stderr say which. */
  partly: 3,
  /** Ctrl-C before the work was done, as shells have it: 128 + SIGINT. */
  interrupted: 130,
} as const;
