"""Files made for the tests: pictures, PDFs, and PDFs that mean harm."""

import io

import pikepdf
import pillow_heif
from PIL import Image

ORIENTATION = 0x0112
MAKER = 0x010F

pillow_heif.register_heif_opener()


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def corner_photo(orientation=1, kind="JPEG", size=(120, 80)):
    """White with a black corner that is at the top left once the photo is turned as EXIF says."""
    upright = Image.new("RGB", size, "white")
    upright.paste("black", (0, 0, size[0] // 3, size[1] // 3))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    stored = upright.transpose(undo) if undo is not None else upright
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "SecretCamera"
    return encoded(stored, kind, exif=exif.tobytes())


def pdf(pages=1, **options):
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    return saved(made, **options)


def saved(made, **options):
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


def pdf_with_page_tree_bomb():
    """Ten levels of ten kids, each level one shared node: ten thousand million pages in two kilobytes."""
    made = pikepdf.new()
    made.add_blank_page()
    node = made.pages[0].obj
    for _ in range(10):
        node = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1, Kids=pikepdf.Array([node] * 10)))
    made.Root.Pages = node
    return saved(made)


def pdf_with_one_page_a_hundred_thousand_times():
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[" + b"3 0 R " * 100_000 + b"]>>endobj\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF"
    )


def pdf_with_page_tree_cycle():
    made = pikepdf.new()
    made.add_blank_page()
    node = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1))
    node.Kids = pikepdf.Array([node])
    made.Root.Pages = node
    return saved(made)


def pdf_with_huge_picture():
    """One page that paints a picture of 30,000 × 30,000 pixels."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(200, 200))
    picture = pikepdf.Stream(
        made,
        b"\x00" * 1000,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=30_000,
        Height=30_000,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
    )
    page = made.pages[0].obj
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.Contents = pikepdf.Stream(made, b"q 200 0 0 200 0 0 cm /P Do Q")
    return saved(made)


def pdf_with_script():
    made = pikepdf.new()
    made.add_blank_page()
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return saved(made)


def pdf_with_files(*files, subtype=True, listed=("names",)):
    """A PDF with files in it, as Factur-X has them: (name, bytes) each, listed in the name tree, in /AF or in both."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    pairs, associated = [], []
    for name, data in files:
        stream = pikepdf.Stream(made, data, Type=pikepdf.Name.EmbeddedFile)
        if subtype:
            stream.Subtype = pikepdf.Name("/text/xml")
        held = pikepdf.Dictionary(F=stream, UF=stream)
        specification = made.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=name, UF=name, EF=held, AFRelationship=pikepdf.Name.Data)
        )
        pairs += [pikepdf.String(name), specification]
        associated.append(specification)
    if "names" in listed:
        made.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array(pairs)))
    if "af" in listed:
        made.Root.AF = pikepdf.Array(associated)
    return saved(made, compress_streams=True)
