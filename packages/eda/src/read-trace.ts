/**
 * Read the log of a traced C-simulation: a line per layer and image, its identifier and values. A new
 * image begins where an identifier comes again. Gives what belongs to the network's layers, by their
 * names; steps between them are left out.
 *
 * @param names of the network's layers, by identifier: `HlsProject.traceNames`
 */
export function readTrace(
  log: string,
  names: Readonly<Record<string, string>>,
): Map<string, Float64Array>[] {
  const images: Map<string, Float64Array>[] = [];
  const seen = new Set<string>();
  for (const line of log.split("\n")) {
    if (line === "") continue;
    const [identifier, ...words] = line.split(" ");
    if (images.length === 0 || seen.has(identifier!)) {
      images.push(new Map());
      seen.clear();
    }
    seen.add(identifier!);
    const name = names[identifier!];
    if (name !== undefined) images.at(-1)!.set(name, Float64Array.from(words, Number));
  }
  return images;
}
