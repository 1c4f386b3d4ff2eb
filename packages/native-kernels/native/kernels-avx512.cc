// Compiled with -mavx512f and friends; runs only where the processor has them.
#include "table.h"

const Kernels kernelsAvx512 = KERNEL_TABLE;
