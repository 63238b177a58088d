"""What WeasyPrint leaves open on the way to PDF/A-3a and PDF/UA-1, mended before it writes.

Works on pydyf's objects, which are untyped dictionaries and lists of references such as `12 0 R`;
only the worker calls this.
"""

from collections.abc import Iterable
from typing import Any

from pydyf import PDF, Array, Dictionary  # type: ignore[import-untyped]

PDF_UA = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description>"""
"""Says that the file is PDF/UA-1, and describes that property as PDF/A demands.

WeasyPrint writes one standard's mark only; a file can keep both.
"""


def mark_as_accessible(metadata: Any) -> None:
    """Add the PDF/UA mark to the metadata of a rendered document."""
    generate = metadata.generate_rdf_metadata

    def generate_both(*arguments: object) -> bytes:
        rdf: bytes = generate(*arguments)
        return rdf.replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>")

    metadata.generate_rdf_metadata = generate_both


def remember_page_references() -> None:
    """Make pydyf build its list of pages once, not for each of thousands of structure elements."""
    build = PDF.page_references.fget
    built: dict[int, tuple[bytes, ...]] = {}

    def page_references(pdf: Any) -> tuple[bytes, ...]:
        count = pdf.pages["Count"]
        if count not in built:
            built.clear()
            built[count] = build(pdf)
        return built[count]

    PDF.page_references = property(page_references)


def finish(_document: Any, pdf: Any) -> None:
    """Mend the objects of a PDF; WeasyPrint calls this as its `finisher`."""
    for item in tuple(pdf.objects):
        if isinstance(item, dict) and item.get("Type") == "/StructElem":
            if item["S"] == "/LI":
                _wrap_list_body(pdf, item)
            elif item["S"] in ("/NonStruct", "/Span") and _has_link(pdf, item):
                item["S"] = "/Link"  # an inline element inside <a> has an annotation of its own
        elif getattr(item, "extra", {}).get("Subtype") == "/Image":
            item.extra["Interpolate"] = "false"  # PDF/A forbids smoothing
    files = pdf.catalog.get("AF")
    if files:
        files[:] = dict.fromkeys(files)  # WeasyPrint lists each of them twice
    pdf.objects[:] = [item if item.free == "f" else Serialised(item) for item in pdf.objects]


def _referred(pdf: Any, references: Iterable[object]) -> Iterable[Any]:
    """Give the objects behind references; what is no reference is left out."""
    for reference in references:
        if isinstance(reference, bytes):
            yield pdf.objects[int(reference.split()[0])]


def _wrap_list_body(pdf: Any, item: Any) -> None:
    """Put blocks of a list item into its body: an item may hold only a label and a body."""
    kids = list(_referred(pdf, item["K"]))
    rest = [kid for kid in kids if kid["S"] != "/Lbl"]
    if all(kid["S"] == "/LBody" for kid in rest):
        return
    body = Dictionary(
        {
            "Type": "/StructElem",
            "S": "/LBody",
            "K": Array(kid.reference for kid in rest),
            "Pg": item["Pg"],
            "P": item.reference,
        }
    )
    pdf.add_object(body)
    for kid in rest:
        kid["P"] = body.reference
        if kid["S"] == "/LBody":
            kid["S"] = "/Div"
    item["K"][:] = [*(kid.reference for kid in kids if kid["S"] == "/Lbl"), body.reference]


def _has_link(pdf: Any, element: Any) -> bool:
    return any(
        kid.get("Type") == "/OBJR"
        and next(iter(_referred(pdf, [kid["Obj"]]))).get("Subtype") == "/Link"
        for kid in _referred(pdf, element["K"])
    )


class Serialised:
    """A PDF object with its bytes at hand: pydyf would make (and compress) them twice."""

    def __init__(self, original: Any) -> None:
        self.number: int = original.number
        self.generation: int = original.generation
        self.free: str = original.free
        self.compressible: bool = original.compressible
        self.data: bytes = original.data
        self.offset = 0

    @property
    def indirect(self) -> bytes:
        """The object as it stands in the file."""
        return b"%d %d obj\n%b\nendobj" % (self.number, self.generation, self.data)
