//! C2SP signed notes: a text, and under it a line per signature.
//!
//! ```text
//! the text, every line ended, the last one too
//!                                                  ← an empty line
//! — key-name base64(key ID, 4 bytes ‖ signature)
//! ```
//!
//! Signatures by unknown keys are ignored, as the specification demands: another kind of signature can be
//! added later without breaking who verifies today. Only Ed25519 (kind 1) is made and understood here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// The byte that says Ed25519.
const ED25519: u8 = 1;
/// Most bytes of a note that are looked at.
const MAX_NOTE: usize = 1 << 20;
/// Most signatures of a note that are looked at.
const MAX_SIGNATURES: usize = 100;

/// What a key string or a note has wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a verifier key.
    #[error("not a verifier key, expected `name+hash+base64`: {0}")]
    VerifierKey(&'static str),
    /// Not a signing key.
    #[error("not a signing key, expected `PRIVATE+KEY+name+hash+base64`: {0}")]
    SigningKey(&'static str),
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// A known key's signature does not match the text.
    #[error("the signature of `{0}` does not match the text")]
    BadSignature(String),
    /// None of the known keys signed.
    #[error("no signature by a known key; the note is signed by `{0}`")]
    Unsigned(String),
}

/// Checks signatures of one key: its name, its ID and the public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    /// Reads `name+hash+base64(kind ‖ public key)`.
    ///
    /// # Errors
    /// [`NoteError::VerifierKey`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, hash, key) = split_key(text).ok_or(NoteError::VerifierKey("two `+` are missing"))?;
        let bytes =
            STANDARD.decode(key).map_err(|_| NoteError::VerifierKey("the last part is not base64"))?;
        let Some((&ED25519, public)) = bytes.split_first() else {
            return Err(NoteError::VerifierKey("only Ed25519 keys are understood"));
        };
        let public = public.try_into().map_err(|_| NoteError::VerifierKey("the key is not 32 bytes"))?;
        let key = VerifyingKey::from_bytes(public)
            .map_err(|_| NoteError::VerifierKey("the key is not a point of the curve"))?;
        let verifier = Self { name: name.to_owned(), id: key_id(name, &key), key };
        match hash == hex(&verifier.id) {
            true => Ok(verifier),
            false => Err(NoteError::VerifierKey("the hash is of another key")),
        }
    }

    /// The key's name; a log's key is named by its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether both are the same key, whatever they are called.
    pub fn is_key_of(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// `name+hash+base64(kind ‖ public key)`.
impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex(&self.id), STANDARD.encode(bytes))
    }
}

/// Signs notes. Its `Debug` shows no secret.
pub struct Signer {
    verifier: Verifier,
    key: SigningKey,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&self.verifier.name).finish()
    }
}

impl Signer {
    /// A key made from 32 random bytes.
    ///
    /// # Errors
    /// [`NoteError::SigningKey`] if the name is empty or has white space or `+` in it.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::SigningKey(
                "a name is not empty and has neither white space nor `+` in it",
            ));
        }
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key();
        Ok(Self { verifier: Verifier { name: name.to_owned(), id: key_id(name, &public), key: public }, key })
    }

    /// Reads `PRIVATE+KEY+name+hash+base64(kind ‖ seed)`.
    ///
    /// # Errors
    /// [`NoteError::SigningKey`], which never repeats the text.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(NoteError::SigningKey("it begins otherwise"))?;
        let (name, hash, key) = split_key(rest).ok_or(NoteError::SigningKey("two `+` are missing"))?;
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::SigningKey("the last part is not base64"))?;
        let Some((&ED25519, seed)) = bytes.split_first() else {
            return Err(NoteError::SigningKey("only Ed25519 keys are understood"));
        };
        let seed = seed.try_into().map_err(|_| NoteError::SigningKey("the key is not 32 bytes"))?;
        let signer = Self::new(name, seed)?;
        match hash == hex(&signer.verifier.id) {
            true => Ok(signer),
            false => Err(NoteError::SigningKey("the hash is of another key")),
        }
    }

    /// What [`Signer::parse`] reads: the secret itself.
    pub fn to_secret(&self) -> String {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        format!("PRIVATE+KEY+{}+{}+{}", self.verifier.name, hex(&self.verifier.id), STANDARD.encode(bytes))
    }

    /// The other half.
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Signs a note that others signed: the same text, one more line.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] if it is no signed note.
    pub fn cosign(&self, note: &str) -> Result<String, NoteError> {
        let (text, signatures) = split(note)?;
        let own = self.sign(text)?;
        let own = own.get(text.len() + 1..).ok_or(NoteError::Malformed("no empty line"))?;
        Ok(format!("{text}\n{signatures}\n{own}"))
    }

    /// Signs a text.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] if the text does not end a line, or has other control characters in it.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        check_text(text)?;
        let mut bytes = self.verifier.id.to_vec();
        bytes.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        Ok(format!("{text}\n\u{2014} {} {}\n", self.verifier.name, STANDARD.encode(bytes)))
    }
}

