// ap_int and ap_uint for C-simulation: fixed-point numbers without a fraction, which truncate and
// wrap. See ap_fixed.h for what they can do and their limits.
#ifndef CNNTARGZ_AP_INT_H_
#define CNNTARGZ_AP_INT_H_

#include "ap_fixed.h"

template <int W>
using ap_int = ap_detail::fixed<W, W, true>;
template <int W>
using ap_uint = ap_detail::fixed<W, W, false>;

#endif  // CNNTARGZ_AP_INT_H_
