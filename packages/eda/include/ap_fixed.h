// ap_fixed, ap_ufixed, ap_int and ap_uint for C-simulation with an ordinary compiler (g++, clang,
// clang for WebAssembly), C++11 or later. Written for cnntargz from the documented behaviour of the
// HLS types; it holds no code of theirs.
//
// A number is an integer `raw` times 2^-(W - I). A cast first rounds and then handles the overflow
// of the exact value. + - and * give the exact result in a type that is wide enough, so nothing is
// lost until the result is stored somewhere narrower.
//
//   a + b, a - b   max(I) + 1 integer bits (signed and unsigned mixed: one more), max(F) fraction
//                  bits; differences are signed
//   a * b          W1 + W2 bits, I1 + I2 of them before the point
//   a / b          a's fraction (and b's bits after the point when b has none), cut towards zero
//   a % b          integers: the sign is a's
//   a << n, a >> n a's type: bits that leave it are lost; a negative n shifts the other way
//   a & b | c ^ ~d the points aligned
//
// Limits: 128 bits, also for the exact result of an operation. Compilation stops where an
// expression would pass them. There are no AP_WRAP_SM, no saturation bits (the fifth template
// argument must be 0), no numbers from text and no assignment to concatenations.
//
// A default-constructed number is zero, where the vendor's is undefined. Dividing by zero, and a
// bit or range outside a number, end the program with exit code 3.
#ifndef CNNTARGZ_AP_FIXED_H_
#define CNNTARGZ_AP_FIXED_H_

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iosfwd>
#include <string>
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
  AP_WRAP,      // the low bits
  AP_WRAP_SM    // not supported
};

template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
class ap_fixed;
template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
class ap_ufixed;
template <int W>
class ap_int;
template <int W>
class ap_uint;

namespace ap_detail {

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

constexpr int larger(int a, int b) { return a > b ? a : b; }
constexpr int smaller(int a, int b) { return a < b ? a : b; }
constexpr int positive(int a) { return a > 0 ? a : 0; }

// ---- Integers of the machine ----

template <bool CONDITION, class A, class B>
struct choose {
  typedef typename std::conditional<CONDITION, A, B>::type type;
};

// The integer for BITS bits, sign included: with 32 bits compilers vectorise best.
template <int BITS>
struct signed_work
    : choose<(BITS <= 32), int32_t, typename choose<(BITS <= 64), int64_t, wide>::type> {};

// Only an unsigned number of 128 bits needs an unsigned integer: all others have room for a sign.
template <int W, bool S>
struct work {
  static_assert(W <= 128, "a number, or the exact result of an operation, needs more than 128 bits");
  typedef typename choose<(!S && W == 128), unsigned_wide,
                          typename signed_work<W + (S ? 0 : 1)>::type>::type type;
};
template <class T>
struct unsigned_of : std::make_unsigned<T> {};
template <>
struct unsigned_of<wide> {
  typedef unsigned_wide type;
};
template <>
struct unsigned_of<unsigned_wide> {
  typedef unsigned_wide type;
};

template <class T>
inline bool is_negative(T value) {
  return value < 0;
}
inline bool is_negative(unsigned_wide) { return false; }

template <class T>
inline T shift_left(T value, int count) {
  typedef typename unsigned_of<T>::type bits;
  return count >= int(sizeof(T)) * 8 ? T(0) : T(bits(value) << count);
}

inline void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::exit(3);
}

// ---- Casts ----

// value / 2^RIGHT rounded to an integer, RIGHT >= 1.
template <ap_q_mode Q, class T>
inline T round_shift(T value, int right) {
  typedef typename unsigned_of<T>::type bits;
  const int size = int(sizeof(T)) * 8;
  const bool negative = is_negative(value);
  // Nothing is left, less than one half.
  if (right > size) return Q == AP_TRN && negative ? T(-1) : T(0);
  const T floor = right == size ? (negative ? T(-1) : T(0)) : T(value >> (right & (size - 1)));
  const bits rest = right == size
                        ? bits(value)
                        : bits(bits(value) & bits((bits(1) << (right & (size - 1))) - 1));
  const bits half = bits(1) << (right - 1);
  switch (Q) {
    case AP_TRN:
      return floor;
    case AP_TRN_ZERO:
      return T(floor + (negative && rest != 0));
    case AP_RND:
      return T(floor + (rest >= half));
    case AP_RND_MIN_INF:
      return T(floor + (rest > half));
    case AP_RND_ZERO:
      return T(floor + (rest > half || (rest == half && negative)));
    case AP_RND_INF:
      return T(floor + (rest > half || (rest == half && !negative)));
    default:
      return T(floor + (rest > half || (rest == half && (floor & 1) != 0)));
  }
}

