/** Median of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/**
 * Medians of the CPU seconds (user + system) that one call of `step` takes, after `warmups` calls;
 * CPU time, since the machines that run this are often shared.
 */
export async function cpuSeconds(step, { warmups = 5, runs = 15 } = {}) {
  for (let index = 0; index < warmups; index++) await step();
  const seconds = [];
  for (let index = 0; index < runs; index++) {
    const before = process.cpuUsage();
    await step();
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  return median(seconds);
}
