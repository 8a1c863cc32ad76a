"""Opening drafts, bundles, docx and PDF by content; and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hostile_files import DATA, Entry, build, draft, unzipped, zipped

from app.application import dump, parse
from app.attachments import Attachment
from app.errors import AppError
from app.export import bundle, job
from app.opening.openers import Source, extract_attachments, open_application
from app.samples import sample

TODAY = date(2022, 3, 20)
RELS = "word/_rels/document.xml.rels"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXTERNAL = f'<Relationship Id="rX" Type="{TYPES}/{{}}" Target="{{}}" TargetMode="External"/>'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> job.Exported:
    application = sample("capability", "service-station")
    note = Attachment("other", "只在这里.pdf", data=b"%PDF-1.4 only here")
    application = replace(application, attachments=[*application.attachments, note])
    return job.export(application, tmp_path_factory.mktemp("open"), today=TODAY)


@pytest.fixture
def save(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(data: bytes, name: str = "没有说明的名字.xyz") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


# --- what is honest --------------------------------------------------------------------------------------------------------


def test_every_kind_gives_the_same_application(made: job.Exported, save) -> None:
    wanted = sample("capability", "service-station").values
    for path, source in ((made.zip, Source.BUNDLE), (made.docx, Source.DOCX), (made.pdf, Source.PDF)):
        opened = open_application(save(path.read_bytes()))
        assert opened.source is source
        assert opened.application.values == wanted
        assert opened.application.code == made.code
        assert opened.application.extras == {}
        assert [entry.name for entry in opened.application.attachments][-1] == "只在这里.pdf"


def test_a_bundle_brings_its_attachments_and_the_documents_say_they_do_not(made: job.Exported) -> None:
    opened = open_application(made.zip)
    assert opened.notices == []
    assert opened.application.attachments[-1].data == b"%PDF-1.4 only here"
    for path in (made.docx, made.pdf):
        (notice,) = open_application(path).notices
        assert "没有附件本身" in notice


def test_a_draft_file_finds_its_attachments_beside_it(save, tmp_path: Path) -> None:
    (tmp_path / "附件.pdf").write_bytes(b"%PDF-1.4")
    document = json.loads(draft())
    document["attachments"] = [{"role": "other", "name": "附件.pdf", "file": "附件.pdf"}]
    opened = open_application(save(json.dumps(document).encode(), "draft.json"))
    assert opened.source is Source.DRAFT
    assert opened.application.attachments[0].path == tmp_path / "附件.pdf"


def test_a_bundle_packed_anew_by_another_program_is_read(made: job.Exported, save) -> None:
    parts = unzipped(made.zip.read_bytes())
    entries = [Entry(name.encode("gb18030"), data, flags=0, method=8) for name, data in parts.items()]
    assert open_application(save(build([Entry("附件/".encode("gb18030"), b"", flags=0), *entries]))).application.code == made.code


def test_a_missing_attachment_is_told(made: job.Exported, save) -> None:
    parts = unzipped(made.zip.read_bytes())
    lacking = {name: data for name, data in parts.items() if "只在这里" not in name}
    opened = open_application(save(zipped(lacking)))
    assert opened.notices == ["压缩包里缺少1个附件，请重新添加"]
    assert not opened.application.attachments[-1].present


def test_data_edited_after_the_export_is_told(made: job.Exported, save) -> None:
    parts = unzipped(made.zip.read_bytes())
    parts[DATA] = parts[DATA].replace("葡萄".encode(), "柑橘".encode())
    (notice,) = open_application(save(zipped(parts))).notices
    assert "改动过" in notice


def test_a_docx_edited_after_the_export_is_told(made: job.Exported, save) -> None:
    parts = unzipped(made.docx.read_bytes())
    parts["word/document.xml"] = parts["word/document.xml"].replace("葡萄".encode(), "柑橘".encode())
    notices = open_application(save(zipped(parts))).notices
    assert any("docx的文字在导出后改动过" in notice for notice in notices)
    assert not any("docx的文字" in notice for notice in open_application(made.docx).notices)


def test_another_unknown_key_is_still_reported(save) -> None:
    document = json.loads(draft()) | {"code": "0000-0000", "unknown": 1}
    opened = open_application(save(json.dumps(document).encode()))
    assert opened.application.extras == {"unknown": 1}
    assert any("unknown" in notice for notice in opened.notices)


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf")
@pytest.mark.parametrize("options", [["--linearize"], ["--object-streams=generate"], ["--qdf"], ["--stream-data=uncompress"]])
def test_a_pdf_saved_anew_by_another_program_is_read(options: list[str], made: job.Exported, tmp_path: Path) -> None:
    target = tmp_path / "anew.pdf"
    subprocess.run(["qpdf", *options, made.pdf, target], check=True)
    assert open_application(target).application.code == made.code


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf")
def test_an_encrypted_pdf_is_refused(made: job.Exported, tmp_path: Path) -> None:
    target = tmp_path / "secret.pdf"
    subprocess.run(["qpdf", "--encrypt", "a", "b", "256", "--", made.pdf, target], check=True)
    with pytest.raises(AppError, match="密码"):
        open_application(target)


# --- attachments into a folder ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"\xff\xd8\xff\xe0JFIF", b"To: a@b.cn\r\n\r\nx", "填好了".encode("gbk")]
)
def test_what_is_no_file_of_ours_is_called_so_and_not_broken(data: bytes, save) -> None:
    """The form's own .doc, a scan, a letter: it is not damaged, it is another file."""
    with pytest.raises(AppError, match="不是申报数据文件、报送压缩包") as caught:
        open_application(save(data, "项目申报书.doc"))
    assert "损坏" not in caught.value.message