// The low W bits of `value`, sign-extended where S.
template <int W, bool S, class R, class T>
inline R wrap(T value) {
  typedef typename unsigned_of<T>::type bits;
  const int unused = positive(int(sizeof(T)) * 8 - W);
  const bits top = bits(value) << unused;
  return S ? R(T(top) >> unused) : R(bits(top) >> unused);
}

// value * 2^left in W bits; T holds W bits and, unless it is unsigned, a sign.
template <int W, bool S, ap_o_mode O, class R, class T>
inline R limit(T value, int left) {
  static_assert(O != AP_WRAP_SM, "AP_WRAP_SM is not supported");
  typedef typename unsigned_of<T>::type bits;
  if (O == AP_WRAP) return wrap<W, S, R>(shift_left(value, left));
  const bool negative = is_negative(value);
  // Bits of the largest magnitude, in units of `value`.
  const int room = W - (S ? 1 : 0) - left;
  const int size = int(sizeof(T)) * 8;
  const bits largest = room <= 0 ? bits(0) : bits(~bits(0)) >> positive(size - room);
  const bool over = !negative && bits(value) > largest;
  const bool under =
      negative && (!S || (room < size && value < T(bits(0) - largest -
                                                   bits(O != AP_SAT_SYM && room >= 0 ? 1 : 0))));
  if (!over && !under) return R(shift_left(value, left));
  if (O == AP_SAT_ZERO) return R(0);
  // A signed number of one bit is 0 or -1.
  const int magnitude = W - (S ? 1 : 0);
  const R maximum =
      magnitude == 0 ? R(0) : R(bits(~bits(0)) >> positive(size - larger(magnitude, 1)));
  if (over) return maximum;
  return S ? R(O == AP_SAT_SYM ? -maximum : -maximum - 1) : R(0);
}

// The raw integer of a number with W2, I2 and S2 in a type with W, I, S and modes.
template <int W2, int I2, bool S2, int W, int I, bool S, ap_q_mode Q, ap_o_mode O>
struct cast {
  typedef typename work<W, S>::type raw_type;
  static const int right = positive((W2 - I2) - (W - I));
  static const int left = positive((W - I) - (W2 - I2));
  // An integer for both types: only that of an unsigned source of 128 bits has no sign.
  typedef typename choose<(!S2 && W2 == 128), unsigned_wide,
                          typename signed_work<smaller(
                              larger(W2 + (S2 ? 0 : 1), W + (S ? 0 : 1)), 128)>::type>::type work_type;
  // Whether every number of the source fits, also when it is rounded up.
  static const bool rounds_up = right > 0 && Q != AP_TRN && Q != AP_TRN_ZERO;
  static const bool symmetric = O == AP_SAT_SYM && S2;
  static const bool fits =
      (S || !S2) && I - (S ? 1 : 0) >= I2 - (S2 ? 1 : 0) + (rounds_up || symmetric ? 1 : 0);

  template <class T>
  static raw_type of(T raw) {
    const work_type value =
        right > 0 ? round_shift<Q>(work_type(raw), larger(right, 1)) : work_type(raw);
    if (fits) return raw_type(shift_left(value, left));
    return limit<W, S, O, raw_type>(value, left);
  }
};

// The same of a double, exactly: the mantissa is shifted as integers are.
template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O>
struct cast_double {
  typedef typename work<W, S>::type raw_type;

  static raw_type of(double value) {
    // Most doubles are a few units of the last bit.
    const double units = value * std::ldexp(1.0, W - I);
    if (std::fabs(units) < 4611686018427387904.0) {
      const int64_t whole = int64_t(units);
      if (double(whole) == units && (whole != 0 || value == 0)) {
        return cast<64, 64 - (W - I), true, W, I, S, Q, O>::of(whole);
      }
    }
    return shifted(value);
  }

 private:
  static raw_type shifted(double value) {
    if (value != value) return raw_type(0);
    const bool infinite = value - value != 0;
    int exponent = infinite ? 4096 : 0;
    const double fraction = infinite ? (value > 0 ? 0.5 : -0.5) : std::frexp(value, &exponent);
    const wide mantissa = wide(int64_t(std::ldexp(fraction, 53)));
    const int left = exponent - 53 + (W - I);
    if (left < 0) return limit<W, S, O, raw_type>(round_shift<Q>(mantissa, -left), 0);
    if (O == AP_WRAP) return wrap<W, S, raw_type>(shift_left(mantissa, left));
    return limit<W, S, O, raw_type>(mantissa, left);
  }
};

