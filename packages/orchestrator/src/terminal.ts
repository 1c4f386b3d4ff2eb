import { printable } from "@cnntargz/contracts";

/**
 * Print text as it can be seen: names and messages come from files of other people, whose control
 * characters must not reach a terminal. All output of the command line goes through here.
 */
export function printTo(stream: NodeJS.WriteStream, text: string): void {
  stream.write(printable(text));
}
