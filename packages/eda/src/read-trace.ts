/**
 * Read the log of a traced C-simulation: a line per layer and image, its name and values. A new
 * image begins where a name comes again.
 */
export function readTrace(log: string): Map<string, Float64Array>[] {
  const images: Map<string, Float64Array>[] = [];
  let image: Map<string, Float64Array> | undefined;
  for (const line of log.split("\n")) {
    if (line === "") continue;
    const [layer, ...words] = line.split(" ");
    if (!image || image.has(layer!)) {
      image = new Map();
      images.push(image);
    }
    image.set(layer!, Float64Array.from(words, Number));
  }
  return images;
}