// ---- Numbers ----

// The type of a result: an integer when nothing is behind the point.
template <int W, int I, bool S>
struct result {
  typedef typename choose<S, ap_fixed<W, I>, ap_ufixed<W, I> >::type type;
};
template <int W>
struct result<W, W, true> {
  typedef ap_int<W> type;
};
template <int W>
struct result<W, W, false> {
  typedef ap_uint<W> type;
};

// Integers and plain enumerations.
template <class T>
struct is_integer {
  static const bool value =
      std::is_integral<T>::value || (std::is_enum<T>::value && std::is_convertible<T, int>::value);
};

// Built-in integers take part in expressions as numbers without a fraction.
template <class T, bool = is_integer<T>::value>
struct builtin {};
template <class T>
struct builtin<T, true> {
  static const int bits = std::is_same<T, bool>::value ? 1 : int(sizeof(T)) * 8;
  static const bool is_signed = T(-1) < T(0);
  typedef typename result<bits, bits, is_signed>::type type;
};

template <class T, class R>
using if_integer = typename std::enable_if<is_integer<T>::value, R>::type;
template <class T, class R>
using if_float = typename std::enable_if<std::is_floating_point<T>::value, R>::type;

// What all numbers of W bits with I before the point have, whatever their modes.
template <int W, int I, bool S>
class number {
  static_assert(W >= 1, "a number needs at least one bit");

 public:
  static const int width = W;
  static const int iwidth = I;
  static const bool is_signed = S;
  typedef typename work<W, S>::type raw_type;

  raw_type raw() const { return raw_; }

  // Exact when the number has at most 53 significant bits, otherwise the nearest double.
  double to_double() const {
    return positive(W - I) + positive(I) < 900 ? double(raw()) * std::ldexp(1.0, I - W)
                                               : std::ldexp(double(raw()), I - W);
  }
  float to_float() const { return float(to_double()); }
  // Integers are cut towards zero, as a cast of a double to an integer.
  int64_t to_int64() const { return cast<W, I, S, 64, 64, true, AP_TRN_ZERO, AP_WRAP>::of(raw()); }
  uint64_t to_uint64() const { return uint64_t(to_int64()); }
  long to_long() const { return long(to_int64()); }
  unsigned long to_ulong() const { return (unsigned long)(to_uint64()); }
  int to_int() const { return int(to_int64()); }
  unsigned to_uint() const { return unsigned(to_uint64()); }
  bool to_bool() const { return raw() != 0; }

  template <class T, class = typename std::enable_if<std::is_arithmetic<T>::value>::type>
  operator T() const {
    return std::is_same<T, bool>::value
               ? T(raw() != 0)
               : std::is_floating_point<T>::value ? T(to_double()) : T(to_int64());
  }
  bool operator!() const { return raw() == 0; }

  int length() const { return W; }
  bool is_zero() const { return raw() == 0; }
  bool is_neg() const { return is_negative(raw()); }

  // Bit `index`, 0 the least significant.
  bool get_bit(int index) const {
    if (index < 0 || index >= W) fail("a bit is read that its number does not have");
    return ((raw() >> (index & 127)) & 1) != 0;
  }
  bool test(int index) const { return get_bit(index); }
  bool operator[](int index) const { return get_bit(index); }

  // Bits high..low as an unsigned integer.
  ap_uint<W> range(int high, int low) const { return ap_uint<W>::from_raw(bits(high, low)); }
  ap_uint<W> range() const { return range(W - 1, 0); }
  ap_uint<W> operator()(int high, int low) const { return range(high, low); }

  bool and_reduce() const { return bits(W - 1, 0) == wrap<W, false, unsigned_raw>(work_type(-1)); }
  bool or_reduce() const { return raw() != 0; }
  bool xor_reduce() const {
    bool odd = false;
    for (int index = 0; index < W; index++) odd = odd != get_bit(index);
    return odd;
  }

