//! Programs for structured data: JSON, YAML, XML, tables.

use crate::effects::shell::field::Field;
use crate::effects::shell::given::Given;
use crate::effects::shell::meaning;
use crate::effects::shell::row::{Output, Row, Style, row};
use crate::effects::shell::run::Run;
use crate::effects::shell::stream::{Content, Stream};
use crate::effects::shell::thing;
use crate::effects::{Action, Resource, unknown};

pub(super) const ROWS: &[Row] = &[
    row("jq gojq jaq", "", "").style(Style::Raw).instead(jq).examples(&[
        ("jq .a a.json", "file.read /workspace/a.json"),
        ("jq --arg x y --slurpfile s b.json '.a == $x' a.json", "file.read /workspace/b.json; file.read /workspace/a.json"),
        ("jq -n env", "secret.read environment"),
        ("jq -n '$ENV.HOME'", ""),
        ("jq -f p.jq a.json", "file.read /workspace/p.jq; file.read /workspace/a.json"),
        ("jq --frob . a", "file.read /workspace/a; unknown option_unknown"),
        ("jq -rn --args '$ARGS' a b", ""),
        ("jq -n 'import \"/srv/a\" as $d; $d'", "file.read /srv/a.json"),
        ("jq 'include \"/srv/b\"; f' a.json", "file.read /srv/b.jq; file.read /workspace/a.json"),
        ("jq '.import' a.json", "file.read /workspace/a.json"),
        ("jq -i .a a.json", "file.read /workspace/a.json; file.write /workspace/a.json"),
    ]),
    row("htmlq", "-h,--help/info -V,--version/info -B,--detect-base -w,--ignore-whitespace -p,--pretty -t,--text -a,--attribute=word -b,--base=word -f,--filename=read -o,--output=write -r,--remove-nodes=word", "word*")
        .output(Output::Filtered)
        .examples(&[("htmlq -f a.html -o b p", "file.read /workspace/a.html; file.write /workspace/b")]),
    row("yq xq tomlq", "-h,--help/info -V,--version/info -e,--exit-status,--expression=word -i,--inplace,--in-place -n,--null-input -o,--output-format=word -p,--input-format=word -P,--prettyPrint -r,--unwrapScalar,--raw-output -C,--colors -M,--no-colors -N,--no-doc -I,--indent=word -j,--tojson -y,--yaml-output -Y,--yaml-roundtrip -t,--toml-output -x,--xml-output -c,--compact-output -s,--split-exp=word!file.write --split-exp-file=read!file.write -f,--front-matter=word --from-file=read -v,--verbose -S,--sort-keys -a --header-preprocess --nul-output,-0 --string-interpolation -w,--width=word --xml-skip-proc-inst --csv-auto-parse --arg=word --yaml-output-grammar-version=word --properties-separator=word --text --remove-nodes=word --attribute=word --filename=read --selector=word", "word*")
        .also(yq)
        .output(Output::Filtered)
        .examples(&[
            ("yq .a a.yml", "file.read /workspace/a.yml"),
            ("yq -i '.a = 1' a.yml", "file.read /workspace/a.yml; file.write /workspace/a.yml"),
            ("yq eval-all '. as $x' a.yml b.yml", "file.read /workspace/a.yml; file.read /workspace/b.yml"),
            ("yq -n 'load(\"b.yml\")'", "file.read ?"),
            ("yq -s .name a.yml", "file.read /workspace/a.yml; file.write ?"),
        ]),
    row("gron ungron jid fx jless jnv jtbl json2yaml yaml2json json5 xml2 2xml html2 catj jqp", "-h,--help/info --version/info -f=read ...", "read*")
        .output(Output::Filtered)
        .examples(&[("gron a.json", "file.read /workspace/a.json")]),
    row("dasel", "", "").style(Style::Raw).instead(|run, arguments, _| {
        let puts = arguments.iter().any(|field| matches!(field.text(), Some("put" | "delete")));
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let action = match argument.text() {
                Some("-f" | "--file") if puts => Action::FILE_WRITE,
                Some("-f" | "--file") => Action::FILE_READ,
                Some("-o" | "--out") => Action::FILE_WRITE,
                _ => continue,
            };
            if let Some(file) = arguments.next() {
                meaning::path(run, action, file, false);
            }
        }
        if puts { Stream::default() } else { Stream::local() }
    })
    .examples(&[("dasel -f a.json .x", "file.read /workspace/a.json"), ("dasel put -f a.json -v 1 .x", "file.write /workspace/a.json")]),
    row("mlr", "", "").style(Style::Raw).instead(miller).examples(&[
        ("mlr --icsv --ojson cat a.csv", "file.read /workspace/a.csv; file.read /workspace/cat"),
        ("mlr -I --csv sort -f x a.csv", "file.read /workspace/a.csv; file.read /workspace/sort; file.read /workspace/x; file.write /workspace/a.csv; file.write /workspace/sort; file.write /workspace/x"),
        ("mlr --prepipe 'rm x' cat a", "file.read /workspace/a; file.read /workspace/cat; file.delete /workspace/x"),
        ("mlr -n put 'end{system(\"x\")}'", "file.read /workspace/put; code.run mlr"),
    ]),
    row("csvtool", "--help/info -help/info -t=word -u=word -o=write -z -c,--column=word --search=word --no-header -d,--delimiter=word", "word*")
        .also(|run, given| {
            // Two programs have the name: to one of them the first operand is what to do, to the other a file.
            let mut operands = given.operands.iter().peekable();
            if operands.peek().and_then(|first| first.text()) == Some("call")
                && let Some(command) = operands.nth(1)
            {
                run.shell_text(&command.clone(), Stream::local());
            }
            for operand in operands {
                meaning::path(run, Action::FILE_READ, operand, false);
            }
        })
        .examples(&[("csvtool -c 2 a.csv", "file.read /workspace/a.csv"), ("csvtool call 'rm x' a.csv", "file.delete /workspace/x; file.read /workspace/a.csv")]),
    row("csvcut csvclean csvformat csvgrep csvlook csvsort csvstat csvjoin csvstack csvjson in2csv csv2tsv xsv qsv tsv-filter tsv-select tsv-utils tidy-viewer tv parquet-tools xlsx2csv", "-h,--help/info --version/info -V/info -o,--output=write -d,--delimiter=word -c,--columns=word -r,--regex=word -m,--match=word -f,--file=read -s=word -n,--names -l -t -u=word -e,--encoding=word -q=word -K=word -H,--no-header-row -v -i,--invert-match -y=word -I -a -p=word -b -z=word -S --blanks --null-value=word --date-format=word -D=word -T -A -U=word -M=word --sheet=word --write-sheets=word!file.write --skip-lines=word --zero -k,--key=word -C,--not-columns=word --search=word --column=word --no-header --out-tabs --out-delimiter=word --out-lineterminator=word --out-quoting=word --out-quotechar=word --reverse --len --mean --median --stdev --nulls --no-case --left --right --full --format=word --eq=word --ne=word --lt=word --le=word --gt=word --ge=word --str-eq=word --str-ne=word --str-in-fld=word --regex=word --not-empty=word --empty=word --invert --or --color=word --color-always --force-all-rows -x --max-rows=word --max-columns=word --json --csv --type --unique --sum --min --max --freq --count --no-inference --stream", "word* read*")
        .also(|run, given| {
            // Some take a sub-command or columns before the file; a name that is none is no file either.
            for operand in &given.operands {
                meaning::path(run, Action::FILE_READ, operand, false);
            }
        })
        .output(Output::Filtered)
        .examples(&[("csvcut -c 1,2 a.csv", "file.read /workspace/a.csv"), ("csvformat a.csv -o b", "file.read /workspace/a.csv; file.write /workspace/b")]),
    row("xmllint", "--version/info -version/info -auto -catalogs -c14n -c14n11 -compress -copy -debug -debugent -dropdtd -dtdattr -dtdvalid=fetch -dtdvalidfpi=word -encode=word -exc-c14n -format -html -htmlout -huge -insert -load-trace -loaddtd -maxmem=word -memory -noblanks -nocatalogs -nocdata -nocompact -nodefdtd -nodict -noenc -noent -nofixup-base-uris -nonet -noout -nowarning -nowrap -nsclean -oldxml10 -o,-output=write -path=word -pattern=word -postvalid -pretty=word -push -quiet -recover -relaxng=read -sax -sax1 -schema=read -schematron=read -shell/odd -stream -testIO -timing -valid -walker -xinclude -xmlout -xpath=word -q", "read*")
        .style(Style::Dash)
        .output(Output::Filtered)
        .examples(&[("xmllint --format a.xml", "file.read /workspace/a.xml"), ("xmllint --output b a.xml", "file.read /workspace/a.xml; file.write /workspace/b")]),
    row("xmlstarlet xml", "", "").style(Style::Raw).instead(|run, arguments, _| {
        let edits = arguments.iter().any(|field| matches!(field.text(), Some("ed" | "edit")));
        let in_place = arguments.iter().any(|field| matches!(field.text(), Some("-L" | "--inplace")));
        // Expressions stand among the files: what is no file cannot be read either.
        if let Some(file) = arguments.last().filter(|field| !field.prefix().starts_with('-')) {
            meaning::path(run, Action::FILE_READ, file, false);
            if edits && in_place {
                meaning::path(run, Action::FILE_WRITE, file, false);
            }
        }
        Stream::local()
    })
    .examples(&[("xmlstarlet sel -t -v //a a.xml", "file.read /workspace/a.xml"), ("xmlstarlet ed -L -d //a a.xml", "file.read /workspace/a.xml; file.write /workspace/a.xml")]),
    row("xidel pup hxselect hxnormalize", "--file=read -f,--follow=word -c,--color -i=word -p,--plain -n -h/info --download=write --css=word --xpath=word --xquery=word --silent --method=word --post=word --output-format=word --help/info --version/info --charset=word -s=word --number --limit=word -e,--extract=word --input-format=word", "word*")
        .also(|run, given| {
            for page in given.operands.iter().filter(|field| field.prefix().contains("://") || field.prefix().contains('/')) {
                super::media::reads(run, page);
            }
            // Links that it follows are in the pages.
            if given.has("-f") {
                run.effect(Action::NET_FETCH, Resource::host(crate::effects::Name::Dynamic));
            }
        })
        .examples(&[("xidel https://h.example/a -e //title", "net.fetch h.example"), ("pup --file a.html 'p'", "file.read /workspace/a.html")]),
    row("tidy", "-help/info -h/info -version/info -v/info -show-config/info -config=read -f,-file=write -m,-modify -o,-output=write -i,-indent -q,-quiet -e,-errors -w,-wrap=word -u,-upper -c,-clean -b,-bare -n,-numeric -xml -asxml -asxhtml -ashtml -utf8 -access=word -omit -gdoc -raw -latin1 -ascii --indent=word --wrap=word", "read*")
        .style(Style::Dash)
        .also(|run, given| {
            if given.has("-m") {
                for file in &given.operands {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                }
            }
        })
        .examples(&[("tidy -q a.html", "file.read /workspace/a.html"), ("tidy -m a.html", "file.read /workspace/a.html; file.write /workspace/a.html")]),
    row("xsltproc saxon", "-V,-version/info -v,-verbose -o,-output=write -timing -repeat -novalid -nodtdattr -noout -maxdepth=word -maxvars=word -html -encoding=word -param=word -stringparam=word -path=word -nonet -nowrite -nomkdir -writesubtree=write -catalogs -xinclude -profile -huge", "read*")
        .style(Style::Dash)
        .does("code.run=xslt")
        .examples(&[("xsltproc a.xsl b.xml", "file.read /workspace/a.xsl; file.read /workspace/b.xml; code.run xslt")]),
    row("plutil", "-p -lint -help/info -convert=word -extract=word -type=word -replace=word -insert=word -remove=word -o=write -s -r -e=word -xml -json -string=word -bool=word -integer=word", "read*")
        .style(Style::Dash)
        .also(|run, given| {
            let changes = ["-convert", "-replace", "-insert", "-remove"].iter().any(|option| given.has(option));
            if changes && !given.has("-o") {
                for file in &given.operands {
                    meaning::path(run, Action::FILE_WRITE, file, false);
                }
            }
        })
        .examples(&[("plutil -p a.plist", "file.read /workspace/a.plist"), ("plutil -convert xml1 a.plist", "file.read /workspace/a.plist; file.write /workspace/a.plist")]),
    row("jc jo jello", "...", "word*"),
    row("ajson", "...", "word read?").examples(&[("ajson x a.json", "file.read /workspace/a.json")]),
    row("json_pp json_xs json_reformat jsonlint yamllint check-jsonschema ajv", "-f=word -t=word -c=read --config-file=read -d=word -s=read -h,--help/info -v,--version/info --schemafile=read --strict --format=word -q -m -u -e --config-data=word --list-files", "read*")
        .output(Output::Filtered)
        .examples(&[("yamllint a.yml", "file.read /workspace/a.yml")]),
];

