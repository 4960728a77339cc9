"""Office files are ZIP files, and those carry the time they were made in them: here it is taken out."""

import io
import zipfile

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP file can name


def dateless(package: bytes) -> bytes:
    """The same package with one fixed date on all that it holds: a ZIP file has the time it was made in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, old.read(name))
    return packed.getvalue()