  // The digits of an integer, or the exact decimals of a fraction (radix 10); the bits (radix 2, 16).
  std::string to_string(int radix = 10) const {
    typedef unsigned_wide all;
    if (radix != 10) {
      std::string text;
      const int step = radix == 16 ? 4 : 1;
      for (int low = (W - 1) / step * step; low >= 0; low -= step) {
        text += "0123456789abcdef"[int(all(bits(smaller(low + step, W) - 1, low)))];
      }
      return (radix == 16 ? "0x" : "0b") + text;
    }
    const bool negative = is_negative(raw());
    const all magnitude = negative ? all(0) - all(wide(raw())) : all(raw());
    const int fraction = positive(W - I);
    std::string text;
    all whole = fraction >= 128 ? all(0) : magnitude >> (fraction & 127);
    do {
      text.insert(text.begin(), char('0' + int(whole % 10)));
      whole /= 10;
    } while (whole != 0);
    if (whole_zeros() > 0) text += "*2^" + std::to_string(whole_zeros());
    if (fraction > 0) {
      text += '.';
      std::string digits;
      // One decimal digit per bit, from the least significant bit: (digits + bit) / 2.
      for (int index = 0; index < fraction; index++) {
        const bool one = index < 128 && ((magnitude >> (index & 127)) & 1) != 0;
        int carry = one ? 1 : 0;
        for (std::size_t at = 0; at < digits.size(); at++) {
          const int digit = digits[at] - '0' + 10 * carry;
          digits[at] = char('0' + digit / 2);
          carry = digit % 2;
        }
        if (carry != 0 || !digits.empty()) digits += char('0' + 5 * carry);
      }
      text += digits.empty() ? "0" : digits;
    }
    return negative ? "-" + text : text;
  }

 protected:
  typedef typename work<W, S>::type work_type;
  typedef typename work<W, false>::type unsigned_raw;

  number() : raw_(0) {}

  unsigned_raw bits(int high, int low) const {
    if (low < 0 || high >= W || high < low) fail("a range is read that its number does not have");
    const unsigned_raw all = wrap<W, false, unsigned_raw>(work_type(raw()));
    const int count = high - low + 1;
    const unsigned_wide mask = ~unsigned_wide(0) >> ((128 - count) & 127);
    return unsigned_raw((unsigned_wide(all) >> (low & 127)) & mask);
  }

  raw_type raw_;

 private:
  static constexpr int whole_zeros() { return positive(I - W); }
};

// Bits high..low of a variable: reads as the unsigned integer that they are, and can be assigned.
template <class V>
class range_ref : public number<V::width, V::width, false> {
  typedef number<V::width, V::width, false> base;
  typedef typename base::raw_type raw_type;

 public:
  range_ref(V& variable, int high, int low, raw_type value)
      : variable_(variable), high_(high), low_(low) {
    this->raw_ = value;
  }
  range_ref(const range_ref&) = default;

  template <int W2, int I2, bool S2>
  range_ref& operator=(const number<W2, I2, S2>& other) {
    return set(cast<W2, I2, S2, 128, 128, false, AP_TRN_ZERO, AP_WRAP>::of(other.raw()));
  }
  template <class T>
  if_integer<T, range_ref&> operator=(T value) {
    return set(unsigned_wide(wide(value)));
  }
  range_ref& operator=(const range_ref& other) { return set(unsigned_wide(other.raw())); }

  int length() const { return high_ - low_ + 1; }

 private:
  range_ref& set(unsigned_wide value) {
    const unsigned_wide mask = ~unsigned_wide(0) >> ((128 - length()) & 127);
    this->raw_ = raw_type(value & mask);
    variable_.set_bits(mask << (low_ & 127), (value & mask) << (low_ & 127));
    return *this;
  }

  V& variable_;
  int high_;
  int low_;
};

// One bit of a variable.
template <class V>
class bit_ref : public number<1, 1, false> {
 public:
  bit_ref(V& variable, int index) : variable_(variable), index_(index) {
    raw_ = variable.get_bit(index);
  }
  bit_ref(const bit_ref&) = default;
  bit_ref& operator=(bool bit) {
    raw_ = bit;
    const unsigned_wide mask = unsigned_wide(1) << (index_ & 127);
    variable_.set_bits(mask, bit ? mask : 0);
    return *this;
  }
  bit_ref& operator=(const bit_ref& other) { return *this = other.to_bool(); }
  bool operator~() const { return raw() == 0; }

 private:
  V& variable_;
  int index_;
};

// A number that can be assigned to: D is ap_fixed<...>, ap_int<...> and so on.
template <class D, int W, int I, bool S, ap_q_mode Q, ap_o_mode O>
class variable : public number<W, I, S> {
  typedef number<W, I, S> base;

 public:
  typedef typename base::raw_type raw_type;
  static const ap_q_mode qmode = Q;
  static const ap_o_mode omode = O;

