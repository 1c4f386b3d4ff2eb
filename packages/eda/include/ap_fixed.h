// ap_fixed and ap_ufixed for C-simulation with an ordinary C++14 compiler (g++, clang, and clang
// for WebAssembly). Written for cnntargz from the documented behaviour of the HLS types; it holds
// no code of theirs.
//
// A number is an integer `raw` times 2^-(W - I). Every cast first rounds and then handles the
// overflow of the exact value. + - and * give the exact result in a type that is wide enough, so
// nothing is lost until the result is stored somewhere narrower.
//
// Limits: a signed type has at most 128 bits and an unsigned one at most 127; so have the exact
// results of + - and *, and a number that a cast has brought to a finer fraction. Compilation stops
// where an expression would pass them. Built-in integers take part in all operations, doubles in
// assignments and comparisons only. There are no division of fractions, no AP_WRAP_SM and no
// saturation bits (the fifth template argument must be 0). A default-constructed number is zero, where the vendor's is undefined.
#ifndef CNNTARGZ_AP_FIXED_H_
#define CNNTARGZ_AP_FIXED_H_

#include <cmath>
#include <cstdint>
#include <type_traits>

// What becomes of the bits below the least significant one.
enum ap_q_mode {
  AP_RND,          // nearest, ties towards +infinity
  AP_RND_ZERO,     // nearest, ties towards zero
  AP_RND_MIN_INF,  // nearest, ties towards -infinity
  AP_RND_INF,      // nearest, ties away from zero
  AP_RND_CONV,     // nearest, ties to even
  AP_TRN,          // towards -infinity
  AP_TRN_ZERO      // towards zero
};

// What becomes of values that do not fit.
enum ap_o_mode {
  AP_SAT,       // the nearest bound
  AP_SAT_ZERO,  // zero
  AP_SAT_SYM,   // the nearest bound, and -maximum in place of the minimum
  AP_WRAP       // the low bits
};

namespace ap_detail {

typedef __int128 wide;
typedef unsigned __int128 unsigned_wide;

// An integer of at least BITS bits, sign included.
template <int BITS>
struct storage {
  static_assert(BITS <= 128, "a number or an exact result needs more than 128 bits");
  typedef typename std::conditional<(BITS <= 64), int64_t, wide>::type type;
};

constexpr int larger(int a, int b) { return a > b ? a : b; }
constexpr int positive(int a) { return a > 0 ? a : 0; }

// raw / 2^shift rounded to an integer; shift >= 1. Where shift passes the bits of T less two,
// `raw` must leave the two top bits of T unused.
template <class T>
inline T round_shift(T raw, int shift, ap_q_mode mode) {
  const int bits = int(sizeof(T)) * 8;
  // Further shifts change neither the floor nor on which side of one half the rest lies.
  if (shift > bits - 2) {
    if (raw > 1 || raw < -1) raw = raw < 0 ? -1 : 1;
    shift = bits - 2;
  }
  const T floor = raw >> shift;
  const T rest = raw - floor * (T(1) << shift);
  const T half = T(1) << (shift - 1);
  switch (mode) {
    case AP_TRN:
      return floor;
    case AP_TRN_ZERO:
      return floor + (raw < 0 && rest != 0);
    case AP_RND:
      return floor + (rest >= half);
    case AP_RND_MIN_INF:
      return floor + (rest > half);
    case AP_RND_ZERO:
      return floor + (rest > half || (rest == half && raw < 0));
    case AP_RND_INF:
      return floor + (rest > half || (rest == half && raw >= 0));
    default:
      return floor + (rest > half || (rest == half && (floor & 1) != 0));
  }
}

// The low W bits of `value`, sign-extended where SIGNED; T has more than W bits.
template <int W, bool SIGNED, class T>
inline T wrap(T value) {
  typedef typename std::conditional<(sizeof(T) > 8), unsigned_wide, uint64_t>::type bits;
  const int unused = int(sizeof(T)) * 8 - W;
  const bits top = bits(value) << unused;
  return SIGNED ? T(top) >> unused : T(top >> unused);
}

// An integer of any size brought into W bits.
template <int W, bool SIGNED, class T>
inline T limit(T given, ap_o_mode mode) {
  // 64-bit arithmetic wherever it can hold the bounds: it is what simulations spend their time in.
  typedef typename std::conditional<(W <= 62), T, wide>::type work;
  const work value = given;
  const work maximum = work((unsigned_wide(1) << (W - (SIGNED ? 1 : 0))) - 1);
  const work minimum = SIGNED ? -maximum - 1 : 0;
  const work symmetric = SIGNED ? -maximum : 0;
  if (mode == AP_SAT_SYM && value < symmetric) return T(symmetric);
  if (value <= maximum && value >= minimum) return given;
  switch (mode) {
    case AP_WRAP:
      return T(wrap<W, SIGNED>(value));
    case AP_SAT_ZERO:
      return 0;
    default:
      return T(value > 0 ? maximum : minimum);
  }
}

template <int W, int I, bool SIGNED, ap_q_mode Q, ap_o_mode O>
class fixed;

// The type of an exact sum or difference.
template <int W1, int I1, bool S1, int W2, int I2, bool S2, bool SIGNED>
struct sum_type {
  static const int fraction = (W1 - I1) > (W2 - I2) ? (W1 - I1) : (W2 - I2);
  static const int integer1 = I1 + (SIGNED && !S1 ? 1 : 0);
  static const int integer2 = I2 + (SIGNED && !S2 ? 1 : 0);
  static const int integer = (integer1 > integer2 ? integer1 : integer2) + 1;
  typedef fixed<integer + fraction, integer, SIGNED, AP_TRN, AP_WRAP> type;
};

// Built-in integers take part in expressions as fixed-point numbers without a fraction.
template <class T, bool IS_INTEGER = std::is_integral<T>::value>
struct from_builtin {};
template <class T>
struct from_builtin<T, true> {
  static const int bits = int(sizeof(T)) * 8;
  typedef fixed<bits, bits, std::is_signed<T>::value, AP_TRN, AP_WRAP> type;
};

template <class T, class R>
using if_integer = typename std::enable_if<std::is_integral<T>::value, R>::type;

template <int W, int I, bool SIGNED, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP>
class fixed {
  static_assert(W >= 1, "a type needs at least one bit");

