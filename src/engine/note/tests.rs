//! The Go implementation's own example, and everything that is not a note.

use super::{NoteError, Signer, Verifier, open};

#[test]
fn notes_are_those_of_the_go_implementation() {
    // The example of golang.org/x/mod/sumdb/note.
    let key = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let verifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let signed = format!(
        "{text}\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    );
    let signer = Signer::parse(key).unwrap();
    assert_eq!(signer.verifier().to_string(), verifier);
    assert_eq!(signer.to_secret(), key);
    assert_eq!(signer.sign(text).unwrap(), signed);
    let verifier = Verifier::parse(verifier).unwrap();
    assert_eq!(open(&signed, std::slice::from_ref(&verifier)), Ok(text));
    assert!(!format!("{signer:?}").contains("AYEK"), "a secret is never shown");

    let other = Signer::new("PeterNeumann", &[1; 32]).unwrap();
    assert_eq!(
        open(&signed, std::slice::from_ref(other.verifier())),
        Err(NoteError::Unsigned("PeterNeumann".to_owned()))
    );
    let unknown_too = signed.clone() + "\u{2014} someone AAAAAAAA\n";
    assert_eq!(open(&unknown_too, std::slice::from_ref(&verifier)), Ok(text));
}

#[test]
fn a_note_changed_anywhere_is_refused() {
    let signer = Signer::new("log.corp.example", &[7; 32]).unwrap();
    let note = signer.sign("log.corp.example\n3\nAAAA\n").unwrap();
    let known = [signer.verifier().clone()];
    assert!(open(&note, &known).is_ok());
    for at in 0..note.len() {
        let mut bytes = note.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(open(&changed, &known).is_err(), "byte {at}: {changed}");
        }
        if let Some(cut) = note.get(..at) {
            assert!(open(cut, &known).is_err(), "cut at {at}");
        }
    }
}

#[test]
fn keys_that_are_not_are_refused() {
    let good = Signer::new("log", &[7; 32]).unwrap();
    let vkey = good.verifier().to_string();
    assert!(Verifier::parse(&vkey).is_ok());
    let renamed = vkey.replacen("log", "gol", 1);
    for bad in
        ["", "log", "log+00000000", "log+00000000+AQ==", renamed.as_str(), vkey.get(..40).unwrap_or_default()]
    {
        assert!(Verifier::parse(bad).is_err(), "{bad}");
    }
    for bad in ["", "two words", "a+b", "line\nbreak"] {
        assert!(Signer::new(bad, &[7; 32]).is_err(), "{bad}");
    }
}