  variable() {}
  template <int W2, int I2, bool S2>
  variable(const number<W2, I2, S2>& other) {
    this->raw_ = cast<W2, I2, S2, W, I, S, Q, O>::of(other.raw());
  }
  template <class T, if_float<T, int> = 0>
  variable(T value) {
    this->raw_ = cast_double<W, I, S, Q, O>::of(double(value));
  }
  template <class T, if_integer<T, int> = 0>
  variable(T value) {
    typedef builtin<T> from;
    this->raw_ = cast<from::bits, from::bits, from::is_signed, W, I, S, Q, O>::of(value);
  }

  // The number with exactly these bits: raw times 2^-(W - I). No check of the range.
  static D from_raw(raw_type raw) {
    D made;
    made.raw_ = raw;
    return made;
  }

  template <class T>
  D& operator+=(const T& other) {
    return self() = D(self() + other);
  }
  template <class T>
  D& operator-=(const T& other) {
    return self() = D(self() - other);
  }
  template <class T>
  D& operator*=(const T& other) {
    return self() = D(self() * other);
  }
  template <class T>
  D& operator/=(const T& other) {
    return self() = D(self() / other);
  }
  template <class T>
  D& operator%=(const T& other) {
    return self() = D(self() % other);
  }
  template <class T>
  D& operator&=(const T& other) {
    return self() = D(self() & other);
  }
  template <class T>
  D& operator|=(const T& other) {
    return self() = D(self() | other);
  }
  template <class T>
  D& operator^=(const T& other) {
    return self() = D(self() ^ other);
  }
  template <class T>
  D& operator<<=(const T& count) {
    return self() = self() << count;
  }
  template <class T>
  D& operator>>=(const T& count) {
    return self() = self() >> count;
  }
  D& operator++() { return *this += 1; }
  D& operator--() { return *this -= 1; }
  D operator++(int) {
    const D before = self();
    ++*this;
    return before;
  }
  D operator--(int) {
    const D before = self();
    --*this;
    return before;
  }

  // Shifts keep the type: bits that leave it are lost (right shifts round down).
  template <class T>
  D operator<<(const T& count) const {
    return shifted(int(count));
  }
  template <class T>
  D operator>>(const T& count) const {
    return shifted(-int(count));
  }

  using base::operator[];
  bit_ref<D> operator[](int index) { return bit_ref<D>(self(), index); }
  bit_ref<D> bit(int index) { return bit_ref<D>(self(), index); }
  void set_bit(int index, bool bit) { bit_ref<D>(self(), index) = bit; }
  void set(int index) { set_bit(index, true); }
  void clear(int index) { set_bit(index, false); }

  using base::range;
  using base::operator();
  range_ref<D> range(int high, int low) {
    return range_ref<D>(self(), high, low, this->bits(high, low));
  }
  range_ref<D> range() { return range(W - 1, 0); }
  range_ref<D> operator()(int high, int low) { return range(high, low); }

  // Take the bits of `mask` from `value`, whose others are zero.
  void set_bits(unsigned_wide mask, unsigned_wide value) {
    const unsigned_wide all = (unsigned_wide(wide(this->raw_)) & ~mask) | value;
    this->raw_ = wrap<W, S, raw_type>(typename choose<S, wide, unsigned_wide>::type(all));
  }

 private:
  D& self() { return static_cast<D&>(*this); }
  const D& self() const { return static_cast<const D&>(*this); }

  D shifted(int left) const {
    typedef typename work<W, S>::type work_type;
    const work_type value = this->raw_;
    if (left >= 0) {
      return from_raw(left >= W ? raw_type(0)
                                : wrap<W, S, raw_type>(shift_left(value, left & 127)));
    }
    return from_raw(left <= -W ? raw_type(is_negative(value) ? -1 : 0)
                               : raw_type(value >> (-left & (int(sizeof(work_type)) * 8 - 1))));
  }
};

// ---- Operators ----

// The type of a sum (CARRY 1) or of a bitwise operation (CARRY 0).
template <int W1, int I1, bool S1, int W2, int I2, bool S2, bool S, int CARRY>
struct aligned {
  static const int fraction = larger(W1 - I1, W2 - I2);
  static const int integer =
      larger(I1 + (S2 && !S1 ? 1 : 0), I2 + (S1 && !S2 ? 1 : 0)) + CARRY;
  static const int left1 = fraction - (W1 - I1);
  static const int left2 = fraction - (W2 - I2);
  typedef typename result<integer + fraction, integer, S>::type type;
  typedef typename work<integer + fraction, S>::type work_type;
  typedef typename type::raw_type raw_type;
};

