// ap_int and ap_uint for C-simulation; they lie beside the fixed-point types.
#ifndef CNNTARGZ_AP_INT_H_
#define CNNTARGZ_AP_INT_H_

#include "ap_fixed.h"

#endif  // CNNTARGZ_AP_INT_H_
