// WebAssembly kernels (AssemblyScript). No allocation, no data section, no stack: the module runs on the memory
// of the TensorFlow.js backend and touches only the addresses it is given.
export { convFilterGradient, convForward, convScratchBytes, rotateFilter, spreadWithZeros } from "./conv";
export { avgPoolGradient, maxPoolGradientAny, maxPoolGradientTiled, maxPoolTiled } from "./pool";
export { matMul, matMulScratchBytes } from "./matmul";
export { fakeQuantize, prelu, reluGradBounded, sumRows } from "./pointwise";
export { adamStep } from "./adam";