#define CNNTARGZ_NUMBERS template <int W1, int I1, bool S1, int W2, int I2, bool S2>
#define CNNTARGZ_A const number<W1, I1, S1>& a
#define CNNTARGZ_B const number<W2, I2, S2>& b

CNNTARGZ_NUMBERS inline typename aligned<W1, I1, S1, W2, I2, S2, (S1 || S2), 1>::type operator+(
    CNNTARGZ_A, CNNTARGZ_B) {
  typedef aligned<W1, I1, S1, W2, I2, S2, (S1 || S2), 1> to;
  typedef typename to::work_type T;
  return to::type::from_raw(
      typename to::raw_type(shift_left(T(a.raw()), to::left1) + shift_left(T(b.raw()), to::left2)));
}

CNNTARGZ_NUMBERS inline typename aligned<W1, I1, S1, W2, I2, S2, true, 1>::type operator-(
    CNNTARGZ_A, CNNTARGZ_B) {
  typedef aligned<W1, I1, S1, W2, I2, S2, true, 1> to;
  typedef typename to::work_type T;
  return to::type::from_raw(
      typename to::raw_type(shift_left(T(a.raw()), to::left1) - shift_left(T(b.raw()), to::left2)));
}

#define CNNTARGZ_BITWISE(OP)                                                                       \
  CNNTARGZ_NUMBERS inline typename aligned<W1, I1, S1, W2, I2, S2, (S1 || S2), 0>::type operator OP( \
      CNNTARGZ_A, CNNTARGZ_B) {                                                                    \
    typedef aligned<W1, I1, S1, W2, I2, S2, (S1 || S2), 0> to;                                     \
    typedef typename to::work_type T;                                                              \
    return to::type::from_raw(typename to::raw_type(shift_left(T(a.raw()), to::left1)              \
                                                        OP shift_left(T(b.raw()), to::left2)));    \
  }
CNNTARGZ_BITWISE(&)
CNNTARGZ_BITWISE(|)
CNNTARGZ_BITWISE(^)
#undef CNNTARGZ_BITWISE

CNNTARGZ_NUMBERS inline typename result<W1 + W2, I1 + I2, (S1 || S2)>::type operator*(CNNTARGZ_A,
                                                                                     CNNTARGZ_B) {
  typedef typename result<W1 + W2, I1 + I2, (S1 || S2)>::type to;
  typedef typename work<W1 + W2, (S1 || S2)>::type T;
  return to::from_raw(typename to::raw_type(T(a.raw()) * T(b.raw())));
}

// The quotient is an integer division of the raw integers, the dividend brought to b's fraction
// first, so that the result has a's.
CNNTARGZ_NUMBERS inline
    typename result<W1 + positive(W2 - I2) + (S2 ? 1 : 0), I1 + (W2 - I2) + (S2 ? 1 : 0),
                    (S1 || S2)>::type
    operator/(CNNTARGZ_A, CNNTARGZ_B) {
  const int left = positive(W2 - I2);
  typedef typename result<W1 + left + (S2 ? 1 : 0), I1 + (W2 - I2) + (S2 ? 1 : 0),
                          (S1 || S2)>::type to;
  // The least number divided by -1 needs one bit more.
  typedef typename work<larger(W1 + left + (S2 ? 1 : 0), W2) + (S1 != S2 ? 1 : 0),
                        (S1 || S2)>::type T;
  if (b.raw() == 0) fail("division by zero");
  return to::from_raw(typename to::raw_type(shift_left(T(a.raw()), left) / T(b.raw())));
}

template <int W1, bool S1, int W2, bool S2>
inline typename result<smaller(W1, W2 + (!S2 && S1 ? 1 : 0)), smaller(W1, W2 + (!S2 && S1 ? 1 : 0)),
                       S1>::type
operator%(const number<W1, W1, S1>& a, const number<W2, W2, S2>& b) {
  const int width = smaller(W1, W2 + (!S2 && S1 ? 1 : 0));
  typedef typename result<width, width, S1>::type to;
  // The least number modulo -1 must not overflow.
  typedef typename work<larger(W1, W2) + (S1 && W1 >= W2 && W1 < 128 ? 1 : 0) + (S1 != S2 ? 1 : 0),
                        (S1 || S2)>::type T;
  if (b.raw() == 0) fail("division by zero");
  return to::from_raw(typename to::raw_type(T(a.raw()) % T(b.raw())));
}

