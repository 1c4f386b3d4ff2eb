/** A port of the top module in an HLS report. */
export interface RtlPort {
  readonly name: string;
  readonly direction: string;
  readonly bits: number;
  readonly protocol: string;
}

/** Ports that carry data in protocols of their own; addresses, strobes and handshakes do not. */
const DATA_NAMES: Readonly<Record<string, RegExp>> = {
  axis: /_TDATA$/,
  ap_fifo: /_dout$/,
  ap_memory: /_q\d$/,
  bram: /_Dout_[AB]$/i,
};
const HANDSHAKE = /_(ap_vld|ap_ack|blk_n|empty_n|full_n)$/;
const WIRES = new Set(["ap_none", "ap_vld", "ap_hs", "ap_ack", "ap_stable", "ap_ovld"]);

function carriesData({ name, direction, protocol }: RtlPort): boolean {
  if (direction !== "in") return false;
  return WIRES.has(protocol) ? !HANDSHAKE.test(name) : (DATA_NAMES[protocol]?.test(name) ?? false);
}

/** What a design takes, such as `16 axis ports of 16 bits`; null when no port is known to carry data. */
export function describeInput(ports: readonly RtlPort[]): string | null {
  const counts = new Map<string, number>();
  for (const { protocol, bits } of ports.filter(carriesData)) {
    const port = `${protocol} port|of ${bits} bits`;
    counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  const parts = [...counts].map(([port, count]) => {
    const [kind, size] = port.split("|");
    return `${count} ${kind!}${count === 1 ? "" : "s"} ${size!}`;
  });
  return parts.length === 0 ? null : parts.join(", ");
}
