/** dx = dy where 0 < x <= high, else 0. */
export function reluGradBounded(x: usize, dy: usize, dx: usize, count: i32, high: f32): void {
  const zeros = f32x4.splat(0);
  const highs = f32x4.splat(high);
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const p: usize = i << 2;
    const value = v128.load(x + p);
    const open = v128.and(f32x4.gt(value, zeros), f32x4.le(value, highs));
    v128.store(dx + p, v128.and(v128.load(dy + p), open));
  }
  for (; i < count; i++) {
    const p: usize = i << 2;
    const value = load<f32>(x + p);
    store<f32>(dx + p, value > 0 && value <= high ? load<f32>(dy + p) : 0);
  }
}

/** y = x < 0 ? alpha * x : x; the `size` slopes repeat. */
export function prelu(x: usize, alpha: usize, y: usize, count: i32, size: i32): void {
  const zeros = f32x4.splat(0);
  for (let start: i32 = 0; start < count; start += size) {
    const from: usize = x + (start << 2), to: usize = y + (start << 2);
    let i: i32 = 0;
    for (; i + 4 <= size; i += 4) {
      const p: usize = i << 2;
      const value = v128.load(from + p);
      const below = f32x4.mul(value, v128.load(alpha + p));
      v128.store(to + p, v128.bitselect(below, value, f32x4.lt(value, zeros)));
    }
    for (; i < size; i++) {
      const p: usize = i << 2;
      const value = load<f32>(from + p);
      store<f32>(to + p, value < 0 ? value * load<f32>(alpha + p) : value);
    }
  }
}

/** y = clamp(roundHalfEven(x * scale), low, high) / scale. */
export function fakeQuantize(x: usize, y: usize, count: i32, scale: f32, low: f32, high: f32): void {
  const scales = f32x4.splat(scale);
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const p: usize = i << 2;
    const code = f32x4.nearest(f32x4.mul(v128.load(x + p), scales));
    v128.store(y + p, f32x4.div(f32x4.min(f32x4.max(code, lows), highs), scales));
  }
  for (; i < count; i++) {
    const p: usize = i << 2;
    const code = nearest<f32>(load<f32>(x + p) * scale);
    store<f32>(y + p, min(max(code, low), high) / scale);
  }
}

function sumAll(x: usize, count: i32): f32 {
  let a = f32x4.splat(0), b = a, c = a, d = a;
  let i: i32 = 0;
  for (; i + 16 <= count; i += 16) {
    a = f32x4.add(a, v128.load(x));
    b = f32x4.add(b, v128.load(x, 16));
    c = f32x4.add(c, v128.load(x, 32));
    d = f32x4.add(d, v128.load(x, 48));
    x += 64;
  }
  const sums = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  let total =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  for (; i < count; i++) {
    total += load<f32>(x);
    x += 4;
  }
  return total;
}

/** y[cols] = sum over rows of x[rows][cols]; the order of the additions depends on the shape only. */
export function sumRows(x: usize, y: usize, rows: i32, cols: i32): void {
  if (cols == 1) {
    store<f32>(y, sumAll(x, rows));
    return;
  }
  const step: usize = cols << 2;
  let column: i32 = 0;
  for (; column + 4 <= cols; column += 4) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let p: usize = x + (column << 2);
    let r: i32 = 0;
    for (; r + 4 <= rows; r += 4) {
      a = f32x4.add(a, v128.load(p));
      b = f32x4.add(b, v128.load(p + step));
      c = f32x4.add(c, v128.load(p + 2 * step));
      d = f32x4.add(d, v128.load(p + 3 * step));
      p += 4 * step;
    }
    for (; r < rows; r++) {
      a = f32x4.add(a, v128.load(p));
      p += step;
    }
    v128.store(y + (column << 2), f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  for (; column < cols; column++) {
    let a: f32 = 0, b: f32 = 0, c: f32 = 0, d: f32 = 0;
    let p: usize = x + (column << 2);
    let r: i32 = 0;
    for (; r + 4 <= rows; r += 4) {
      a += load<f32>(p);
      b += load<f32>(p + step);
      c += load<f32>(p + 2 * step);
      d += load<f32>(p + 3 * step);
      p += 4 * step;
    }
    for (; r < rows; r++) {
      a += load<f32>(p);
      p += step;
    }
    store<f32>(y + (column << 2), a + b + (c + d));
  }
}