template <int W, int I, bool S>
inline typename result<W, I, S>::type operator+(const number<W, I, S>& a) {
  return result<W, I, S>::type::from_raw(a.raw());
}
template <int W, int I, bool S>
inline typename result<W + 1, I + 1, true>::type operator-(const number<W, I, S>& a) {
  typedef typename result<W + 1, I + 1, true>::type to;
  typedef typename work<W + 1, true>::type T;
  return to::from_raw(typename to::raw_type(-T(a.raw())));
}
template <int W, int I, bool S>
inline typename result<W, I, S>::type operator~(const number<W, I, S>& a) {
  typedef typename result<W, I, S>::type to;
  typedef typename work<W, S>::type T;
  return to::from_raw(wrap<W, S, typename to::raw_type>(T(~T(a.raw()))));
}

// Shifts of numbers that are no variables: bits and ranges of one.
template <int W, class T>
inline ap_uint<W> operator<<(const number<W, W, false>& a, const T& count) {
  return ap_uint<W>(a).operator<<(count);
}
template <int W, class T>
inline ap_uint<W> operator>>(const number<W, W, false>& a, const T& count) {
  return ap_uint<W>(a).operator>>(count);
}

// a's bits above b's.
template <int W1, bool S1, int W2, bool S2>
inline ap_uint<W1 + W2> operator,(const number<W1, W1, S1>& a, const number<W2, W2, S2>& b) {
  return (ap_uint<W1 + W2>(a.range()) << W2) | b.range();
}

#define CNNTARGZ_WITH_BUILTIN(OP)                                                                  \
  template <int W, int I, bool S, class T>                                                         \
  inline auto operator OP(const number<W, I, S>& a, T b)                                           \
      ->if_integer<T, decltype(a OP typename builtin<T>::type())> {                                \
    return a OP typename builtin<T>::type(b);                                                      \
  }                                                                                                \
  template <int W, int I, bool S, class T>                                                         \
  inline auto operator OP(T a, const number<W, I, S>& b)                                           \
      ->if_integer<T, decltype(typename builtin<T>::type() OP b)> {                                \
    return typename builtin<T>::type(a) OP b;                                                      \
  }
CNNTARGZ_WITH_BUILTIN(+)
CNNTARGZ_WITH_BUILTIN(-)
CNNTARGZ_WITH_BUILTIN(*)
CNNTARGZ_WITH_BUILTIN(/)
CNNTARGZ_WITH_BUILTIN(%)
CNNTARGZ_WITH_BUILTIN(&)
CNNTARGZ_WITH_BUILTIN(|)
CNNTARGZ_WITH_BUILTIN(^)
#undef CNNTARGZ_WITH_BUILTIN

// Comparisons are exact, but for one case: where one is negative and the other, an unsigned one, is
// at least as wide, the negative one is taken for the unsigned number with its bits. So it is in C,
// and in the vendor's types, which except numbers of less than 32 bits. The widths are those that
// theirs have after the points are aligned.
template <int W1, int I1, bool S1, int W2, int I2, bool S2>
struct comparison {
  static const int left1 = positive((W2 - I2) - (W1 - I1));
  static const int left2 = positive((W1 - I1) - (W2 - I2));
  static const int width1 = larger(W1 + left1 + (left1 > 0 ? 1 : 0), 1);
  static const int width2 = larger(W2 + left2, 1);
  static const bool is_mixed = S1 != S2;
  static const int unsigned_width = S1 ? width2 : width1;
  static const int signed_width = S1 ? width1 : width2;
  static const bool as_unsigned =
      is_mixed && larger(width1, width2) >= 32 && unsigned_width >= signed_width;
  // For numbers that are both not negative, or of the same signedness.
  typedef typename work<larger(W1 + left1, W2 + left2), (S1 && S2)>::type type;
};

