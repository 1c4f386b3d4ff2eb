const { WebAssembly: api } = globalThis;

/** Accumulators of the loop: enough to hide the latency of an addition behind a multiplication. */
const ACCUMULATORS = 12;
/** Floating-point operations of one round: each accumulator is multiplied and added to, four lanes. */
const FLOPS_PER_ROUND = ACCUMULATORS * 4 * 2;

/** Unsigned LEB128. */
function leb(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
const vector = (items) => [...leb(items.length), ...items.flat()];
const section = (id, content) => [id, ...leb(content.length), ...content];

/**
 * A WebAssembly module with one function, run(rounds: i32) -> f32, whose loop touches nothing but
 * registers: acc = acc * a + b with `f32x4.mul` and `f32x4.add`, or in one `f32x4.relaxed_madd`.
 */
function peakModule(isFused) {
  const I32 = 0x7f;
  const F32 = 0x7d;
  const V128 = 0x7b;
  const get = (index) => [0x20, ...leb(index)];
  const set = (index) => [0x21, ...leb(index)];
  const f32 = (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
  const splat = [0xfd, 0x13];
  const [MUL, ADD] = [
    [0xfd, 0xe6, 0x01],
    [0xfd, 0xe4, 0x01],
  ];
  const RELAXED_MADD = [0xfd, 0x85, 0x02];
  // Local 0 counts down, 1 and 2 are a and b, then come the accumulators.
  const [factor, term] = [1, 2];
  const accumulators = Array.from({ length: ACCUMULATORS }, (_, index) => 3 + index);
  const round = accumulators.flatMap((acc) =>
    isFused
      ? [...get(acc), ...get(factor), ...get(term), ...RELAXED_MADD, ...set(acc)]
      : [...get(acc), ...get(factor), ...MUL, ...get(term), ...ADD, ...set(acc)],
  );
  const body = [
    ...vector([[...leb(2 + ACCUMULATORS), V128]]),
    ...[...f32(0.999), ...splat, ...set(factor)],
    ...[...f32(0.001), ...splat, ...set(term)],
    ...[0x03, 0x40, ...round],
    // count - 1, and around again while it is not zero.
    ...[...get(0), 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b],
    ...get(accumulators[0]),
    ...accumulators.slice(1).flatMap((acc) => [...get(acc), ...ADD]),
    ...[0xfd, 0x1f, 0x00, 0x0b],
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([[0x60, ...vector([[I32]]), ...vector([[F32]])]])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...vector([[0x72], [0x75], [0x6e]]), 0x00, 0x00]])),
    ...section(10, vector([[...leb(body.length), ...body]])),
  ]);
}

/** Whether this engine runs relaxed SIMD. */
export function hasRelaxedSimd() {
  return api.validate(peakModule(true));
}

/**
 * What one core can do at most in 128-bit WebAssembly SIMD, in GFLOP per CPU second: the best of
 * several runs, since a shared core is only ever slowed down.
 */
export function peakGflops(isFused = false) {
  const { run } = new api.Instance(new api.Module(peakModule(isFused))).exports;
  const rounds = 4_000_000;
  let best = 0;
  // The first runs are those of the baseline compiler.
  for (let turn = 0; turn < 12; turn++) {
    const before = process.cpuUsage();
    run(rounds);
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, (rounds * FLOPS_PER_ROUND) / ((user + system) * 1e3));
  }
  return best;
}
