// Compiled with -mavx2 -mfma; runs only where the processor has both.
#include "table.h"

const Kernels kernelsAvx2 = KERNEL_TABLE;
