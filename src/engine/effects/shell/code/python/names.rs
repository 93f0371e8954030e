//! What Python code may name without doing more than to compute and print.

/// Keywords that change nothing by themselves.
pub(super) const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "break", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
    "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    "None", "True", "False",
];

/// Names that are always there, and do nothing but compute and print, whatever they are given.
pub(super) const BUILTINS: &[&str] = &[
    "abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr", "complex", "dict", "dir", "divmod",
    "enumerate", "exit", "filter", "float", "format", "frozenset", "hash", "hex", "id", "int", "isinstance", "issubclass",
    "iter", "len", "list", "map", "max", "min", "next", "object", "oct", "ord", "pow", "print", "quit", "range", "repr",
    "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "unichr", "unicode", "xrange", "zip",
    "Ellipsis", "NotImplemented", "Exception", "BaseException", "ArithmeticError", "AssertionError", "AttributeError",
    "FileNotFoundError", "ImportError", "IndexError", "KeyError", "KeyboardInterrupt", "LookupError", "ModuleNotFoundError",
    "NameError", "OSError", "OverflowError", "RuntimeError", "StopIteration", "SyntaxError", "SystemExit", "TypeError",
    "UnicodeDecodeError", "UnicodeEncodeError", "ValueError", "ZeroDivisionError",
];

/// Names that are always there and do more, in any version. None of them may be named, whatever it is bound to.
pub(super) const POWERS: &[&str] = &[
    "aiter", "anext", "apply", "basestring", "breakpoint", "buffer", "classmethod", "cmp", "coerce", "compile", "copyright",
    "credits", "delattr", "eval", "exec", "execfile", "file", "getattr", "globals", "hasattr", "help", "input", "intern",
    "license", "locals", "long", "memoryview", "open", "property", "raw_input", "reduce", "reload", "setattr", "staticmethod",
    "super", "vars", "async", "await", "class",
];

/// Attributes of texts, numbers, collections, matches, dates, files and answers that only compute, or touch a
/// file that was opened by its name.
pub(super) const ATTRIBUTES: &[&str] = &[
    // texts and bytes
    "capitalize", "casefold", "center", "count", "decode", "encode", "endswith", "expandtabs", "find", "fromhex", "hex", "index",
    "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isspace", "istitle", "isupper",
    "join", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
    // collections
    "add", "append", "appendleft", "clear", "copy", "difference", "discard", "elements", "extend", "get", "insert", "intersection",
    "isdisjoint", "issubset", "issuperset", "items", "keys", "most_common", "pop", "popitem", "popleft", "remove", "reverse", "rotate",
    "setdefault", "sort", "symmetric_difference", "union", "update", "values", "fromkeys", "subtract",
    // numbers
    "real", "imag", "conjugate", "numerator", "denominator", "bit_length", "bit_count", "to_bytes", "from_bytes", "as_integer_ratio",
    "is_integer", "quantize", "limit_denominator",
    // matches
    "group", "groups", "groupdict", "start", "end", "span", "match", "search", "findall", "finditer", "fullmatch", "sub", "subn",
    // dates
    "date", "time", "today", "now", "utcnow", "year", "month", "day", "hour", "minute", "second", "microsecond", "weekday",
    "isoweekday", "isocalendar", "isoformat", "strftime", "strptime", "fromtimestamp", "fromisoformat", "timestamp", "days", "seconds",
    "total_seconds", "tzinfo", "astimezone", "utc",
    // files, answers, digests
    "read", "readline", "readlines", "write", "writelines", "close", "flush", "seek", "tell", "buffer", "status", "status_code", "text",
    "content", "json", "headers", "ok", "reason", "url", "getcode", "geturl", "info", "hexdigest", "digest", "getvalue",
    // versions, names of paths, trees of syntax
    "major", "minor", "micro", "releaselevel", "serial", "name", "stem", "suffix", "suffixes", "parent", "parts", "exists", "is_file",
    "is_dir", "is_absolute", "body", "targets", "lineno", "hostname", "netloc", "scheme", "path", "query", "fragment", "port", "num_addresses",
    "version", "prefixlen", "network_address", "broadcast_address", "hosts", "is_private", "seed", "nmemb", "fieldnames", "writerow",
    "writerows", "writeheader", "cache_info",
];