/// The options of `jq`, those with two arguments apart.
static JQ: Row = row(
    "jq",
    "-h,--help/info -V,--version/info --build-configuration/info -n,--null-input -r,--raw-output -a,--ascii-output -j,--join-output --raw-output0 -c,--compact-output -C,--color-output -M,--monochrome-output -S,--sort-keys -e,--exit-status -s,--slurp -R,--raw-input -f,--from-file=read/fills -L=read --library-path=read --indent=word --tab --stream --stream-errors --seq --unbuffered --args --jsonargs -i,--in-place --yaml-input --yaml-output",
    "word*",
);

fn jq(run: &mut Run<'_>, arguments: &[Field], input: Stream) -> Stream {
    let mut plain: Vec<Field> = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.text() {
            Some("--arg" | "--argjson") => {
                arguments.next();
                arguments.next();
            }
            Some("--slurpfile" | "--rawfile" | "--argfile") => {
                arguments.next();
                if let Some(file) = arguments.next() {
                    meaning::path(run, Action::FILE_READ, file, false);
                }
            }
            _ => plain.push(argument.clone()),
        }
    }
    let given = Given::read(&JQ, "jq", &plain, input);
    for why in &given.doubts {
        run.doubt(*why);
    }
    if given.before_info().is_some() {
        return Stream::foreign();
    }
    for option in ["-f", "-L"] {
        for file in given.values(option) {
            meaning::path(run, Action::FILE_READ, file, false);
        }
    }
    let filter = given.operand(0).filter(|_| !given.is_marked("fills"));
    if let Some(text) = filter.and_then(Field::text) {
        for module in modules(text) {
            meaning::path(run, Action::FILE_READ, &Field::literal(module), false);
        }
    }
    // A filter that is decided later can read the environment, and nothing else that files do not hold.
    if filter.is_some_and(|filter| filter.text().is_none_or(dumps_environment)) {
        run.effect(Action::SECRET_READ, thing("environment"));
    }
    let files = given.operands.get(usize::from(!given.is_marked("fills"))..).unwrap_or_default();
    let files = if given.has("--args") || given.has("--jsonargs") { &[][..] } else { files };
    for file in files {
        meaning::path(run, Action::FILE_READ, file, false);
        if given.has("-i") {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
    }
    let whole = meaning::through(run, files, &given.input);
    let local = whole.local
        || given.has("-f")
        || filter.is_some_and(|filter| filter.text().is_none_or(names_environment));
    Stream { content: Content::Unknown, local }
}

