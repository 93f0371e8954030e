//! Rows about what is around an answer.

use super::*;
use crate::limits::Limits;
use crate::wire::{Framing, Reading, RequestFacts};

#[test]
fn an_unknown_content_type() {
    for content_type in [
        "text/plain",
        "text/html; charset=utf-8",
        "application/octet-stream",
        "application/x-ndjson",
        "application/vnd.x+json",
        "multipart/mixed; boundary=x",
        "application/grpc",
        "",
    ] {
        for example in examples() {
            // Some APIs stream lines of JSON, in these types.
            let lines = ["application/octet-stream", "application/x-ndjson"].contains(&content_type);
            if lines && example.api.entry().framings.contains(&Framing::Lines) {
                continue;
            }
            let mut world = asked(&example);
            answer(&mut world, 200, content_type, example.document.as_bytes());
            assert_replied(&world, 403, &format!("{:?} {content_type}", example.api));
        }
    }
}

#[test]
fn several_content_types_and_other_charsets() {
    let json = "application/json".to_owned();
    for content_type in [
        vec![json.clone(), "text/event-stream".to_owned()],
        vec![json.clone(), json],
        vec!["application/json;a=b, text/event-stream;q=1".to_owned()],
        vec!["application/json; charset=utf-16".to_owned()],
        vec!["application/json;x=y; Charset=\"UTF-7\"".to_owned()],
        // As RFC 2231 says it, which Python's readers of headers know; anywhere in the header, where one SDK looks; twice.
        vec!["application/json; charset*=''utf-7".to_owned()],
        vec!["application/json; charset*=us-ascii'en'utf-7".to_owned()],
        vec!["application/json; charset*0=utf-;charset*1=7".to_owned()],
        vec!["application/json; xcharset=utf-7".to_owned()],
        vec!["application/json; a=\"charset=utf-7\"".to_owned()],
        vec!["application/json; charset=utf-8; charset=utf-7".to_owned()],
        vec!["application/json; charset=us-ascii".to_owned()],
        vec!["application/json; charset=\"utf-8".to_owned()],
    ] {
        for example in examples() {
            let mut world = asked(&example);
            let head =
                ResponseHead { status: 200, content_type: content_type.clone(), ..ResponseHead::default() };
            world.give(Input::ResponseHead(head));
            assert_replied(&world, 403, &format!("{:?} {content_type:?}", example.api));
        }
    }
    for content_type in ["application/json; charset=utf-8", "application/json;Charset=\"UTF-8\" ;x=y"] {
        for example in examples() {
            let mut world = asked(&example);
            answer(&mut world, 200, content_type, example.document.as_bytes());
            assert_eq!(world.sent(), example.document, "{:?} {content_type}", example.api);
        }
    }
}

/// Clients that asked for lines read each for itself, whatever type they say to be, and pass over what is none.
#[test]
fn a_document_where_lines_were_asked_for() {
    let asked = RequestFacts { stream: true, ..RequestFacts::default() };
    let types = [None, Some("application/json"), Some("application/x-ndjson")];
    for api in Api::ALL.iter().filter(|api| api.entry().framings.contains(&Framing::Lines)) {
        for media_type in types {
            let framing = api.entry().framing(media_type, &asked);
            assert!(matches!(framing, None | Some(Framing::Lines)), "{api:?} {media_type:?}");
        }
    }
    let document = br#"{"text":"hi","documents":[
{"event_type":"tool-calls-generation","is_finished":false,"tool_calls":[{"name":"zap","parameters":{"path":"/"}}]}
]}"#;
    let mut codec = (Api::CohereV1.entry().codec)(Framing::Lines, Limits::default(), &asked);
    assert!(codec.read(document, &mut Reading::default()).is_err());
}

#[test]
fn a_compressed_answer() {
    for coding in [
        "gzip",
        "GZIP",
        "deflate",
        "br",
        "zstd",
        "x-gzip",
        "gzip, gzip",
        "identity, br",
        "foo",
        "",
        "aws-chunked",
    ] {
        for example in examples() {
            for status in [200, 500] {
                let mut world = asked(&example);
                let content_type = vec!["application/json".to_owned()];
                let content_encoding = vec![coding.to_owned()];
                let head = ResponseHead { status, content_type, content_encoding, end: false };
                world.give(Input::ResponseHead(head));
                assert_replied(&world, 403, &format!("{:?} {coding} {status}", example.api));
            }
        }
    }
    // Compressed, and nothing says so.
    for example in examples() {
        let mut world = asked(&example);
        answer(&mut world, 200, "application/json", &stored_gzip(example.document.as_bytes()));
        assert_nothing_of_it(&world, &format!("{:?}", example.api));
        assert_eq!(world.of_type(types::RESPONSE)[0]["data"]["reason"]["code"], "unreadable_json");
    }
}

/// As gzip has it, without making it shorter (RFC 1952, and RFC 1951, 3.2.4).
fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut out = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x01".to_vec();
    out.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
    out.extend_from_slice(bytes);
    out.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
    out.extend_from_slice(&u32::from(length).to_le_bytes());
    out
}