 public:
  static const int width = W;
  static const int iwidth = I;
  static const int fraction = W - I;
  static const bool is_signed = SIGNED;
  typedef typename storage<W + (SIGNED ? 0 : 1)>::type raw_type;

  fixed() : raw_(0) {}

  // A number of another type: rounded with Q, then brought into range with O.
  template <int W2, int I2, bool S2, ap_q_mode Q2, ap_o_mode O2>
  fixed(const fixed<W2, I2, S2, Q2, O2>& other) {
    const int right = (W2 - I2) - (W - I);
    // One bit more than both need, for rounding up.
    typedef typename storage<larger(W2 + positive(-right), W) + 2 <= 64 ? 64 : 128>::type work;
    static_assert(W2 + positive(-right) <= 128 - (S2 ? 0 : 1),
                  "aligning the fractions needs more than 128 bits");
    const work value = work(other.raw());
    raw_ = raw_type(limit<W, SIGNED>(
        right > 0 ? round_shift<work>(value, positive(right - 1) + 1, Q)
                  : work(value * (work(1) << positive(-right))),
        O));
  }

  fixed(double value) { assign(value); }
  fixed(float value) { assign(double(value)); }

  template <class T>
  fixed(T value, if_integer<T, int> = 0) {
    *this = fixed(from_builtin<T>::type::from_raw(
        typename from_builtin<T>::type::raw_type(value)));
  }

  // The number with exactly these bits: raw times 2^-(W - I). No check of the range.
  static fixed from_raw(raw_type raw) {
    fixed result;
    result.raw_ = raw;
    return result;
  }

  raw_type raw() const { return raw_; }

  // Exact when the number has at most 53 significant bits, otherwise the nearest double.
  double to_double() const { return std::ldexp(double(raw_), -(W - I)); }
  float to_float() const { return float(to_double()); }
  // Towards zero, as a cast of a double to an integer.
  int64_t to_int64() const {
    return W - I > 0 ? int64_t(round_shift<wide>(raw_, positive(W - I - 1) + 1, AP_TRN_ZERO))
                     : int64_t(wide(raw_) * (wide(1) << positive(I - W)));
  }
  int to_int() const { return int(to_int64()); }
  explicit operator double() const { return to_double(); }
  explicit operator bool() const { return raw_ != 0; }

  // One bit, 0 the least significant.
  bool operator[](int bit) const { return ((raw_ >> bit) & 1) != 0; }

  fixed operator+() const { return *this; }
  typename sum_type<1, 1, false, W, I, SIGNED, true>::type operator-() const {
    return fixed<1, 1, false>() - *this;
  }

