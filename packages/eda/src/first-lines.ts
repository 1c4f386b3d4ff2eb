const SHOWN_LINES = 20;

/** The first lines of a tool's words, which name the cause; what follows are its consequences. */
export function firstLines(text: string): string {
  const lines = text.trimEnd().split("\n");
  const rest = lines.length - SHOWN_LINES;
  return [...lines.slice(0, SHOWN_LINES), ...(rest > 0 ? [`(${rest} more lines)`] : [])].join("\n");
}