#[test]
fn a_redirect() {
    for status in [300, 301, 302, 303, 305, 307, 308, 399] {
        for end in [false, true] {
            let response = || Input::ResponseHead(ResponseHead { status, end, ..ResponseHead::default() });
            for example in examples() {
                let mut world = asked(&example);
                world.give(response());
                assert_eq!(
                    world.reply.as_ref().map(|reply| reply.status),
                    Some(403),
                    "{:?} {status}",
                    example.api
                );
            }
            let mut world = World::with(&json!({}), &rules());
            world.give(Input::RequestHead(&plain("GET", "/v1/models")));
            world.give(response());
            assert_eq!(world.reply.as_ref().map(|reply| reply.status), Some(403), "harmless {status}");
        }
    }
}

#[test]
fn switching_protocols() {
    for example in examples() {
        let mut world = asked(&example);
        world.give(Input::ResponseHead(ResponseHead { status: 101, ..ResponseHead::default() }));
        world.body(example.document.as_bytes(), false);
        assert_replied(&world, 403, "101");
    }
    let mut world = World::with(&json!({}), &rules());
    world.give(Input::RequestHead(&plain("GET", "/v1/models")));
    world.give(Input::ResponseHead(ResponseHead { status: 101, ..ResponseHead::default() }));
    assert_replied(&world, 403, "101, harmless");
}

#[test]
fn an_answer_without_a_body() {
    for status in [200, 204, 205, 304] {
        for example in examples() {
            let mut world = asked(&example);
            world.give(Input::ResponseHead(ResponseHead { status, end: true, ..ResponseHead::default() }));
            assert_eq!(world.reply, None, "{:?} {status}", example.api);
            // Whatever comes all the same is not that answer's body.
            if status == 204 {
                assert!(!world.gate.reads());
            }
        }
    }
    // Of `HEAD`, which only asks what is harmless: the head says what a body would have been.
    let mut world = World::with(&json!({}), &rules());
    world.give(Input::RequestHead(&RequestHead { end: true, ..plain("HEAD", "/v1/models") }));
    let content_type = vec!["application/json".to_owned()];
    let head = ResponseHead { status: 200, content_type, end: true, ..ResponseHead::default() };
    world.give(Input::ResponseHead(head));
    assert_eq!(world.reply, None);
}

#[test]
fn other_successes_are_answers_too() {
    for status in [201, 202, 203, 206, 226, 299, 204, 304] {
        for example in examples() {
            let mut denied = asked_with(&example, &json!({}), &policy());
            answer(&mut denied, status, "application/json", example.document.as_bytes());
            let case = format!("{:?} {status}: {}", example.api, denied.sent());
            assert_eq!(denied.of_type(types::DECISION).len(), 1, "{case}");
            assert!(
                denied.sent().contains("no rule speaks about it") && !denied.sent().contains("\"zap\""),
                "{case}"
            );
        }
    }
}

#[test]
fn trailers() {
    for example in examples() {
        let mut world = asked(&example);
        world.response(200, "application/json");
        world.body(example.document.as_bytes(), false);
        world.give(Input::ResponseTrailers);
        assert!(world.reset, "{:?}", example.api);
        world.acknowledge();
        assert_nothing_of_it(&world, "trailers");

        let mut world = World::with(&json!({}), &rules());
        let head = world.head(example.path);
        world.give(Input::RequestHead(&head));
        world.request_body(example.request.to_string().as_bytes(), false);
        world.give(Input::RequestTrailers);
        assert!(world.reply.is_some() && world.asked.is_empty(), "{:?}", example.api);
    }
}

#[test]
fn envoys_own_answers_pass() {
    for (status, body) in [
        (503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"),
        (504, "upstream request timeout"),
        (503, "no healthy upstream"),
        (413, "Payload Too Large"),
        (404, ""),
    ] {
        for example in examples() {
            let mut world = asked(&example);
            answer(&mut world, status, "text/plain", body.as_bytes());
            assert_eq!((world.sent().as_str(), &world.reply), (body, &None), "{:?} {status}", example.api);
        }
    }
}

#[test]
fn an_answer_before_the_request_was_sent() {
    for example in examples() {
        let mut world = World::with(&json!({}), &rules());
        let head = world.head(example.path);
        world.give(Input::RequestHead(&head));
        world.request_body(b"{", false);
        world.response(200, "application/json");
        world.body(example.document.as_bytes(), true);
        assert_replied(&world, 403, "early");
    }
}

#[test]
fn an_error_that_is_an_answer() {
    for status in [400, 404, 429, 500, 503, 529, 599] {
        for example in examples() {
            let mut world = asked(&example);
            answer(&mut world, status, "application/json", example.document.as_bytes());
            assert_nothing_of_it(&world, &format!("{:?} {status}", example.api));
            assert!(world.sent().contains("error") || world.sent().contains("message"), "{}", world.sent());

            let mut world = asked(&example);
            let events = format!("data: {}\n\n", example.document);
            answer(&mut world, status, "text/event-stream", events.as_bytes());
            assert_nothing_of_it(&world, &format!("{:?} {status} events", example.api));
        }
    }
}
