"""Cleaning of a PDF: its pages are copied into a new file, limited to the objects that are drawn.

Removed are document information, XMP, earlier versions, names, attachments, scripts, actions, links, comments,
thumbnails, private data of programs, structure and layers' names, unreferenced objects, and metadata inside JPEG and
JPEG 2000 pictures. The appearance of filled form fields stays as a drawing. Unchanged is the drawn content: text, and
picture data in other encodings.
"""

import zlib
from collections import deque
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from anninh_core.cleaning.extras import load_library
from anninh_core.cleaning.jpeg import strip_jpeg
from anninh_core.cleaning.media.boxes import blank_boxes
from anninh_core.cleaning.results import FileLimits, FileRefused
from anninh_core.vocabulary.files import FileReason

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, IndirectObject, PdfObject, StreamObject

_PAGE_KEYS = (
    *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit", "/Group"),
    *("/Resources", "/Contents"),
)
_ANNOTATION_KEYS = frozenset({"/Rect", "/AP", "/AS", "/F", "/Border", "/BS", "/C", "/CA", "/QuadPoints"})
_DRAWN_ANNOTATIONS = frozenset(
    {"/Widget", "/FreeText", "/Stamp", "/Ink", "/Highlight", "/Underline", "/StrikeOut", "/Line", "/Square", "/Circle"}
)
_DROPPED_KEYS = frozenset(
    {
        *("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/A", "/JS", "/OpenAction", "/AF", "/EF", "/Names", "/OC"),
        *("/StructParent", "/StructParents", "/Private", "/OPI", "/Alternates", "/Thumb", "/Parent", "/Properties"),
        *("/Dest", "/Dests", "/ID", "/Measure", "/PtData", "/Info", "/Popup", "/URI", "/RichMedia"),
    }
)
_DROPPED_TYPES = frozenset({"/Page", "/Pages", "/Catalog", "/Metadata", "/EmbeddedFile", "/Filespec", "/Action"})
_TRACES = (b"<?xpacket", b"x:xmpmeta", b"Exif\x00\x00", b"http://ns.adobe.com/xap/")
_JPEG = "/DCTDecode"
_JPEG_2000 = "/JPXDecode"
_FLATE = ("/FlateDecode", "/Fl")
_UNPACKED = frozenset(
    {"/LZWDecode", "/LZW", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx", "/RunLengthDecode", "/RL"}
)
# Encodings of black-and-white pictures, which have no place for text.
_DRAWN = frozenset({"/CCITTFaxDecode", "/CCF", "/JBIG2Decode"})
_DATA_KEYS = frozenset({"/Length", "/Filter", "/DecodeParms", "/F", "/FFilter", "/FDecodeParms", "/DL"})


def clean_pdf(data: bytes, limits: FileLimits) -> tuple[bytes, tuple[str, ...]]:
    """Return a new PDF with the drawn content of the pages, and the flags `scripts` and `attachments` if they apply.

    Raises:
        FileRefused: the PDF is encrypted, damaged, unpacks to more than the limits allow, or has parts that can't be
            inspected.
        FileNotCleaned: the library isn't installed.
    """
    library = load_library("pypdf", "cleaning PDF")
    try:
        reader = library.PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileRefused(FileReason.ENCRYPTED)
        copier = _PageCopier(limits)
        for page in reader.pages:
            copier.add_page(page)
        if not copier.pages:
            raise FileRefused(FileReason.DAMAGED, "no page")
        return copier.write(), _find_flags(reader)
    except library.errors.LimitReachedError:
        raise FileRefused(FileReason.BOMB) from None
    except (library.errors.PyPdfError, zlib.error):
        raise FileRefused(FileReason.DAMAGED) from None


def _find_flags(reader: "PdfReader") -> tuple[str, ...]:
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, dict)
    names = root["/Names"].get_object() if "/Names" in root else {}
    keys = {*root, *(names if isinstance(names, dict) else ())}
    oddities = {"scripts": {"/JavaScript", "/OpenAction", "/AA"}, "attachments": {"/EmbeddedFiles", "/AF"}}
    return tuple(name for name, signs in oddities.items() if signs & keys)


