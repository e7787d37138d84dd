"""Arrays that are packed come back as they were."""

from __future__ import annotations

import copy
import pickle

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segwidgets import Prompt
from segwidgets.ground.packed import Packed
from tests.fake_front import StubSegmenter

ARRAYS = st.sampled_from(["bool", "uint8", "int16", "<f4", "<f8"]).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=9))
)


@given(ARRAYS)
def test_an_array_comes_back_with_every_bit(array: np.ndarray) -> None:
    packed = Packed.of(array)
    back = packed.array()
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert packed.nbytes == array.nbytes


def test_a_part_of_an_array_and_a_turned_one_come_back() -> None:
    whole = np.arange(24.0).reshape(2, 3, 4)
    for array in (whole[:, 1:], whole.T, whole[::-1] > 5):
        assert np.array_equal(Packed.of(array).array(), array)


def test_masks_take_next_to_no_memory() -> None:
    mask = np.zeros((3000, 4000), bool)
    mask[500:2000, 700:3000] = True
    assert len(Packed.of(mask).data) < mask.size / 8 / 20


@pytest.fixture
def answer():
    return StubSegmenter().predict(Prompt([(30, 30)]))


def test_an_answer_that_is_put_away_reads_the_same(answer) -> None:
    masks, logits, others = answer.masks, answer.low_res_logits, answer.others.low_res_logits
    best, nbytes = answer.best, answer.nbytes
    size = answer.put_away()
    assert 0 < size < nbytes
    assert not {"masks", "low_res_logits"} & set(vars(answer))
    assert "low_res_logits" not in vars(answer.others)
    assert np.array_equal(answer.masks, masks)
    assert np.array_equal(answer.low_res_logits, logits)
    assert np.array_equal(answer.others.low_res_logits, others)
    assert (len(answer), answer.best, answer.nbytes, answer.put_away()) == (3, best, nbytes, size)
    assert np.array_equal(answer.choose(2).best_mask, masks[2]), "and what is made of it is whole"
    answer.take_out()
    assert answer.masks is answer.masks
    assert np.array_equal(answer.masks, masks)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_an_answer_that_is_put_away_can_be_copied(answer, copied) -> None:
    masks = answer.masks
    answer.put_away()
    assert np.array_equal(copied(answer).masks, masks)


def test_what_an_answer_does_not_have_is_still_an_error(answer) -> None:
    for _ in range(2):
        with pytest.raises(AttributeError, match="'Candidates' object has no attribute 'maks'"):
            _ = answer.maks
        answer.put_away()
