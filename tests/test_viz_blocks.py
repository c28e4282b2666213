"""Blocks of a document: what is folded comes last on paper, and what a figure or a cell bears."""

from small_report import small

from cogov.viz.blocks import Code, Note, Section, sheet, unfolded


def test_on_paper_what_is_folded_comes_last():
    document = unfolded(small().documents[1], "Appendix: {title}")
    assert [s.id for s in document.sections] == ["part0", "part1", "part2", "appendix0", "appendix1", "appendix2"]
    pointer = document.sections[0].blocks[-1]
    assert (pointer.kind, pointer.title, pointer.target) == ("pointer", "Appendix: Details", "appendix0")


def test_columns_of_an_appendix_are_as_many_as_its_blocks_leave_room_for():
    few, many = sheet(["a"] * 5, []), sheet(["a"] * 6, [])
    found = [Section("s", "S", blocks).columns for blocks in ((Code("x"),), (Note("n"), few), (Note("n"), many))]
    assert found == [3, 2, 1]
