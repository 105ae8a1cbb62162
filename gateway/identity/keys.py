"""The key access tokens are signed with."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from joserfc.jwk import OKPKey

from gateway.settings import Settings
from wushe.identity import derive

PURPOSE = "access tokens of the gateway"


def signing_key(settings: Settings) -> OKPKey:
    """The Ed25519 key from its file, or in development the one derived from the root every process shares."""
    if settings.signing_key_file is not None:
        private = load_pem_private_key(settings.signing_key_file.read_bytes(), password=None)
    else:
        private = Ed25519PrivateKey.from_private_bytes(derive(settings.development_root, PURPOSE))
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("the signing key is not an Ed25519 key")  # noqa: TRY004 -- a wrong setting, not a wrong call
    return OKPKey.import_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