class _PageCopier:
    """Copies pages and the objects they draw into a new file.

    Attributes:
        pages: references to the copied pages.
    """

    def __init__(self, limits: FileLimits) -> None:
        self._limits = limits
        self._kinds = load_library("pypdf.generic", "cleaning PDF")
        self._objects: list[PdfObject] = []
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: deque[tuple[int, PdfObject]] = deque()
        self._unpacked = 0
        self.pages: list[IndirectObject] = []
        self._tree = self._add_object(self._kinds.NullObject())

    def add_page(self, page: "DictionaryObject") -> None:
        name = self._kinds.NameObject
        copied = {name(key): self.copy(page.raw_get(key)) for key in _PAGE_KEYS if key in page}
        annotations: object = page["/Annots"].get_object() if "/Annots" in page else None
        drawn = [self.copy(annotation) for annotation in self._iter_drawn_annotations(_as_list(annotations))]
        if drawn:
            copied[name("/Annots")] = self._kinds.ArrayObject(drawn)
        copied |= {name("/Type"): name("/Page"), name("/Parent"): self._tree}
        self.pages.append(self._add_object(self._kinds.DictionaryObject(copied)))
        self._copy_queued_objects()

    def _iter_drawn_annotations(self, annotations: Iterable["PdfObject"]) -> Iterable["PdfObject"]:
        """Yield the appearance of annotations and form fields as stamps, which don't name their author."""
        name = self._kinds.NameObject
        for reference in annotations:
            annotation = reference.get_object()
            if (
                isinstance(annotation, dict)
                and annotation.get("/Subtype") in _DRAWN_ANNOTATIONS
                and "/AP" in annotation
            ):
                entries = {key: annotation.raw_get(key) for key in annotation if key in _ANNOTATION_KEYS}
                yield self._kinds.DictionaryObject(
                    {**entries, name("/Type"): name("/Annot"), name("/Subtype"): name("/Stamp")}
                )

    def copy(self, value: "PdfObject | None") -> "PdfObject":
        """Return the copy of a value for the new file; objects that the value refers to are queued."""
        kinds = self._kinds
        if isinstance(value, kinds.IndirectObject):
            return self._copy_reference(value)
        if isinstance(value, kinds.StreamObject):
            return self._copy_stream(value)
        if isinstance(value, dict):
            return self._copy_dictionary(value, _DROPPED_KEYS)
        if isinstance(value, list):
            array: PdfObject = kinds.ArrayObject([self.copy(item) for item in value])
            return array
        null: PdfObject = kinds.NullObject()
        return null if value is None else value

    def _copy_reference(self, reference: "IndirectObject") -> "PdfObject":
        key = (reference.idnum, reference.generation)
        if key not in self._numbers:
            placeholder = self._add_object(self._kinds.NullObject())
            self._numbers[key] = placeholder.idnum
            self._waiting.append((placeholder.idnum, reference))
        target: PdfObject = self._kinds.IndirectObject(self._numbers[key], 0, None)
        return target

    def _copy_queued_objects(self) -> None:
        while self._waiting:
            number, reference = self._waiting.popleft()
            self._objects[number - 1] = self.copy(reference.get_object())

    def _copy_dictionary(self, value: Mapping[Any, Any], dropped: frozenset[str]) -> "PdfObject":
        kind = value.get("/Type")
        if kind in _DROPPED_TYPES or "/EF" in value or value.get("/S") in ("/JavaScript", "/Launch"):
            null: PdfObject = self._kinds.NullObject()
            return null
        raw = getattr(value, "raw_get", value.__getitem__)
        copied: PdfObject = self._kinds.DictionaryObject(
            {key: self.copy(raw(key)) for key in value if key not in dropped}
        )
        return copied

    def _copy_stream(self, stream: "StreamObject") -> "PdfObject":
        """Copy a stream in its compressed form; remove metadata from pictures."""
        head = self._copy_dictionary(stream, _DROPPED_KEYS | _DATA_KEYS)
        null: PdfObject = self._kinds.NullObject()
        if not isinstance(head, dict):
            return null
        packed: bytes = stream._data  # noqa: SLF001  pypdf shows packed bytes nowhere else
        filters = _as_list(stream.get("/Filter"))
        parameters = _as_list(stream.get("/DecodeParms"))
        if filters and filters[-1] in (_JPEG, "/DCT", _JPEG_2000):
            packed = self._clean_picture(packed, filters)
            filters, parameters = filters[-1:], parameters[-1:] if len(parameters) == len(filters) else []
        else:
            self._check_content(stream, packed, filters)
        copied: StreamObject = self._kinds.EncodedStreamObject() if filters else self._kinds.DecodedStreamObject()
        copied.update(head)
        name = self._kinds.NameObject
        if filters:
            copied[name("/Filter")] = self._kinds.ArrayObject([name(str(filter_name)) for filter_name in filters])
        if parameters:
            copied[name("/DecodeParms")] = self._kinds.ArrayObject([self.copy(parameter) for parameter in parameters])
        copied._data = packed  # noqa: SLF001  see above
        return copied

    def _clean_picture(self, packed: bytes, filters: list[Any]) -> bytes:
        for outer in filters[:-1]:
            if outer not in _FLATE:
                raise FileRefused(FileReason.EMBEDDED, f"a picture packed by {str(outer)[:30]}")
            packed = self._inflate(packed)
        return blank_boxes(packed, self._limits) if filters[-1] == _JPEG_2000 else strip_jpeg(packed)

    def _check_content(self, stream: "StreamObject", packed: bytes, filters: list[Any]) -> None:
        """Refuse streams that unpack to too much, or carry metadata that can't be cut out."""
        if unknown := [
            filter_name
            for filter_name in filters
            if filter_name not in _FLATE and filter_name not in _UNPACKED and filter_name not in _DRAWN
        ]:
            raise FileRefused(FileReason.EMBEDDED, f"a part packed by {str(unknown[0])[:30]}")
        content = packed
        if any(filter_name in _UNPACKED for filter_name in filters):
            content = stream.get_data()  # The library pypdf has limits of its own for unpacking.
        elif (filters and filters[0] in _FLATE) or (not filters and packed[:1] == b"\x78"):
            # Compressed content is unpacked even if no filter declares the compression.
            content = self._inflate(packed)
        if any(trace in content or trace in packed for trace in _TRACES):
            raise FileRefused(FileReason.EMBEDDED, "metadata in a place where they can't be cut out")

    def _inflate(self, packed: bytes) -> bytes:
        inflater = zlib.decompressobj()
        allowed = self._limits.unpacked - self._unpacked
        try:
            content = inflater.decompress(packed, allowed)
        # A damaged stream is no reason to refuse the file: readers draw the content before the damage.
        except zlib.error:
            content = b""
        if inflater.unconsumed_tail:
            raise FileRefused(FileReason.BOMB, f"it unpacks to over {self._limits.unpacked:,} bytes")
        self._unpacked += len(content)
        return content

    def _add_object(self, value: "PdfObject") -> "IndirectObject":
        if len(self._objects) >= self._limits.parts:
            raise FileRefused(FileReason.BOMB, f"over {self._limits.parts:,} objects")
        self._objects.append(value)
        reference: IndirectObject = self._kinds.IndirectObject(len(self._objects), 0, None)
        return reference

    def write(self) -> bytes:
        kinds = self._kinds
        name = self._kinds.NameObject
        self._objects[self._tree.idnum - 1] = kinds.DictionaryObject(
            {
                name("/Type"): name("/Pages"),
                name("/Kids"): kinds.ArrayObject(self.pages),
                name("/Count"): kinds.NumberObject(len(self.pages)),
            }
        )
        root = self._add_object(kinds.DictionaryObject({name("/Type"): name("/Catalog"), name("/Pages"): self._tree}))
        file = BytesIO()
        starts = []
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        for number, value in enumerate(self._objects, 1):
            starts.append(file.tell())
            file.write(b"%d 0 obj\n" % number)
            value.write_to_stream(file)
            file.write(b"\nendobj\n")
        table = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1))
        file.writelines(b"%010d 00000 n \n" % start for start in starts)
        trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        file.write(trailer % (len(starts) + 1, root.idnum, table))
        return file.getvalue()


def _as_list(value: Any) -> list[Any]:
    value = value.get_object() if hasattr(value, "get_object") else value
    if value is None:
        return []
    return [item.get_object() for item in value] if isinstance(value, list) else [value]