def test_attachments_are_written_under_our_own_names(made: job.Exported, tmp_path: Path) -> None:
    opened = open_application(made.zip)
    found = extract_attachments(opened, tmp_path / "out")
    assert list(found.values()) == ["附件/01_服务站筹建申请及申报表.pdf", "附件/02_专家-志愿者名册.pdf", "附件/03_只在这里.pdf"]
    for index, name in found.items():
        assert (tmp_path / "out" / name).read_bytes() == opened.application.attachments[index].loaded().data


def test_extracting_never_overwrites(made: job.Exported, tmp_path: Path) -> None:
    folder = tmp_path / "附件"
    folder.mkdir()
    (folder / "03_只在这里.pdf").write_bytes(b"mine")
    with pytest.raises(AppError, match="已经有") as caught:
        extract_attachments(open_application(made.zip), tmp_path)
    assert "--force" not in caught.value.message  # which ``read`` does not have
    assert [path.name for path in folder.iterdir()] == ["03_只在这里.pdf"]
    assert (folder / "03_只在这里.pdf").read_bytes() == b"mine"


def test_extracting_does_not_follow_a_link(made: job.Exported, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "附件").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AppError, match="链接"):
        extract_attachments(open_application(made.zip), tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_names_in_the_data_lead_nowhere(save, tmp_path: Path) -> None:
    document = json.loads(draft())
    document["attachments"] = [{"role": "other", "name": "../../../evil.sh\u0000.pdf", "file": "附件/a"}]
    opened = open_application(save(zipped({DATA: json.dumps(document).encode(), "附件/a": b"x"})))
    extract_attachments(opened, tmp_path / "out")
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")} == {"附件", "附件/01_evil.sh.pdf"}


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "申报书.pdf", "附件/../申报数据.json", "C:\\x", "附件/", 5, None])
def test_data_cannot_point_outside_the_attachments(name: object, save) -> None:
    document = json.loads(draft())
    document["attachments"] = [{"role": "other", "name": "x.pdf", "file": name}]
    opened = open_application(save(zipped({DATA: json.dumps(document).encode(), "申报书.pdf": b"x"})))
    assert not opened.application.attachments[0].present


@pytest.mark.parametrize("name", ["../secret.pdf", "/etc/hostname", "..\\x", "C:/x", "a/../../b"])
def test_a_draft_cannot_point_outside_its_folder(name: str, save) -> None:
    document = json.loads(draft())
    document["attachments"] = [{"role": "other", "name": "x.pdf", "file": name}]
    with pytest.raises(AppError, match="超出"):
        open_application(save(json.dumps(document).encode()))


# --- what is refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00" * 100, b"[]", b"{}", b"null", b"hello", b"{", b"\xff\xfe{\x00", b'{"format": "kexie-application"', b"PK\x03\x04",
        b"%PDF-1.7", b"GIF89a", b"\x89PNG\r\n\x1a\n", zipped({"a.txt": b"x"}), zipped({"[Content_Types].xml": b"<a/>"}),
        zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}), b'{"format":"kexie-application","version":1,"version":1}',
    ],
)  # fmt: skip
def test_what_is_none_of_ours_is_refused(data: bytes, save) -> None:
    with pytest.raises(AppError) as refusal:
        open_application(save(data))
    assert "\n" not in refusal.value.message


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path, Path(os.devnull), tmp_path / "x\0y"):
        with pytest.raises(AppError):
            open_application(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AppError, match="不是文件"):
        open_application(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "嵌套"),
        (b"[" * 41 + b"]" * 41, "嵌套"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "嵌套"),
        (b"[" + b"[]," * 300_000 + b"[]]", "太多"),
        (b"[" + b"1," * 300_000 + b"1]", "太多"),
        (b'"' + b'\\"' * 2_000_000, "JSON|炸弹"),
        (b'"' * 500_001, "太多"),
        (b"NaN", "JSON"),
        (b"-Infinity", "JSON"),
        (b"1" * 6000, "JSON"),
        (b'{"a": 1, "a": 2}', "JSON"),
    ],
)
def test_json_made_to_do_harm(inner: bytes, words: str, save) -> None:
    data = draft().replace(b'"values": {', b'"x": ' + inner + b',"values": {', 1)
    for found in (data, zipped({DATA: data})):
        with pytest.raises(AppError, match=words):
            open_application(save(found))


