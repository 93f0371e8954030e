use super::*;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn web(text: &str) -> Url {
    match read(text) {
        Ok(Target::Web(url)) => url,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn names_the_machine() {
    for (text, host, port) in [
        ("https://docs.rs/serde", "docs.rs", None),
        ("HTTPS://Docs.RS./serde", "docs.rs", None),
        ("http://example.com:8080/x?y#z", "example.com", Some(8080)),
        ("https://example.com:443/", "example.com", None),
        ("example.com/x", "example.com", None),
        ("localhost:3000", "localhost", Some(3000)),
        ("wss://example.com", "example.com", None),
        ("http://2852039166/", "169.254.169.254", None),
        ("http://0xA9FEA9FE/", "169.254.169.254", None),
        ("http://0xa9.254.169.254/", "169.254.169.254", None),
        ("http://127.1/", "127.0.0.1", None),
        ("http://0/", "0.0.0.0", None),
        ("http://[::1]:8080/", "::1", Some(8080)),
        ("http://[::ffff:169.254.169.254]/", "169.254.169.254", None),
        ("http://[64:ff9b::a9fe:a9fe]/", "169.254.169.254", None),
        ("http://example.com@169.254.169.254/", "169.254.169.254", None),
        ("http://user:pw@example.com/", "example.com", None),
    ] {
        let url = web(text);
        assert_eq!((url.host.as_str(), url.port), (host, port), "{text}");
    }
}

#[test]
fn the_text_is_without_user_and_fragment() {
    assert_eq!(web("HTTP://a:b@Example.com:80/x?y=1#z").text, "http://example.com/x?y=1");
    assert_eq!(web("example.com").text, "http://example.com/");
    assert_eq!(web("https://example.com?q=1").text, "https://example.com/?q=1");
    assert_eq!(web("https://[2001:DB8::2]:99/x").text, "https://[2001:db8::2]:99/x");
    assert!(web("http://a:b@example.com/").user_information);
}

#[test]
fn refuses_what_programs_read_differently() {
    for text in [
        "",
        " http://example.com",
        "http://example.com\\@evil.example/",
        "http:\\\\example.com",
        "http:/example.com",
        "http:example.com",
        "http://exa\tmple.com/",
        "http://example.com\n/",
        "http://a@b@example.com/",
        "http://169.254.169.254%23@example.com/",
        "http://ex%61mple.com/",
        "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/",
        "http://169。254。169。254/",
        "http://пример.example/",
        "http://a..b/",
        "http:///x",
        "http://example.com:99999/",
        "http://example.com:8o/",
        "http://0177.0.0.1/",
        "http://010.0.0.1/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://example.com/a/../b",
        "http://example.com/%2E%2e/b",
        "//example.com/x",
        "http://example.com/a\\b",
        "file:////server/x",
        "file:///a%2fb",
        "http://a b/",
    ] {
        assert_eq!(read(text), Err(unknown::URL_UNUSUAL), "{text}");
    }
    for text in [
        "gopher://2130706433/",
        "ftp://example.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "chrome://settings",
    ] {
        assert_eq!(read(text), Err(unknown::URL_SCHEME), "{text}");
    }
}

#[test]
fn files_and_blank_pages() {
    assert_eq!(read("file:///etc/passwd"), Ok(Target::File("/etc/passwd".to_owned())));
    assert_eq!(read("file://localhost/etc/passwd"), Ok(Target::File("/etc/passwd".to_owned())));
    assert_eq!(read("about:blank"), Ok(Target::Blank));
}

#[test]
fn classes() {
    use AddressClass::{LinkLocal, Loopback, Metadata, Private, Public};
    for (host, class) in [
        ("example.com", Public),
        ("203.0.113.9", Public),
        ("2001:db8::1", Public),
        ("10.0.0.5", Private),
        ("172.31.255.255", Private),
        ("172.32.0.1", Public),
        ("192.168.1.1", Private),
        ("100.64.0.1", Private),
        ("100.128.0.1", Public),
        ("127.8.8.8", Loopback),
        ("0.0.0.0", Loopback),
        ("::1", Loopback),
        ("fe80::1", LinkLocal),
        ("fd12::1", Private),
        ("169.254.1.1", LinkLocal),
        ("169.254.169.254", Metadata),
        ("100.100.100.200", Metadata),
        ("fd00:ec2::254", Metadata),
        ("metadata.google.internal", Metadata),
        ("localhost", Loopback),
        ("api.localhost", Loopback),
        ("db", Private),
        ("db.internal", Private),
        ("notinternal.example", Public),
        ("169.254.169.254.nip.io", Metadata),
        ("app-10-0-0-5.sslip.io", Private),
        ("7f000001.nip.io", Loopback),
        ("8.8.8.8.nip.io", Public),
        ("2002:7f00:1::", Loopback),
        ("224.0.0.1", Private),
    ] {
        assert_eq!(address_class(host), class, "{host}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*", host in "[0-9a-fx.:\\[\\]-]{0,40}") {
        let _ = read(&text);
        let _ = read(&format!("http://{host}/"));
        let _ = address_class(&host);
    }

    #[test]
    fn every_spelling_of_an_address_is_one(address: u32) {
        let canonical = Ipv4Addr::from(address);
        let [a, b, c, d] = canonical.octets();
        for spelling in [
            format!("{address}"), format!("{address:#x}"), format!("{a}.{b}.{c}.{d}"), format!("{a:#x}.{b}.{c:#X}.{d}").replace("0X", "0x"),
            format!("{a}.{}", address & 0xff_ffff), format!("{a}.{b}.{}", address & 0xffff), format!("[::ffff:{a}.{b}.{c}.{d}]"),
        ] {
            prop_assert_eq!(web(&format!("http://{spelling}:81/x")).host, canonical.to_string(), "{}", spelling);
        }
    }

    #[test]
    fn reading_the_text_again_changes_nothing(text in "(https?://)?[a-z]{1,3}(@[a-z]{1,3})?\\.[a-z]{2}(:[0-9]{1,5})?(/[a-z.]{0,4}){0,3}(\\?[a-z=&]{0,5})?") {
        if let Ok(Target::Web(url)) = read(&text) {
            let again = web(&url.text);
            prop_assert_eq!((&again.host, again.port, &again.text), (&url.host, url.port, &url.text));
        }
    }
}
