import { madd } from "./lanes";

// c[rows][cols] = a . b (+ bias) (relu). Element (r, k) of a lies at a + r * rowStep + k * innerStep bytes, so
// one kernel serves a and its transpose. b is read in panels of eight columns; a last panel narrower than
// eight overlaps the one before it (every value is then computed twice, the same way).

/** Bytes of scratch that matMul needs: one packed panel of b, four rows of output, one panel of bias. */
export function matMulScratchBytes(inner: i32): f64 {
  return <f64>inner * 32.0 + 160.0;
}

function tile4(
  a: usize, rowStep: usize, innerStep: usize, b: usize, bStep: usize, inner: i32,
  c: usize, cStep: usize, bias: usize, relu: i32,
): void {
  let low0 = bias ? v128.load(bias) : f32x4.splat(0);
  let high0 = bias ? v128.load(bias, 16) : f32x4.splat(0);
  let low1 = low0, low2 = low0, low3 = low0;
  let high1 = high0, high2 = high0, high3 = high0;
  for (let k: i32 = 0; k < inner; k++) {
    const low = v128.load(b), high = v128.load(b, 16);
    let f = v128.load32_splat(a);
    low0 = madd(f, low, low0);
    high0 = madd(f, high, high0);
    f = v128.load32_splat(a + rowStep);
    low1 = madd(f, low, low1);
    high1 = madd(f, high, high1);
    f = v128.load32_splat(a + 2 * rowStep);
    low2 = madd(f, low, low2);
    high2 = madd(f, high, high2);
    f = v128.load32_splat(a + 3 * rowStep);
    low3 = madd(f, low, low3);
    high3 = madd(f, high, high3);
    a += innerStep;
    b += bStep;
  }
  if (relu) {
    const zero = f32x4.splat(0);
    low0 = f32x4.max(low0, zero);
    high0 = f32x4.max(high0, zero);
    low1 = f32x4.max(low1, zero);
    high1 = f32x4.max(high1, zero);
    low2 = f32x4.max(low2, zero);
    high2 = f32x4.max(high2, zero);
    low3 = f32x4.max(low3, zero);
    high3 = f32x4.max(high3, zero);
  }
  v128.store(c, low0);
  v128.store(c, high0, 16);
  v128.store(c + cStep, low1);
  v128.store(c + cStep, high1, 16);
  v128.store(c + 2 * cStep, low2);
  v128.store(c + 2 * cStep, high2, 16);
  v128.store(c + 3 * cStep, low3);
  v128.store(c + 3 * cStep, high3, 16);
}

function tile1(
  a: usize, innerStep: usize, b: usize, bStep: usize, inner: i32, c: usize, bias: usize, relu: i32,
): void {
  let low0 = bias ? v128.load(bias) : f32x4.splat(0);
  let high0 = bias ? v128.load(bias, 16) : f32x4.splat(0);
  for (let k: i32 = 0; k < inner; k++) {
    const f = v128.load32_splat(a);
    low0 = madd(f, v128.load(b), low0);
    high0 = madd(f, v128.load(b, 16), high0);
    a += innerStep;
    b += bStep;
  }
  if (relu) {
    const zero = f32x4.splat(0);
    low0 = f32x4.max(low0, zero);
    high0 = f32x4.max(high0, zero);
  }
  v128.store(c, low0);
  v128.store(c, high0, 16);
}

/** to[inner][8]: columns [column, column + count) of b (or of its transpose), zeros beyond. */
function packPanel(b: usize, inner: i32, cols: i32, transposed: i32, column: i32, count: i32, to: usize): void {
  if (count < 8) memory.fill(to, 0, inner << 5);
  for (let n: i32 = 0; n < count; n++) {
    let from: usize = transposed ? b + (((column + n) * inner) << 2) : b + ((column + n) << 2);
    const step: usize = transposed ? 4 : cols << 2;
    let target: usize = to + (n << 2);
    for (let k: i32 = 0; k < inner; k++) {
      store<f32>(target, load<f32>(from));
      from += step;
      target += 32;
    }
  }
}

/** aTransposed: a is stored [inner][rows], else [rows][inner]; bTransposed: [cols][inner], else [inner][cols]. */
export function matMul(
  a: usize, b: usize, c: usize, rows: i32, inner: i32, cols: i32,
  aTransposed: i32, bTransposed: i32, bias: usize, relu: i32, scratch: usize,
): void {
  const rowStep: usize = aTransposed ? 4 : <usize>inner << 2;
  const innerStep: usize = aTransposed ? <usize>rows << 2 : 4;
  const cStep: usize = cols << 2;
  const panel = scratch;
  const rowsOut: usize = scratch + (inner << 5);
  const panelBias: usize = rowsOut + 128;
  const narrow = cols < 8;
  for (let start: i32 = 0; start < cols; start += 8) {
    const column = narrow ? 0 : min(start, cols - 8);
    const width = narrow ? cols : 8;
    let columnBias: usize = bias ? bias + (column << 2) : 0;
    if (narrow && bias) {
      memory.fill(panelBias, 0, 32);
      memory.copy(panelBias, bias, cols << 2);
      columnBias = panelBias;
    }
    let bPanel: usize = b + (column << 2);
    let bStep: usize = cols << 2;
    if (narrow || bTransposed) {
      packPanel(b, inner, cols, bTransposed, column, width, panel);
      bPanel = panel;
      bStep = 32;
    }
    for (let row: i32 = 0; row < rows; ) {
      const aRow: usize = a + <usize>row * rowStep;
      const cRow: usize = c + <usize>row * cStep + (column << 2);
      const out: usize = narrow ? rowsOut : cRow;
      const count: i32 = rows - row >= 4 ? 4 : 1;
      if (count == 4) {
        tile4(aRow, rowStep, innerStep, bPanel, bStep, inner, out, narrow ? 32 : cStep, columnBias, relu);
      } else {
        tile1(aRow, innerStep, bPanel, bStep, inner, out, columnBias, relu);
      }
      if (narrow) {
        for (let r: i32 = 0; r < count; r++) memory.copy(cRow + <usize>r * cStep, out + (r << 5), cols << 2);
      }
      row += count;
    }
  }
}