/// Modules, and what of them only computes. A chain of names behind a module must stand here whole.
pub(super) const MODULES: &[(&str, &str)] = &[
    ("json", "dumps loads load dump JSONDecodeError"),
    ("re", "compile match search findall finditer fullmatch sub subn split escape I IGNORECASE M MULTILINE S DOTALL X VERBOSE A ASCII"),
    ("math", "*"),
    ("cmath", "*"),
    ("sys", "version version_info platform executable argv maxsize byteorder prefix base_prefix exec_prefix exit getsizeof stdin stdout stderr stdin.read stdin.readline stdin.readlines stdin.buffer stdout.write stdout.flush stderr.write getrecursionlimit setrecursionlimit implementation implementation.name flags float_info hexversion maxunicode getdefaultencoding getfilesystemencoding version_info.major version_info.minor version_info.micro api_version int_info"),
    ("os", "getcwd sep linesep name cpu_count getpid getppid uname getuid getgid getlogin pathsep curdir pardir path.join path.basename path.dirname path.abspath path.exists path.isfile path.isdir path.islink path.getsize path.getmtime path.splitext path.split path.expanduser path.normpath path.relpath path.realpath path.sep path.commonprefix path.commonpath devnull"),
    ("os.path", "join basename dirname abspath exists isfile isdir islink getsize getmtime splitext split expanduser normpath relpath realpath sep commonprefix commonpath"),
    ("datetime", "datetime date time timedelta timezone timezone.utc UTC datetime.now datetime.today datetime.utcnow datetime.strptime datetime.fromtimestamp datetime.fromisoformat datetime.combine date.today date.fromisoformat datetime.min datetime.max"),
    ("time", "time sleep strftime localtime gmtime ctime asctime mktime perf_counter perf_counter_ns monotonic time_ns process_time tzname timezone"),
    ("calendar", "month calendar monthrange isleap weekday month_name day_name prmonth prcal timegm"),
    ("collections", "Counter defaultdict OrderedDict deque namedtuple ChainMap"),
    ("itertools", "*"),
    ("functools", "reduce partial lru_cache cache wraps cmp_to_key"),
    ("operator", "itemgetter add sub mul truediv floordiv mod neg eq ne lt le gt ge and_ or_ xor contains"),
    ("string", "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits punctuation printable whitespace capwords"),
    ("random", "random randint choice choices sample shuffle uniform gauss seed randrange getrandbits betavariate expovariate normalvariate triangular randbytes"),
    ("statistics", "mean fmean median median_low median_high mode multimode stdev pstdev variance pvariance quantiles geometric_mean harmonic_mean correlation linear_regression"),
    ("decimal", "Decimal getcontext ROUND_HALF_UP ROUND_DOWN"),
    ("fractions", "Fraction gcd"),
    ("textwrap", "dedent indent fill wrap shorten"),
    ("pprint", "pprint pformat pp"),
    ("hashlib", "md5 sha1 sha224 sha256 sha384 sha512 blake2b blake2s sha3_256 new algorithms_available algorithms_guaranteed"),
    ("hmac", "new compare_digest"),
    ("base64", "b64encode b64decode b32encode b32decode b16encode b16decode urlsafe_b64encode urlsafe_b64decode b85encode b85decode a85encode a85decode standard_b64encode standard_b64decode"),
    ("binascii", "hexlify unhexlify crc32 a2b_base64 b2a_base64"),
    ("zlib", "crc32 adler32 compress decompress"),
    ("struct", "pack unpack calcsize"),
    ("csv", "reader DictReader writer DictWriter"),
    ("io", "StringIO BytesIO"),
    ("uuid", "uuid1 uuid3 uuid4 uuid5 UUID NAMESPACE_DNS NAMESPACE_URL"),
    ("secrets", "token_hex token_urlsafe token_bytes choice randbelow"),
    ("platform", "platform system machine release version node python_version python_implementation architecture processor uname python_compiler"),
    ("ast", "parse dump literal_eval unparse walk"),
    ("keyword", "kwlist iskeyword"),
    ("html", "escape unescape"),
    ("unicodedata", "name normalize category lookup"),
    ("ipaddress", "ip_address ip_network ip_interface IPv4Address IPv4Network IPv6Address IPv6Network"),
    ("urllib.parse", "quote quote_plus unquote unquote_plus urlparse urlsplit urlencode parse_qs parse_qsl urljoin urlunparse"),
    ("urllib", "parse.quote parse.quote_plus parse.unquote parse.unquote_plus parse.urlparse parse.urlsplit parse.urlencode parse.parse_qs parse.parse_qsl parse.urljoin"),
    ("urllib.request", ""),
    ("site", "getsitepackages getusersitepackages getuserbase"),
    ("sysconfig", "get_paths get_path get_python_version get_platform get_config_var get_config_vars"),
    ("importlib.metadata", "version"),
    ("importlib", "metadata.version"),
    ("locale", "getpreferredencoding getlocale getdefaultlocale"),
    ("socket", "gethostname getfqdn"),
    ("pathlib", "Path PurePath PosixPath PurePosixPath"),
    ("glob", ""),
    ("shutil", "get_terminal_size which disk_usage"),
    ("subprocess", "PIPE DEVNULL STDOUT"),
    ("typing", "Any List Dict Set Tuple Optional Union Callable Iterable Iterator Sequence Mapping NamedTuple Literal TypeVar"),
    ("timeit", "default_timer"),
    ("tomllib", "loads load"),
    ("tomli", "loads load"),
    ("yaml", "safe_load safe_dump safe_load_all dump"),
    ("requests", ""),
    ("this", ""),
    ("heapq", "heappush heappop heapify nlargest nsmallest heappushpop heapreplace merge"),
    ("bisect", "bisect bisect_left bisect_right insort insort_left insort_right"),
    ("copy", "copy deepcopy"),
    ("numbers", "Number Integral Real Rational Complex"),
    ("enum", ""),
];

/// Packages that many have, of which only the version is asked.
pub(super) const PACKAGES: &[&str] = &[
    "PIL", "aiohttp", "attr", "bs4", "boto3", "click", "cv2", "django", "fastapi", "flask", "httpx", "jax", "jinja2", "keras", "lxml",
    "matplotlib", "networkx", "numpy", "openai", "pandas", "pip", "polars", "psycopg2", "pyarrow", "pydantic", "pytest", "redis", "rich",
    "scipy", "setuptools", "six", "sklearn", "sqlalchemy", "sqlite3", "ssl", "sympy", "tensorflow", "torch", "torchvision", "tqdm",
    "transformers", "urllib3", "wheel", "xgboost", "anthropic", "mypy", "black", "ruff", "cryptography", "tiktoken", "starlette", "uvicorn",
];

/// Attributes of those packages.
pub(super) const VERSIONS: &[&str] = &["__version__", "VERSION", "version.cuda", "get_version", "cuda.is_available", "cuda.device_count", "sqlite_version", "OPENSSL_VERSION", "__file__"];