// The sign of a - b.
CNNTARGZ_NUMBERS inline int compare(CNNTARGZ_A, CNNTARGZ_B) {
  typedef comparison<W1, I1, S1, W2, I2, S2> how;
  typedef typename how::type T;
  if (how::is_mixed && is_negative(a.raw()) != is_negative(b.raw())) {
    return is_negative(a.raw()) != how::as_unsigned ? -1 : 1;
  }
  const T x = shift_left(T(a.raw()), how::left1);
  const T y = shift_left(T(b.raw()), how::left2);
  return x < y ? -1 : x > y ? 1 : 0;
}
CNNTARGZ_NUMBERS inline bool equal(CNNTARGZ_A, CNNTARGZ_B) {
  typedef comparison<W1, I1, S1, W2, I2, S2> how;
  if (how::is_mixed && is_negative(a.raw()) != is_negative(b.raw())) {
    const unsigned_wide differ = shift_left(unsigned_wide(wide(a.raw())), how::left1) ^
                                 shift_left(unsigned_wide(wide(b.raw())), how::left2);
    // The vendor's compare two numbers of the same width, less than 64, by their values.
    return how::as_unsigned && (how::width1 != how::width2 || how::width1 >= 64) &&
           differ << positive(128 - how::unsigned_width) == 0;
  }
  return compare(a, b) == 0;
}

#define CNNTARGZ_COMPARISON(OP, OF_NUMBERS)                                                        \
  CNNTARGZ_NUMBERS inline bool operator OP(CNNTARGZ_A, CNNTARGZ_B) { return OF_NUMBERS; }          \
  template <int W, int I, bool S, class T>                                                         \
  inline if_integer<T, bool> operator OP(const number<W, I, S>& a, T b) {                          \
    return a OP typename builtin<T>::type(b);                                                      \
  }                                                                                                \
  template <int W, int I, bool S, class T>                                                         \
  inline if_integer<T, bool> operator OP(T a, const number<W, I, S>& b) {                          \
    return typename builtin<T>::type(a) OP b;                                                      \
  }                                                                                                \
  template <int W, int I, bool S, class T>                                                         \
  inline if_float<T, bool> operator OP(const number<W, I, S>& a, T b) {                            \
    return a.to_double() OP double(b);                                                             \
  }                                                                                                \
  template <int W, int I, bool S, class T>                                                         \
  inline if_float<T, bool> operator OP(T a, const number<W, I, S>& b) {                            \
    return double(a) OP b.to_double();                                                             \
  }
CNNTARGZ_COMPARISON(==, equal(a, b))
CNNTARGZ_COMPARISON(!=, !equal(a, b))
CNNTARGZ_COMPARISON(<, compare(a, b) < 0)
CNNTARGZ_COMPARISON(<=, compare(a, b) <= 0)
CNNTARGZ_COMPARISON(>, compare(a, b) > 0)
CNNTARGZ_COMPARISON(>=, compare(a, b) >= 0)
#undef CNNTARGZ_COMPARISON
#undef CNNTARGZ_NUMBERS
#undef CNNTARGZ_A
#undef CNNTARGZ_B

template <int W, int I, bool S>
inline std::ostream& operator<<(std::ostream& out, const number<W, I, S>& value) {
  return out << value.to_string();
}

}  // namespace ap_detail

// W bits in all, I of them before the point (the sign included); I may be negative or exceed W.
template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
class ap_fixed : public ap_detail::variable<ap_fixed<W, I, Q, O, N>, W, I, true, Q, O> {
  static_assert(N == 0, "saturation bits are not supported");
  typedef ap_detail::variable<ap_fixed, W, I, true, Q, O> base;

 public:
  using base::base;
  ap_fixed() {}
};

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
class ap_ufixed : public ap_detail::variable<ap_ufixed<W, I, Q, O, N>, W, I, false, Q, O> {
  static_assert(N == 0, "saturation bits are not supported");
  typedef ap_detail::variable<ap_ufixed, W, I, false, Q, O> base;

 public:
  using base::base;
  ap_ufixed() {}
};

// Integers: a fraction is cut towards zero, what does not fit wraps.
template <int W>
class ap_int : public ap_detail::variable<ap_int<W>, W, W, true, AP_TRN_ZERO, AP_WRAP> {
  typedef ap_detail::variable<ap_int, W, W, true, AP_TRN_ZERO, AP_WRAP> base;

 public:
  using base::base;
  ap_int() {}
  // Besides the conversions to all built-in types: an index of an array takes no template.
  operator int64_t() const { return this->to_int64(); }
};

template <int W>
class ap_uint : public ap_detail::variable<ap_uint<W>, W, W, false, AP_TRN_ZERO, AP_WRAP> {
  typedef ap_detail::variable<ap_uint, W, W, false, AP_TRN_ZERO, AP_WRAP> base;

 public:
  using base::base;
  ap_uint() {}
  // Besides the conversions to all built-in types: an index of an array takes no template.
  operator uint64_t() const { return this->to_uint64(); }
};

#endif  // CNNTARGZ_AP_FIXED_H_