  // Shifts keep the type: bits that leave it are lost (right shifts round down).
  fixed operator<<(int count) const {
    if (count < 0) return *this >> -count;
    if (count >= W) return fixed();
    return from_raw(raw_type(wrap<W, SIGNED>(wide(unsigned_wide(wide(raw_)) << count))));
  }
  fixed operator>>(int count) const {
    if (count < 0) return *this << -count;
    return from_raw(count >= W ? raw_type(raw_ < 0 ? -1 : 0) : raw_type(raw_ >> count));
  }

  template <class T>
  fixed& operator+=(const T& other) {
    return *this = fixed(*this + other);
  }
  template <class T>
  fixed& operator-=(const T& other) {
    return *this = fixed(*this - other);
  }
  template <class T>
  fixed& operator*=(const T& other) {
    return *this = fixed(*this * other);
  }
  fixed& operator<<=(int count) { return *this = *this << count; }
  fixed& operator>>=(int count) { return *this = *this >> count; }

 private:
  // Exact: the mantissa is shifted by the exponent as integers are.
  void assign(double value) {
    // Neither infinities nor NaN are numbers of any of these types.
    if (!std::isfinite(value)) {
      raw_ = 0;
      return;
    }
    int exponent = 0;
    const wide mantissa = wide(std::ldexp(std::frexp(value, &exponent), 53));
    const int left = exponent - 53 + (W - I);
    if (left < 0) {
      raw_ = raw_type(limit<W, SIGNED>(round_shift<wide>(mantissa, -left, Q), O));
    } else if (left <= 73) {
      raw_ = raw_type(limit<W, SIGNED>(wide(mantissa * (wide(1) << left)), O));
    } else if (O == AP_WRAP) {
      raw_ = left >= 128 ? raw_type(0)
                         : raw_type(wrap<W, SIGNED>(wide(unsigned_wide(mantissa) << left)));
    } else {
      // At least 2^126 in magnitude: beyond every type but the very widest, whose bound is taken.
      const wide huge = wide((unsigned_wide(1) << 127) - 1);
      raw_ = mantissa == 0 ? raw_type(0)
                           : raw_type(limit<W, SIGNED>(mantissa > 0 ? huge : -huge - 1, O));
    }
  }

