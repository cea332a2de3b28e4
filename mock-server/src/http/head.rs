//! The head of a request that came whole, read where it stands.

use super::Bytes;

/// How many bytes a request may have to be read at once, head and body together.
pub(super) const WHOLE_BYTES_MAX: usize = 4_096;

/// How many headers it may have.
const HEADERS_MAX: usize = 16;

/// The head of a request: its bytes, and where in them the parts are.
pub(super) struct WholeHead {
    /// All of the head, and nothing but ASCII.
    text: Box<str>,
    method: &'static str,
    path: Span,
    query: Span,
    /// Names and values; those after the last are empty.
    headers: [(Span, Span); HEADERS_MAX],
}

/// From where to where in a head.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u16,
    end: u16,
}

/// Reads a request that these bytes are all of, in the plain form that nearly all have.
///
/// `None` where it is anything else, be it wrong, unfinished or merely rare: HTTP has much that is
/// rare, and hyper knows all of it.
pub(super) fn read(bytes: &[u8], headers_max: usize) -> Option<(WholeHead, Bytes)> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = request.parse(bytes).ok()? else { return None };
    let (head, body) = bytes.split_at(length);
    let is_plain = request.version == Some(1) && request.headers.len() <= headers_max && head.is_ascii();
    let method = method(request.method?).filter(|_| is_plain)?;
    let target = request.path?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !is_plain_path(path) || !is_plain_query(query) {
        return None;
    }
    if body_bytes(request.headers)? != body.len() {
        return None;
    }
    let within = |part: &[u8]| Span::within(head, part);
    let mut headers = [<(Span, Span)>::default(); HEADERS_MAX];
    for (place, header) in headers.iter_mut().zip(request.headers.iter()) {
        *place = (within(header.name.as_bytes())?, within(header.value)?);
    }
    let (path, query) = (within(path.as_bytes())?, within(query.as_bytes())?);
    let text = str::from_utf8(head).ok()?.into();
    Some((WholeHead { text, method, path, query, headers }, Bytes::copy_from_slice(body)))
}

fn method(word: &str) -> Option<&'static str> {
    ["POST", "GET", "DELETE"].into_iter().find(|known| *known == word)
}

/// Whether a path is of characters that need no second look.
fn is_plain_path(path: &str) -> bool {
    let is_plain =
        |byte| matches!(byte, b'!' | b'$'..=b';' | b'=' | b'@'..=b'Z' | b'_' | b'a'..=b'z' | b'|' | b'~');
    path.starts_with('/') && path.bytes().all(is_plain)
}

/// Whether a query is of characters that cannot be taken for anything else.
// Assumed: Meta takes JSON in a query as people write it, quotes and brackets included, although RFC 3986
// has them encoded.
fn is_plain_query(query: &str) -> bool {
    query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

/// How many bytes the body has, unless a header says that more is to be known about the request.
fn body_bytes(headers: &[httparse::Header<'_>]) -> Option<usize> {
    let mut told = None;
    for httparse::Header { name, value } in headers {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match name.len() {
            14 if is("content-length") => {
                let length =
                    str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
                if told.replace(length?.parse().ok()?).is_some() {
                    return None;
                }
            }
            10 if is("connection") && !value.eq_ignore_ascii_case(b"keep-alive") => return None,
            17 if is("transfer-encoding") => return None,
            13 if is("if-none-match") => return None,
            6 if is("expect") => return None,
            7 if is("upgrade") => return None,
            _ => {}
        }
    }
    Some(told.unwrap_or(0))
}

impl Span {
    fn length(self) -> usize {
        usize::from(self.end - self.start)
    }

    /// Where a part of a head is in it.
    fn within(head: &[u8], part: &[u8]) -> Option<Self> {
        if part.is_empty() {
            return Some(Self::default());
        }
        let start = part.as_ptr().addr().checked_sub(head.as_ptr().addr())?;
        Some(Self { start: u16::try_from(start).ok()?, end: u16::try_from(start + part.len()).ok()? })
    }
}

impl WholeHead {
    pub(super) const fn method(&self) -> &'static str {
        self.method
    }

    pub(super) fn path(&self) -> &str {
        self.part(self.path)
    }

    pub(super) fn query(&self) -> &str {
        self.part(self.query)
    }

    /// The value of the first header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let is_it = |found: Span| found.length() == name.len() && self.part(found).eq_ignore_ascii_case(name);
        let (_, value) = self.headers.iter().find(|(found, _)| is_it(*found))?;
        Some(self.part(*value))
    }

    fn part(&self, Span { start, end }: Span) -> &str {
        self.text.get(usize::from(start)..usize::from(end)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    /// Tells how a request is read.
    #[track_caller]
    fn check(request: &str, expected: Option<&str>) {
        let told = read(request.as_bytes(), 100).map(|(head, body)| {
            let host = head.header("HOST").unwrap_or("none");
            let body = String::from_utf8_lossy(&body).into_owned();
            format!("{} {} {} at {host}: {body}", head.method(), head.path(), head.query())
        });
        assert_eq!(told.as_deref(), expected, "{request}");
    }

    #[test]
    fn a_whole_request_in_the_plain_form_is_read() {
        check(
            "POST /v23.0/1/messages?a=b?c HTTP/1.1\r\nHost: x:1\r\nEmpty:\r\ncontent-LENGTH: 2\r\n\r\n{}",
            Some("POST /v23.0/1/messages a=b?c at x:1: {}"),
        );
        check(
            "GET /1?filtering=[{\"field\":\"name\"}]&a=<b> HTTP/1.1\r\n\r\n",
            Some("GET /1 filtering=[{\"field\":\"name\"}]&a=<b> at none: "),
        );
        check("GET / HTTP/1.1\r\nconnection: Keep-Alive\r\n\r\n", Some("GET /  at none: "));
        check("DELETE /1 HTTP/1.1\r\nhost:  \r\nhost: y\r\n\r\n", Some("DELETE /1  at : "));
    }

    #[test]
    fn anything_else_is_left_to_who_knows_all_of_http() {
        for request in [
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\n",
            "HEAD / HTTP/1.1\r\n\r\n",
            "GET http://x/ HTTP/1.1\r\n\r\n",
            "GET /#a HTTP/1.1\r\n\r\n",
            "GET /?a#b HTTP/1.1\r\n\r\n",
            "GET /?a=b c HTTP/1.1\r\n\r\n",
            "GET /{a} HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nconnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nif-none-match: \"a\"\r\n\r\n",
            "GET / HTTP/1.1\r\nx: \u{e9}\r\n\r\n",
            "GET / HTTP/1.1\r\nx y: 1\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{",
            "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}}",
            "POST / HTTP/1.1\r\ncontent-length: +2\r\n\r\n{}",
            "POST / HTTP/1.1\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nexpect: 100-continue\r\n\r\n",
        ] {
            check(request, None);
        }
        check(&format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(17)), None);
        assert!(read(b"GET / HTTP/1.1\r\na: b\r\nc: d\r\n\r\n", 1).is_none());
    }
}
