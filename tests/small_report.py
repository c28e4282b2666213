"""A short report in both languages, with all that a page or a PDF has to show."""

from cogov.viz.blocks import Document, Figure, Fold, Items, Note, Section, Sheet, number
from cogov.viz.report import Report


def small():
    """Return a short report in both languages, with all that a PDF has to show."""
    text = '<text x="2" y="12" style="font: 8px \'Noto Sans SC\'">图中文字</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20">{text}</svg>'
    table = Sheet(("指标", "取值"), ((number("表中文字"), number("82.9%")),))

    def sections(lang):
        return tuple(
            Section(f"part{i}", f"{'第' if lang == 'zh' else 'Part '}{i}", (
                Note("响应率" if lang == "zh" else "Response rate"), Items(("一", "二")),
                Figure(svg, "one", "a,b\n1,2\n", "图"), table,
                Fold("细节" if lang == "zh" else "Details", (Note("x " * 3000),)),
            )) for i in range(3)
        )  # fmt: skip

    documents = tuple(
        Document(lang, title, "结论", (("什么有效：", "没有。"),), sections(lang), "目录", "引用")
        for lang, title in (("zh", "派驻多少最有效？"), ("en", "How many help most?"))
    )
    return Report(documents, "cogov 0", b'{"format": 1}')
