// The table of the instruction set that the including file is compiled for.
#pragma once
#include "conv.h"
#include "matmul.h"
#include "pointwise.h"
#include "pool.h"

#define KERNEL_TABLE                                                                                               \
  {convScratch,  convForward,          convFilterGradient, matMulScratch, matMul,  maxPoolTiled,                   \
   maxPoolGradientTiled, reluGradBounded, fakeQuantize,    sumRows,       adamStep, peakLoop}
