"""How much of a foreign file is read: each limit well above what this program writes and well below what harms a machine.

The promise is 10 s and 300 MB for any file (spec promises.md, "A hostile file does nothing").
"""

MIB = 1 << 20

FILE_BYTES = 64 * MIB
"""The file that is opened: 30 MiB of attachments and two documents make at most 45 MB."""

PAPER_BYTES = 24 * MIB
"""A PDF or docx of the form: the longest one allowed has 4 MB, most of it fonts; Word may add pictures of a signed page."""

BUNDLE_ENTRIES = 200
"""Entries of a bundle: four files and at most 40 attachments, with room for folders that another packer adds."""

OFFICE_ENTRIES = 4000
"""Parts of a docx or xlsx: a long document with pictures has some hundred."""

ENTRY_BYTES = 40 * MIB
"""One unpacked entry: twice the largest attachment that may be sent."""

BUNDLE_BYTES = 64 * MIB
"""All unpacked entries of a bundle together: they are held in memory, and 300 MB must do."""

PART_BYTES = 24 * MIB
"""One unpacked XML part of a docx: 60,000 characters of answers make under 2 MB; lxml's tree takes about eight times the text."""

DOCUMENT_BYTES = 64 * MIB
"""All unpacked parts of a docx together."""

RATIO = 250
"""An entry of over :data:`RATIO_FROM` bytes that shrinks further than this is a bomb; forms and scans stay below 60."""

RATIO_FROM = MIB
"""Small entries may shrink as they like: an empty table repeats itself."""

DIRECTORY_BYTES = 2 * MIB
"""The zip directory itself, checked before any library reads it: 4,000 entries of 500 bytes."""

NAME_CHARACTERS = 200
"""An entry's whole name; our own have at most 83."""

NAME_DEPTH = 6
"""Folders in an entry's name; our own have one, a docx three."""

JSON_DEPTH = 40
"""Nesting of a draft file; our own has five levels."""

JSON_TOKENS = 200_000
"""Strings, brackets and commas of a draft file: each may cost 60 bytes of memory; the fullest has under 5,000."""

XML_ELEMENTS = 500_000
"""Tags and attributes of an XML part: each costs up to 200 bytes of memory; the longest form has 90,000."""

PDF_STREAMS = 20_000
"""Streams of a PDF: one for each page, font and table of characters."""

PDF_STREAM_BYTES = 32 * MIB
"""One unpacked stream of a PDF; the largest of ours is an embedded font of 4 MB."""

PDF_BYTES = 96 * MIB
"""All unpacked streams of a PDF together."""

PDF_PAGES = 300
"""Pages of a form that is read back: with every text and table at its limit it has about 180. Only thousands of line ends make more."""

IMAGE_PIXELS = 120_000_000
"""An attached picture: an A3 scan at 600 dpi has 70 million; 50,000 × 50,000 would take 10 GB to show."""
