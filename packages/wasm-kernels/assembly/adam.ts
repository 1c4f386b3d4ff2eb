/**
 * One Adam step: m and v in place, `to` may be `w` itself. rest1 = 1 - beta1, correction1 = 1 - beta1^step and
 * likewise 2. Every operation is rounded on its own (no fused multiply-add in any build), so that the step has
 * the same bits as the same formula written with tf operations.
 */
export function adamStep(
  w: usize, to: usize, gradient: usize, m: usize, v: usize, count: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, correction1: f32, correction2: f32,
  learningRate: f32, epsilon: f32,
): void {
  const beta1s = f32x4.splat(beta1), rest1s = f32x4.splat(rest1);
  const beta2s = f32x4.splat(beta2), rest2s = f32x4.splat(rest2);
  const correction1s = f32x4.splat(correction1), correction2s = f32x4.splat(correction2);
  const rates = f32x4.splat(learningRate), epsilons = f32x4.splat(epsilon);
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const p: usize = i << 2;
    const g = v128.load(gradient + p);
    const newM = f32x4.add(f32x4.mul(v128.load(m + p), beta1s), f32x4.mul(g, rest1s));
    const newV = f32x4.add(f32x4.mul(v128.load(v + p), beta2s), f32x4.mul(f32x4.mul(g, g), rest2s));
    v128.store(m + p, newM);
    v128.store(v + p, newV);
    const root = f32x4.add(f32x4.sqrt(f32x4.div(newV, correction2s)), epsilons);
    const direction = f32x4.div(f32x4.div(newM, correction1s), root);
    v128.store(to + p, f32x4.sub(v128.load(w + p), f32x4.mul(direction, rates)));
  }
  for (; i < count; i++) {
    const p: usize = i << 2;
    const g = load<f32>(gradient + p);
    const newM = load<f32>(m + p) * beta1 + g * rest1;
    const newV = load<f32>(v + p) * beta2 + g * g * rest2;
    store<f32>(m + p, newM);
    store<f32>(v + p, newV);
    const direction = newM / correction1 / (sqrt<f32>(newV / correction2) + epsilon);
    store<f32>(to + p, load<f32>(w + p) - direction * learningRate);
  }
}