/// The text of a note that one of `known` signed.
///
/// # Errors
/// [`NoteError`]; a wrong signature of a known key is an error whatever else signed.
pub fn open<'a>(note: &'a str, known: &[Verifier]) -> Result<&'a str, NoteError> {
    let (text, signers) = open_by(note, known)?;
    match signers {
        Signers { known, unknown } if known.is_empty() => Err(NoteError::Unsigned(unknown.join("`, `"))),
        _ => Ok(text),
    }
}

/// Who signed a note, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signers<'a, 'k> {
    /// Keys that are known, and whose signature is good. None stands there twice.
    pub known: Vec<&'k Verifier>,
    /// Names of others.
    pub unknown: Vec<&'a str>,
}

/// The text of a note and who signed it, which may be nobody who is known.
///
/// # Errors
/// [`NoteError`]; a wrong signature of a known key is an error whatever else signed.
pub fn open_by<'a, 'k>(
    note: &'a str,
    known: &'k [Verifier],
) -> Result<(&'a str, Signers<'a, 'k>), NoteError> {
    let (text, signatures) = split(note)?;
    let mut signers = Signers { known: Vec::new(), unknown: Vec::new() };
    for (number, line) in signatures.split('\n').enumerate() {
        if number >= MAX_SIGNATURES {
            return Err(NoteError::Malformed("more than 100 signatures"));
        }
        let (name, bytes) =
            parse_signature(line).ok_or(NoteError::Malformed("a signature line is malformed"))?;
        let Some((id, signature)) = bytes.split_first_chunk::<4>() else {
            return Err(NoteError::Malformed("a signature is too short"));
        };
        match known.iter().find(|key| key.name == name && key.id == *id) {
            Some(key) => {
                let good = Signature::from_slice(signature)
                    .is_ok_and(|signature| key.key.verify_strict(text.as_bytes(), &signature).is_ok());
                if !good {
                    return Err(NoteError::BadSignature(name.to_owned()));
                }
                if !signers.known.contains(&key) {
                    signers.known.push(key);
                }
            }
            None => signers.unknown.push(name),
        }
    }
    Ok((text, signers))
}

/// The text of a note, and the lines of its signatures, neither of which is believed yet.
///
/// # Errors
/// [`NoteError::Malformed`].
pub fn split(note: &str) -> Result<(&str, &str), NoteError> {
    if note.len() > MAX_NOTE {
        return Err(NoteError::Malformed("longer than a mebibyte"));
    }
    let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Malformed("no empty line"))?;
    // The text keeps the line break that the search took.
    let text = note.get(..=text.len()).ok_or(NoteError::Malformed("no empty line"))?;
    check_text(text)?;
    let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Malformed("the last line has no end"))?;
    Ok((text, signatures))
}

fn parse_signature(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    is_key_name(name).then_some(())?;
    Some((name, STANDARD.decode(signature).ok()?))
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::Malformed("the text does not end a line"));
    }
    if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(NoteError::Malformed("a control character in the text"));
    }
    Ok(())
}

fn split_key(text: &str) -> Option<(&str, &str, &str)> {
    // Base64 may hold `+`, a name may not: so from the left.
    let (name, rest) = text.split_once('+')?;
    let (hash, key) = rest.split_once('+')?;
    is_key_name(name).then_some((name, hash, key))
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c.is_control())
}

/// `SHA-256(name ‖ LF ‖ kind ‖ public key)`, its first four bytes.
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn hex(id: &[u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(*id))
}

#[cfg(test)]
mod tests;
