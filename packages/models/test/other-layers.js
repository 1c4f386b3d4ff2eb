// Layers that a NetworkSpec cannot name, as a user's own layer factory would make them. In JavaScript, because worker
// threads import them as they are.
import { floatLayers } from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers } from "@tensorflow/tfjs-layers";

/** A convolution whose arithmetic is that of `compute(x, kernel, bias, spec)`. */
class OtherConv2d extends layers.Layer {
  static className = "OtherConv2d";

  constructor(spec, { seed, inputShape }, compute) {
    super({ name: spec.name, ...(inputShape && { inputShape: [...inputShape] }) });
    this.spec = spec;
    this.seed = seed;
    this.compute = compute;
  }

  build(inputShape) {
    const { kernelSize, filters } = this.spec;
    const shape = [...kernelSize, inputShape[3], filters];
    const kernel = initializers.heNormal({ seed: this.seed });
    this.kernel = this.addWeight("kernel", shape, "float32", kernel);
    this.bias = this.addWeight("bias", [filters], "float32", initializers.zeros());
    this.built = true;
  }

  computeOutputShape([batch, height, width]) {
    const { kernelSize, strides, padding, filters } = this.spec;
    const sizes = [height, width].map((size, axis) =>
      Math.ceil((padding === "same" ? size : size - kernelSize[axis] + 1) / strides[axis]),
    );
    return [batch, ...sizes, filters];
  }

  call(inputs) {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return this.compute(x, this.kernel.read(), this.bias.read(), this.spec);
  }
}

/** With one of the activations that tfjs fuses. */
const activated =
  (activation) =>
  (x, filter, bias, { strides, padding }) =>
    tf.fused.conv2d({ x, filter, bias, strides, pad: padding, activation, leakyreluAlpha: 0.1 });

/** Each input channel by filters of its own, then the sum over input channels. */
const depthwise = (x, filter, bias, { strides, padding }) => {
  const each = tf.depthwiseConv2d(x, filter, strides, padding);
  const apart = tf.reshape(each, [...each.shape.slice(0, 3), ...filter.shape.slice(2)]);
  return tf.relu(tf.add(tf.sum(apart, 3), bias));
};

/** Dilated by 2, for a first layer with padding `same`; tfjs has no gradient of it. */
const dilated = (x, filter, bias) => {
  const convolve = tf.customGrad((weights, save) => {
    save([weights]);
    const [height, width, ...channels] = weights.shape;
    // The filter with zeros in between, which has the same gradient where it has weights.
    const filterShape = [2 * height - 1, 2 * width - 1, ...channels];
    const attributes = { strides: [1, 1], pad: "same", dataFormat: "NHWC", filterShape };
    return {
      value: tf.conv2d(x, weights, 1, "same", "NHWC", 2),
      gradFunc: (dy) =>
        tf.stridedSlice(
          tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attributes),
          [0, 0, 0, 0],
          filterShape,
          [2, 2, 1, 1],
        ),
    };
  });
  return tf.relu(tf.add(convolve(filter), bias));
};

const computations = {
  ...{ relu6: activated("relu6"), elu: activated("elu"), leakyRelu: activated("leakyrelu") },
  ...{ depthwise, dilated },
};

/** A layer factory; `kinds` says by layer name which computation a convolution has. */
export function otherLayers(kinds) {
  return (layer, options) =>
    layer.name in kinds
      ? new OtherConv2d(layer, options, computations[kinds[layer.name]])
      : floatLayers(layer, options);
}