/// The files of `import "a" as $x` (data) and of `include "a"`, `import "a" as x` (filters).
fn modules(filter: &str) -> Vec<String> {
    let mut files = Vec::new();
    for keyword in ["import", "include"] {
        for (at, _) in filter.match_indices(keyword) {
            let begins = filter
                .get(..at)
                .is_none_or(|before| before.trim_end().is_empty() || before.trim_end().ends_with(';'));
            let after = filter.get(at + keyword.len()..).unwrap_or_default().trim_start();
            let Some((name, rest)) = after.strip_prefix('"').and_then(|after| after.split_once('"')) else {
                continue;
            };
            if begins {
                let data = rest
                    .trim_start()
                    .strip_prefix("as")
                    .is_some_and(|rest| rest.trim_start().starts_with('$'));
                files.push(format!("{name}.{}", if data { "json" } else { "jq" }));
            }
        }
    }
    files
}

fn names_environment(filter: &str) -> bool {
    filter.contains("$ENV") || filter.contains("env")
}

/// `env` and `$ENV` as a whole, or a variable whose name says that it is a secret.
fn dumps_environment(filter: &str) -> bool {
    for (at, _) in filter.match_indices("$ENV") {
        if is_dump(filter.get(at + 4..).unwrap_or_default()) {
            return true;
        }
    }
    for (at, _) in filter.match_indices("env") {
        let before = filter.get(..at).and_then(|before| before.chars().last());
        let after = filter.get(at + 3..).unwrap_or_default();
        let word = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '"' | '-'))
            || after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '"' | '-'));
        if !word && is_dump(after) {
            return true;
        }
    }
    false
}

