"""Qt's words that its own Chinese translation lacks (seen with 6.12), so that its dialogs are Chinese throughout."""

from __future__ import annotations

from PySide6.QtCore import QTranslator

MISSING = {
    ("QFileDialog", "&Look in:"): "位置(&L)：",
    ("QFileDialog", "Files of &type:"): "文件类型(&T)：",
    ("QAbstractFileIconProvider", "Drive"): "磁盘",
    ("QAbstractFileIconProvider", "Folder"): "文件夹",
    ("QPageSetupWidget", "Page &order:"): "页面顺序(&O)：",
    ("QPageSetupWidget", "Pages &per sheet:"): "每张纸的页数(&P)：",
    ("QPrintSettingsOutput", "Page &Set:"): "打印哪些页(&S)：",
}
"""(Qt's context, Qt's English) → Chinese. Installed beneath Qt's own translation, which wins once it knows a word."""


class MissingWords(QTranslator):
    """Gives the words of the table; everything else is left to the other translators."""

    def isEmpty(self) -> bool:
        """Never: an empty translator would not be installed."""
        return False

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # noqa: N803
        """The Chinese of one of Qt's texts; None leaves it as it is, while an empty text would be shown."""
        return MISSING.get((context, sourceText))
