"""The encoder: the vectors that transformers gives, in the order of the texts."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kg.embed.encoder import Encoder, encoder_of_graph
from kg.embed.model_files import find_model, fingerprint
from kg.errors import EncoderError

TEXTS = [
    "red lipstick",
    "Light running shoe for road races, with a sole that lasts and laces that hold",
    "",
    "运动鞋",
    "sock",
] * 9


def test_vectors_have_unit_length_and_the_models_dimension(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (45, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.slow
def test_numpy_and_torch_agree_within_a_millionth(encoder: Encoder) -> None:
    by_torch = Encoder(device="cpu").encode(TEXTS)
    np.testing.assert_allclose(encoder.encode(TEXTS), by_torch, atol=1e-6)


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS[:5]])
    np.testing.assert_allclose(encoder.encode(TEXTS)[:5], alone, atol=1e-6)


def test_threads_share_an_encoder() -> None:
    encoder = Encoder()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0], TEXTS))
    np.testing.assert_allclose(np.stack(found), encoder.encode(TEXTS), atol=1e-6)


def test_like_texts_are_nearer_than_others(encoder: Encoder) -> None:
    shoe, runner, lipstick = encoder.encode(["running shoe", "jogging sneaker", "red lipstick"])
    assert shoe @ runner > 0.6 > 0.3 > shoe @ lipstick


def test_a_long_text_is_cut_not_refused(encoder: Encoder) -> None:
    assert encoder.encode(["shoe " * 5000]).shape == (1, 384)


def test_the_default_by_its_hub_id_is_the_same_model(encoder: Encoder) -> None:
    assert Encoder("sentence-transformers/all-MiniLM-L6-v2").revision == encoder.revision


def test_a_folder_is_an_encoder_with_a_revision_of_its_own_weights(
    encoder: Encoder, tmp_path: Path
) -> None:
    folder = _copy(encoder, tmp_path)
    assert fingerprint(folder) == encoder.revision
    np.testing.assert_array_equal(Encoder(str(folder)).encode(["sock"]), encoder.encode(["sock"]))
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(50_000_000)
        file.write(bytes(1_000_000))
    assert Encoder(str(folder)).revision != encoder.revision


def test_a_model_may_pool_by_its_first_token(encoder: Encoder, tmp_path: Path) -> None:
    folder = _copy(encoder, tmp_path)
    _pool_by(folder, "cls")
    by_first = Encoder(str(folder)).encode(["red lipstick"])
    assert not np.allclose(by_first, encoder.encode(["red lipstick"]), atol=1e-2)


def test_a_model_that_pools_otherwise_is_refused(encoder: Encoder, tmp_path: Path) -> None:
    folder = _copy(encoder, tmp_path)
    _pool_by(folder, "lasttoken")
    with pytest.raises(EncoderError, match="pools by lasttoken: choose one that takes mean or cls"):
        Encoder(str(folder))


def test_a_folder_without_a_model_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"is no text encoder: its folder has no usable config"):
        Encoder(str(tmp_path))


def test_a_model_that_writes_text_is_refused(tmp_path: Path) -> None:
    config = {"hidden_size": 8, "architectures": ["GPT2LMHeadModel"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(EncoderError, match="writes text, not a text encoder"):
        Encoder(str(tmp_path))


def test_a_name_that_can_be_no_model_says_what_can_be_used() -> None:
    with pytest.raises(EncoderError, match=r"no text encoder 'a b/c' .*: use all-MiniLM-L6-v2"):
        find_model("a b/c")


def test_encoding_a_query_imports_neither_torch_nor_transformers() -> None:
    code = (
        "import sys; from kg.embed.encoder import Encoder; Encoder().encode(['red lipstick']);"
        "print({'torch', 'transformers', 'scipy', 'numba'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def _copy(encoder: Encoder, to: Path) -> Path:
    folder = to / "model"
    shutil.copytree(encoder.folder, folder)
    return folder


def _pool_by(folder: Path, mode: str) -> None:
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": mode}))


def test_a_graph_of_another_model_is_refused_with_the_command_that_repairs_it(
    encoder: Encoder,
) -> None:
    assert encoder_of_graph("all-MiniLM-L6-v2", encoder.revision).revision == encoder.revision
    with pytest.raises(EncoderError, match=r"embedded with another .*: run kgrec refresh-embeddin"):
        encoder_of_graph("all-MiniLM-L6-v2", "0123456789abcdef")


def test_a_folder_is_remembered_wherever_one_stands_later(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _copy(encoder, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert Encoder("model").name == str(folder)