fn is_dump(after: &str) -> bool {
    let Some(name) = after.strip_prefix('.') else { return true };
    let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let name = name.to_uppercase();
    name.is_empty()
        || ["KEY", "TOKEN", "SECRET", "PASS", "CRED", "AUTH"].iter().any(|part| name.contains(part))
}

fn yq(run: &mut Run<'_>, given: &Given) {
    const VERBS: &[&str] = &["e", "eval", "ea", "eval-all", "r", "w", "m", "d"];
    let words: Vec<&Field> = given
        .operands
        .iter()
        .skip_while(|field| field.text().is_some_and(|text| VERBS.contains(&text)))
        .collect();
    let Some((filter, files)) = words.split_first() else { return };
    match filter.text() {
        Some(text) if text.contains("load") => {
            run.effect(Action::FILE_READ, Resource::path(crate::effects::Name::Dynamic))
        }
        Some(text) if text.contains("env") => run.effect(Action::SECRET_READ, thing("environment")),
        Some(_) => {}
        None => run.doubt(unknown::CODE_DYNAMIC),
    }
    // `yq file` prints it; with an expression it is the first word.
    let filter_is_file = files.is_empty()
        && !given.has("-n")
        && filter.text().is_some_and(|text| {
            [".yml", ".yaml", ".json", ".xml", ".toml"].iter().any(|end| text.ends_with(end))
                && !text.contains([' ', '|'])
        });
    let first = filter_is_file.then_some(*filter);
    for file in first.into_iter().chain(files.iter().copied()) {
        meaning::path(run, Action::FILE_READ, file, false);
        if given.has("-i") {
            meaning::path(run, Action::FILE_WRITE, file, false);
        }
    }
}

