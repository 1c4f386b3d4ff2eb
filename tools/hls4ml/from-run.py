"""Put the quantized Student of a run through hls4ml, as a QKeras user would: for comparison only.

    python tools/hls4ml/from-run.py RUN PROJECT [--io-type io_parallel] [--events 4000] [--wider-exponents]

RUN is a run directory of cnntargz, PROJECT the folder that hls4ml writes. Builds the QKeras model with the
run's weights and quantizers, lets hls4ml 1.3.0 convert and compile it, says how many outputs of hls4ml's
firmware differ from QKeras, and leaves PROJECT/predictions-{qkeras,hls4ml}.npz for `cnntargz evaluate`.
Then: cnntargz verify RUN --project PROJECT

Made for Python 3.11 with
    pip install hls4ml==1.3.0 qkeras==0.9.0 tensorflow-cpu==2.15.1 pyparsing==3.2.5 h5py
"""

import argparse
import base64
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import hls4ml
import numpy as np
import qkeras
import tensorflow as tf
from tensorflow.keras import layers as keras_layers


def read_model(run: Path) -> dict:
    """The trained model of the run's integer network, its weights as arrays."""
    (folder,) = (run / "stages").glob("integers-*[0-9a-f]")
    model = json.loads((folder / "model.json").read_text())
    model["weights"] = {
        name: np.frombuffer(base64.b64decode(tensor["data"]), "<f4").reshape(tensor["shape"])
        for name, tensor in model["weights"].items()
    }
    return model


def quantizers_of(scheme: dict, layer: dict) -> dict:
    return scheme["byName"].get(layer["name"]) or scheme["byKind"].get(layer["kind"]) or scheme["default"]


def to_qkeras(model: dict) -> tf.keras.Model:
    image = keras_layers.Input(model["spec"]["inputShape"], name="input_1")
    x = image
    for layer in model["spec"]["layers"]:
        name, kind = layer["name"], layer["kind"]
        if kind == "flatten":
            x = keras_layers.Flatten(name=name)(x)
            continue
        if kind in ("maxPool2d", "averagePool2d"):
            pool = keras_layers.MaxPooling2D if kind == "maxPool2d" else keras_layers.AveragePooling2D
            x = pool(layer["poolSize"], layer["strides"], layer["padding"], name=name)(x)
            continue
        own = quantizers_of(model["quantScheme"], layer)
        with_quantizers = {
            "kernel_quantizer": own["kernel"],
            "bias_quantizer": own["bias"],
            "name": name,
        }
        if kind == "conv2d":
            x = qkeras.QConv2D(
                layer["filters"],
                layer["kernelSize"],
                strides=layer["strides"],
                padding=layer["padding"],
                **with_quantizers,
            )(x)
        elif kind == "dense":
            x = qkeras.QDense(layer["units"], **with_quantizers)(x)
        else:
            raise SystemExit(f"layer {name}: no QKeras layer is made here of kind {kind}")
        if layer["activation"] == "relu":
            x = qkeras.QActivation(own["activation"], name=f"{name}_relu")(x)
    network = tf.keras.Model(image, x, name=model["spec"]["name"])
    for layer in network.layers:
        if layer.get_weights():
            layer.set_weights([model["weights"][f"{layer.name}/{part}"] for part in ("kernel", "bias")])
    return network


def widen_exponents() -> None:
    """Mend hls4ml 1.3.0 in this process: a scale of 2 or 4 gets the bit that its exponent lacks."""
    from hls4ml.model.optimizer.passes import qkeras as passes

    narrow = passes.QKerasPO2Quantizer

    def wider(config):
        bits = int(config["config"]["bits"]) + 1
        return narrow({**config, "config": {**config["config"], "bits": bits}})

    passes.QKerasPO2Quantizer = wider


def test_events(run: Path, count: int):
    """The first `count` test events of the run: images, true pT in GeV, is_muon."""
    config = json.loads((run / "config.json").read_text())
    split = config["dataset"]["split"]
    start = split["train"] + split["validation"]
    (file,) = (run / "stages").glob("dataset-*[0-9a-f]/events.h5")
    with h5py.File(file) as events:
        chosen = slice(start, start + min(count, split["test"]))
        images = events["pixels"][chosen].astype("float32").reshape(-1, 9, 16, 1) / 2
        return images, events["labels"][chosen, 0], events["is_muon"][chosen]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("project", type=Path)
    parser.add_argument("--io-type", default="io_stream", choices=["io_stream", "io_parallel"])
    parser.add_argument("--backend", default="Vitis", choices=["Vitis", "Vivado"])
    parser.add_argument("--events", type=int, default=4000)
    parser.add_argument("--wider-exponents", action="store_true", help="give hls4ml's exponents of scales one bit more")
    options = parser.parse_args()
    if options.wider_exponents:
        widen_exponents()

    model = read_model(options.run)
    network = to_qkeras(model)
    config = hls4ml.utils.config_from_keras_model(
        network, granularity="name", backend=options.backend, default_precision="fixed<16,6>"
    )
    firmware = hls4ml.converters.convert_from_keras_model(
        network,
        hls_config=config,
        backend=options.backend,
        io_type=options.io_type,
        output_dir=str(options.project),
        part="xcvu13p-flga2577-2-e",
        clock_period=2,
    )
    firmware.compile()

    images, true_pt, is_muon = test_events(options.run, options.events)
    outputs = {
        "qkeras": network.predict(images, batch_size=1000, verbose=0),
        "hls4ml": firmware.predict(np.ascontiguousarray(images)),
    }
    differing = int((outputs["qkeras"] != outputs["hls4ml"]).sum())
    print(f"{len(images)} events: {differing} of {outputs['qkeras'].size} outputs of hls4ml's firmware differ from QKeras")
    for name, values in outputs.items():
        np.savez(
            options.project / f"predictions-{name}.npz",
            predicted_pt_gev=(values[:, 0] * model["labelScaling"]["ptScaleGeV"]).astype("float64"),
            true_pt_gev=true_pt.astype("float64"),
            is_muon=is_muon.astype("float64"),
        )


if __name__ == "__main__":
    main()
