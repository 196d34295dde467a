"""Makes the list of breached passwords that the portal refuses: python infra/breached_passwords.py DJANGO_WHEEL ZXCVBN_WHEEL

Of two published lists, both counted in real breaches, all passwords of 8 characters or more (the least that a council may ask for):

- `common-passwords.txt.gz` of Django 5.2.1 (BSD-3-Clause, Django Software Foundation; after Royce Williams's list of the
  20,000 most used in Have I Been Pwned),
- `frequency_lists.py` of zxcvbn 4.5.0 (MIT, Dropbox and Daniel Wolf; Mark Burnett's ten million passwords).

Each is written as the first 6 bytes of the SHA-256 of its small letters, in order, for `shared/domain/src/password.rs`.
"""

import ast
import gzip
import hashlib
import sys
import zipfile
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "shared" / "domain" / "src" / "breached_passwords.bin"
LENGTH_MIN = 8
BYTES = 6


def django(wheel: str) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return gzip.decompress(archive.read("django/contrib/auth/common-passwords.txt.gz")).decode().split()


def zxcvbn(wheel: str) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        tree = ast.parse(archive.read("zxcvbn/frequency_lists.py"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if getattr(key, "value", None) == "passwords":
                    return ast.literal_eval(value) if not isinstance(value, ast.Call) else ast.literal_eval(value.func.value).split(",")
    raise ValueError(f"{wheel} has no list of passwords")


def main() -> None:
    known = {word.lower() for word in [*django(sys.argv[1]), *zxcvbn(sys.argv[2])] if len(word) >= LENGTH_MIN}
    hashes = sorted({hashlib.sha256(word.encode()).digest()[:BYTES] for word in known})
    OUT.write_bytes(b"".join(hashes))
    nine = sum(len(word) > LENGTH_MIN for word in known)
    print(f"{len(hashes)} passwords of {LENGTH_MIN} characters or more, {nine} of them of {LENGTH_MIN + 1} or more")


if __name__ == "__main__":
    main()