/// `mlr` has verbs with options of their own: what is no option may be a file, and code in quotes may do more.
fn miller(run: &mut Run<'_>, arguments: &[Field], _: Stream) -> Stream {
    let in_place = arguments.iter().any(|field| field.text() == Some("-I"));
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.text() {
            Some("--prepipe" | "--prepipex") => {
                if let Some(command) = arguments.next() {
                    run.within("mlr", None, |run| run.shell_text(command, Stream::local()));
                }
            }
            Some("--from" | "-f" | "-s" | "--load" | "--mload") => {}
            Some(text) if text.starts_with('-') || text == "then" => {}
            Some(text) if text.contains(['{', '(', '=', '$', ' ', '>', '|']) => {
                if ["system", "exec", "tee", "emit", "dump", ">", "|", "ENV"]
                    .iter()
                    .any(|word| text.contains(word))
                {
                    run.effect(Action::CODE_RUN, Resource::Code { language: "mlr".to_owned() });
                }
            }
            Some("tee" | "split") => {
                run.effect(Action::FILE_WRITE, Resource::path(crate::effects::Name::Dynamic))
            }
            Some(_) => {
                meaning::path(run, Action::FILE_READ, argument, false);
                if in_place {
                    meaning::path(run, Action::FILE_WRITE, argument, false);
                }
            }
            None => {
                run.doubt(unknown::CODE_DYNAMIC);
                meaning::path(run, Action::FILE_READ, argument, false);
            }
        }
    }
    Stream::local()
}
