"""Use an HLS project of cnntargz from Python through hls4ml: for comparison only.

    python tools/hls4ml/link-project.py PROJECT

Links the project with hls4ml 1.3.0, compiles it and says how many outputs of predict() differ from those that
the project's test bench expects, which are the integer network's, for float32 and for float64 arrays.
"""

import sys
from pathlib import Path

import hls4ml
import numpy as np

project = Path(sys.argv[1])
images = np.loadtxt(project / "tb_data/tb_input_features.dat", ndmin=2)
expected = np.loadtxt(project / "tb_data/tb_output_predictions.dat", ndmin=2)

model = hls4ml.converters.link_existing_project(project)
model.compile()
for dtype in (np.float32, np.float64):
    outputs = model.predict(np.ascontiguousarray(images, dtype=dtype))
    # With a fragmenter, the window's index is a second output.
    outputs = np.reshape(outputs[0] if isinstance(outputs, list) else outputs, expected.shape)
    print(f"{dtype.__name__}: {(outputs != expected.astype(dtype)).sum()} of {expected.size} outputs differ, {len(images)} images")