def test_half_characters_in_unknown_keys_do_not_spoil_the_next_file(save) -> None:
    data = draft().replace(b'"values": {', b'"x": [{"a\\ud800": "b\\udfff"}], "values": {"y": "\\ud83d",', 1)
    application = open_application(save(data)).application
    again = open_application(save(dump(application))).application
    assert again.extras == {"x": [{"a": "b"}]}
    assert again.values["y"] == ""


def test_nesting_within_the_limit_is_kept(save) -> None:
    data = draft().replace(b'"values": {', b'"x": ' + b"[" * 39 + b"]" * 39 + b',"values": {', 1)
    assert "x" in open_application(save(data)).application.extras


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as stream:
        stream.truncate(10 << 30)
    with pytest.raises(AppError, match="太大"):
        open_application(path)


def docx_with(made: job.Exported, **parts: bytes | None) -> bytes:
    found = unzipped(made.docx.read_bytes())
    for name, data in parts.items():
        found[name] = data or b""
    return zipped(found)


def relations(made: job.Exported, kind: str, target: str) -> bytes:
    return unzipped(made.docx.read_bytes())[RELS].replace(b"</Relationships>", EXTERNAL.format(kind, target).encode() + b"</Relationships>")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "http://x.example/t.dotm"),
        ("image", "file:///etc/passwd"),
        ("oleObject", r"\\x\y"),
        ("hyperlink", "http://x.example"),
    ],
)
def test_external_relationships_are_refused(kind: str, target: str, made: job.Exported, save) -> None:
    with pytest.raises(AppError, match="外部"):
        open_application(save(docx_with(made, **{RELS: relations(made, kind, target)})))


def test_a_mail_link_that_word_made_is_not(made: job.Exported, save) -> None:
    assert open_application(save(docx_with(made, **{RELS: relations(made, "hyperlink", "mailto:a@b.cn")}))).application.code == made.code


def test_macros_are_refused(made: job.Exported, save) -> None:
    types = unzipped(made.docx.read_bytes())["[Content_Types].xml"]
    macro = types.replace(b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")
    for parts in ({"word/vbaProject.bin": b"x"}, {"word/VBAPROJECT.BIN": b"x"}, {"[Content_Types].xml": macro}):
        with pytest.raises(AppError, match="宏"):
            open_application(save(docx_with(made, **parts)))


BILLION = "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9)) + '<!ENTITY e0 "ha">]><a>&e9;</a>'
XXE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


@pytest.mark.parametrize("part", ["word/document.xml", "customXml/item1.xml", "word/footer1.xml", "[Content_Types].xml", RELS])
@pytest.mark.parametrize("text", [BILLION, XXE], ids=["billion", "xxe"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_are_refused(part: str, text: str, encoding: str, made: job.Exported, save) -> None:
    with pytest.raises(AppError, match="DTD"):
        open_application(save(docx_with(made, **{part: text.encode(encoding)})))


@pytest.mark.parametrize(
    "xml",
    [b"<a>" * 100_000, b"<a/>" * 600_000, b"<a " + b'b="" ' * 600_000 + b"/>", b"<b>" * 5000 + b"</b>" * 5000, b"", b"\x00"],
)
def test_odd_xml_is_refused(xml: bytes, made: job.Exported, save) -> None:
    with pytest.raises(AppError):
        open_application(save(docx_with(made, **{"word/document.xml": xml})))


def test_two_data_parts_are_refused(made: job.Exported, save) -> None:
    item = unzipped(made.docx.read_bytes())["customXml/item1.xml"]
    with pytest.raises(AppError, match="不止一份"):
        open_application(save(docx_with(made, **{"customXml/item2.xml": item})))


def test_the_data_in_a_docx_is_checked_like_any_other(made: job.Exported, save) -> None:
    import base64

    item = b'<application xmlns="urn:tineng:application:1">' + base64.b64encode(b"[" * 100_000) + b"</application>"
    with pytest.raises(AppError, match="嵌套"):
        open_application(save(docx_with(made, **{"customXml/item1.xml": item})))


def test_what_is_printed_parses_back(made: job.Exported) -> None:
    data = unzipped(made.zip.read_bytes())[DATA]
    assert parse(data, lambda _: None).extras == {bundle.CODE_KEY: made.code}