  raw_type raw_;
};

// Exact sum, difference and product.
template <int W1, int I1, bool S1, ap_q_mode Q1, ap_o_mode O1, int W2, int I2, bool S2,
          ap_q_mode Q2, ap_o_mode O2>
inline typename sum_type<W1, I1, S1, W2, I2, S2, (S1 || S2)>::type operator+(
    const fixed<W1, I1, S1, Q1, O1>& a, const fixed<W2, I2, S2, Q2, O2>& b) {
  typedef typename sum_type<W1, I1, S1, W2, I2, S2, (S1 || S2)>::type result;
  typedef typename result::raw_type raw;
  return result::from_raw(raw(a.raw()) * (raw(1) << (result::fraction - (W1 - I1))) +
                          raw(b.raw()) * (raw(1) << (result::fraction - (W2 - I2))));
}

template <int W1, int I1, bool S1, ap_q_mode Q1, ap_o_mode O1, int W2, int I2, bool S2,
          ap_q_mode Q2, ap_o_mode O2>
inline typename sum_type<W1, I1, S1, W2, I2, S2, true>::type operator-(
    const fixed<W1, I1, S1, Q1, O1>& a, const fixed<W2, I2, S2, Q2, O2>& b) {
  typedef typename sum_type<W1, I1, S1, W2, I2, S2, true>::type result;
  typedef typename result::raw_type raw;
  return result::from_raw(raw(a.raw()) * (raw(1) << (result::fraction - (W1 - I1))) -
                          raw(b.raw()) * (raw(1) << (result::fraction - (W2 - I2))));
}

template <int W1, int I1, bool S1, ap_q_mode Q1, ap_o_mode O1, int W2, int I2, bool S2,
          ap_q_mode Q2, ap_o_mode O2>
inline fixed<W1 + W2, I1 + I2, (S1 || S2)> operator*(const fixed<W1, I1, S1, Q1, O1>& a,
                                                     const fixed<W2, I2, S2, Q2, O2>& b) {
  typedef fixed<W1 + W2, I1 + I2, (S1 || S2)> result;
  typedef typename result::raw_type raw;
  return result::from_raw(raw(raw(a.raw()) * raw(b.raw())));
}

// Division of integers, towards zero as for built-in integers; the remainder has the sign of the
// dividend.
template <int W1, bool S1, ap_q_mode Q1, ap_o_mode O1, int W2, bool S2, ap_q_mode Q2, ap_o_mode O2>
inline fixed<W1 + (S2 ? 1 : 0), W1 + (S2 ? 1 : 0), (S1 || S2)> operator/(
    const fixed<W1, W1, S1, Q1, O1>& a, const fixed<W2, W2, S2, Q2, O2>& b) {
  typedef fixed<W1 + (S2 ? 1 : 0), W1 + (S2 ? 1 : 0), (S1 || S2)> result;
  return result::from_raw(typename result::raw_type(wide(a.raw()) / wide(b.raw())));
}

template <int W1, bool S1, ap_q_mode Q1, ap_o_mode O1, int W2, bool S2, ap_q_mode Q2, ap_o_mode O2>
inline fixed<W1, W1, S1> operator%(const fixed<W1, W1, S1, Q1, O1>& a,
                                   const fixed<W2, W2, S2, Q2, O2>& b) {
  typedef fixed<W1, W1, S1> result;
  return result::from_raw(typename result::raw_type(wide(a.raw()) % wide(b.raw())));
}

// The sign of a - b, exactly.
template <int W1, int I1, bool S1, ap_q_mode Q1, ap_o_mode O1, int W2, int I2, bool S2,
          ap_q_mode Q2, ap_o_mode O2>
inline int compare(const fixed<W1, I1, S1, Q1, O1>& a, const fixed<W2, I2, S2, Q2, O2>& b) {
  const auto difference = (a - b).raw();
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

#define CNNTARGZ_WITH_BUILTIN(OP)                                                              \
  template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, class T>                           \
  inline auto operator OP(const fixed<W, I, S, Q, O>& a, T b)                                  \
      ->if_integer<T, decltype(a OP typename from_builtin<T>::type())> {                       \
    return a OP typename from_builtin<T>::type(b);                                             \
  }                                                                                            \
  template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, class T>                           \
  inline auto operator OP(T a, const fixed<W, I, S, Q, O>& b)                                  \
      ->if_integer<T, decltype(typename from_builtin<T>::type() OP b)> {                       \
    return typename from_builtin<T>::type(a) OP b;                                             \
  }
CNNTARGZ_WITH_BUILTIN(+)
CNNTARGZ_WITH_BUILTIN(-)
CNNTARGZ_WITH_BUILTIN(*)
CNNTARGZ_WITH_BUILTIN(/)
CNNTARGZ_WITH_BUILTIN(%)
#undef CNNTARGZ_WITH_BUILTIN

#define CNNTARGZ_COMPARISON(OP)                                                                \
  template <int W1, int I1, bool S1, ap_q_mode Q1, ap_o_mode O1, int W2, int I2, bool S2,      \
            ap_q_mode Q2, ap_o_mode O2>                                                        \
  inline bool operator OP(const fixed<W1, I1, S1, Q1, O1>& a,                                  \
                          const fixed<W2, I2, S2, Q2, O2>& b) {                                \
    return compare(a, b) OP 0;                                                                 \
  }                                                                                            \
  template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, class T>                           \
  inline if_integer<T, bool> operator OP(const fixed<W, I, S, Q, O>& a, T b) {                 \
    return compare(a, typename from_builtin<T>::type(b)) OP 0;                                 \
  }                                                                                            \
  template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, class T>                           \
  inline if_integer<T, bool> operator OP(T a, const fixed<W, I, S, Q, O>& b) {                 \
    return compare(typename from_builtin<T>::type(a), b) OP 0;                                 \
  }                                                                                            \
  template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O>                                    \
  inline bool operator OP(const fixed<W, I, S, Q, O>& a, double b) {                           \
    return a.to_double() OP b;                                                                 \
  }                                                                                            \
  template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O>                                    \
  inline bool operator OP(double a, const fixed<W, I, S, Q, O>& b) {                           \
    return a OP b.to_double();                                                                 \
  }
CNNTARGZ_COMPARISON(==)
CNNTARGZ_COMPARISON(!=)
CNNTARGZ_COMPARISON(<)
CNNTARGZ_COMPARISON(<=)
CNNTARGZ_COMPARISON(>)
CNNTARGZ_COMPARISON(>=)
#undef CNNTARGZ_COMPARISON

}  // namespace ap_detail

// W bits in all, I of them before the point (the sign included); I may be negative or exceed W.
template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
using ap_fixed =
    typename std::enable_if<N == 0, ap_detail::fixed<W, I, true, Q, O>>::type;
template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
using ap_ufixed =
    typename std::enable_if<N == 0, ap_detail::fixed<W, I, false, Q, O>>::type;

#endif  // CNNTARGZ_AP_FIXED_H_
