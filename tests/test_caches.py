"""Compiled code of other revisions: removed when it has long been out of use, and nothing else with it."""

import os
import time

from cogov.agents.rules import CACHE_FOLDER
from cogov.caches import _NAME, UNUSED_DAYS, mark_used, remove_unused


def make(root, name, days):
    folder = root / name
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "engine.nbi").write_bytes(b"x")
    then = time.time() - days * 86400
    for path in (folder / "inner" / "engine.nbi", folder / "inner", folder):
        os.utime(path, (then, then))
    return folder


def test_folders_of_other_revisions_go_when_long_unused(tmp_path):
    mine = make(tmp_path, "numba-0.68.1-0123456789abcdef", 90)
    old = make(tmp_path, "numba-0.60.0-aaaaaaaaaaaaaaaa", UNUSED_DAYS + 1)
    young = make(tmp_path, "numba-0.68.1-bbbbbbbbbbbbbbbb", UNUSED_DAYS - 1)
    others = [make(tmp_path, "numba-notes", 90), make(tmp_path, "photos", 90)]
    assert remove_unused(mine) == [old]
    assert not old.exists()
    assert all(folder.exists() for folder in (mine, young, *others))


def test_a_folder_in_use_is_kept(tmp_path):
    mine = tmp_path / "numba-0.68.1-0123456789abcdef"
    used = make(tmp_path, "numba-0.68.1-bbbbbbbbbbbbbbbb", UNUSED_DAYS + 1)
    mark_used(used)
    mark_used(mine)  # which is not there yet
    assert remove_unused(mine) == []


def test_the_names_are_those_of_the_engine():
    assert _NAME.fullmatch(CACHE_FOLDER.name)
