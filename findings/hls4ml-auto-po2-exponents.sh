#!/bin/sh
# hls4ml 1.3.0 halves the scales of quantized_bits(..., alpha='auto_po2') where a layer's largest scale is 2 or 4.
#
# Tool:      hls4ml 1.3.0 (PyPI), backend Vitis, C-simulation with g++; QKeras 0.9.0, TensorFlow 2.15.1, Python 3.11
# Input:     one QDense layer, 2 inputs and 2 outputs, kernel quantizer quantized_bits(4,0,1,alpha='auto_po2') and
#            kernel diag(0.875 S, 0.875) for S = 1, 2, 4: QKeras finds the scales S and 1.
# Expected:  hls4ml's predict() equals QKeras' predict() (as it does for S = 1).
# Behaviour: for S = 2 and S = 4 the exponent of the largest scale is clipped by one: the ApplyAlpha layer that
#            hls4ml puts behind the layer multiplies by S / 2. No warning. Deeper networks are wrong layer by layer.
# Where:     hls4ml/model/optimizer/passes/qkeras.py, QKerasFactorizeAlpha: scale_bits =
#            max(max(abs(log2(scale))) + 1, 2) bits for quantized_po2, one of which is the exponent's sign.
# Seen:      largest scale 1: QKeras [0.4375, 0.4375], hls4ml [0.4375, 0.4375]
#            largest scale 2: QKeras [0.875, 0.4375], hls4ml [0.4375, 0.4375]
#            largest scale 4: QKeras [1.75, 0.4375], hls4ml [0.875, 0.4375]
#
# Needs python3.11 (or PYTHON=...), g++ and the network; installs into a temporary folder, which it removes.
# Exit code: 0 while hls4ml behaves as said here, 1 when it does not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  hls4ml==1.3.0 qkeras==0.9.0 tensorflow-cpu==2.15.1 keras==2.15.0 numpy==1.26.4 pyparsing==3.2.5 'setuptools<81'
cd "$work"
cat >halved.py <<'PYTHON'
import sys

import hls4ml
import numpy as np
import qkeras
import tensorflow as tf

KERNEL = "quantized_bits(4,0,1,alpha='auto_po2')"
x = np.array([[0.5, 0.5]], dtype=np.float32)
seen = {}
for scale in (1, 2, 4):
    image = tf.keras.layers.Input((2,))
    y = qkeras.QDense(2, kernel_quantizer=KERNEL, bias_quantizer="quantized_bits(4,0,1,alpha=1)", name="dense")(image)
    model = tf.keras.Model(image, y)
    # 0.875 is the largest weight of 4 bits, so that the scales are `scale` and 1.
    model.get_layer("dense").set_weights([np.diag([0.875 * scale, 0.875]), np.zeros(2)])
    config = hls4ml.utils.config_from_keras_model(model, granularity="name", backend="Vitis")
    firmware = hls4ml.converters.convert_from_keras_model(
        model, hls_config=config, backend="Vitis", io_type="io_parallel", output_dir=f"prj{scale}"
    )
    firmware.compile()
    seen[scale] = model.predict(x, verbose=0)[0].tolist(), firmware.predict(x).tolist()
    print(f"largest scale {scale}: QKeras {seen[scale][0]}, hls4ml {seen[scale][1]}")

expected = {
    1: ([0.4375, 0.4375], [0.4375, 0.4375]),
    2: ([0.875, 0.4375], [0.4375, 0.4375]),
    4: ([1.75, 0.4375], [0.875, 0.4375]),
}
print("as found" if seen == expected else f"changed, expected {expected}")
sys.exit(seen != expected)
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 "$work/venv/bin/python" -W ignore halved.py
